/// What the captures that frame references count in, or the logs that line references count in, are called elsewhere:
/// observations of several origins, each of which counts its own from 0, are read as one.
///
/// A decoder that has them in its `userInfo` gives every reference the number there, and refuses what is not in them.
public struct SourceNumbers: Sendable {
  private let numbers: [Int]

  public init(_ numbers: [Int]) { self.numbers = numbers }

  subscript(source: Int) -> Int? { numbers.indices.contains(source) ? numbers[source] : nil }
}

extension CodingUserInfoKey {
  /// `SourceNumbers` of captures.
  public static let captureNumbers = named("captureNumbers")
  /// `SourceNumbers` of logs.
  public static let logNumbers = named("logNumbers")

  private static func named(_ name: String) -> CodingUserInfoKey {
    guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("any text is a key") }
    return key
  }
}

extension FrameReference: Codable {
  private enum CodingKeys: String, CodingKey {
    case capture, frame
  }

  public init(from decoder: any Decoder) throws {
    let reference = try decoder.reference(
      to: CodingKeys.frame, in: CodingKeys.capture, renumbered: .captureNumbers, noun: "capture")
    self.init(capture: reference.source, frame: reference.place)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(capture, forKey: .capture)
    try container.encode(frame, forKey: .frame)
  }
}

extension LogLine: Codable {
  private enum CodingKeys: String, CodingKey {
    case log, number, isNewestFirst
  }

  public init(from decoder: any Decoder) throws {
    let reference = try decoder.reference(
      to: CodingKeys.number, in: CodingKeys.log, renumbered: .logNumbers, noun: "log")
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let isNewestFirst = try container.decodeIfPresent(Bool.self, forKey: .isNewestFirst) ?? false
    self.init(log: reference.source, number: reference.place, isNewestFirst: isNewestFirst)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(log, forKey: .log)
    try container.encode(number, forKey: .number)
    if isNewestFirst { try container.encode(true, forKey: .isNewestFirst) }
  }
}

extension Decoder {
  /// A place in a source, under the source's number in the decoder's `SourceNumbers`, if it has any.
  fileprivate func reference<Key: CodingKey>(
    to placeKey: Key, in sourceKey: Key, renumbered key: CodingUserInfoKey, noun: String
  ) throws -> (source: Int, place: Int) {
    let container = try container(keyedBy: Key.self)
    let source = try container.decode(Int.self, forKey: sourceKey)
    let place = try container.decode(Int.self, forKey: placeKey)
    guard source >= 0, place >= 0 else {
      throw DecodingError.dataCorruptedError(forKey: placeKey, in: container, debugDescription: "a number is negative")
    }
    guard let numbers = userInfo[key] as? SourceNumbers else { return (source, place) }
    guard let number = numbers[source] else {
      throw DecodingError.dataCorruptedError(
        forKey: sourceKey, in: container, debugDescription: "the header names no such \(noun)")
    }
    return (number, place)
  }
}
