/// What the logs that line references count in are called elsewhere, as `CaptureNumbers` says it of captures.
///
/// A decoder that has it in its `userInfo` gives every line reference the number of its log there, and refuses a log that
/// is not in it.
public struct LogNumbers: Sendable {
  private let numbers: [Int]

  public init(_ numbers: [Int]) { self.numbers = numbers }

  subscript(log: Int) -> Int? { numbers.indices.contains(log) ? numbers[log] : nil }
}

extension CodingUserInfoKey {
  /// Of a `LogNumbers`.
  public static let logNumbers: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "logNumbers") else { preconditionFailure("any text is a key") }
    return key
  }()
}

extension LogLine: Codable {
  private enum CodingKeys: String, CodingKey {
    case log, number
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let log = try container.decode(Int.self, forKey: .log)
    let number = try container.decode(Int.self, forKey: .number)
    guard log >= 0, number >= 0 else {
      throw DecodingError.dataCorruptedError(forKey: .number, in: container, debugDescription: "a number is negative")
    }
    guard let numbers = decoder.userInfo[.logNumbers] as? LogNumbers else {
      self.init(log: log, number: number)
      return
    }
    guard let place = numbers[log] else {
      throw DecodingError.dataCorruptedError(
        forKey: .log, in: container, debugDescription: "the header names no such log")
    }
    self.init(log: place, number: number)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(log, forKey: .log)
    try container.encode(number, forKey: .number)
  }
}
