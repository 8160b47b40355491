/// What the captures that frame references count in are called elsewhere: observations of several origins, each of
/// which counts its captures from 0, are read as one.
///
/// A decoder that has it in its `userInfo` gives every frame reference the number of its capture there, and refuses
/// a capture that is not in it.
public struct CaptureNumbers: Sendable {
  private let numbers: [Int]

  public init(_ numbers: [Int]) { self.numbers = numbers }

  subscript(capture: Int) -> Int? { numbers.indices.contains(capture) ? numbers[capture] : nil }
}

extension CodingUserInfoKey {
  /// Of a `CaptureNumbers`.
  public static let captureNumbers: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "captureNumbers") else { preconditionFailure("any text is a key") }
    return key
  }()
}

extension FrameReference: Codable {
  private enum CodingKeys: String, CodingKey {
    case capture, frame
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let capture = try container.decode(Int.self, forKey: .capture)
    let frame = try container.decode(Int.self, forKey: .frame)
    guard capture >= 0, frame >= 0 else {
      throw DecodingError.dataCorruptedError(forKey: .frame, in: container, debugDescription: "a number is negative")
    }
    guard let numbers = decoder.userInfo[.captureNumbers] as? CaptureNumbers else {
      self.init(capture: capture, frame: frame)
      return
    }
    guard let number = numbers[capture] else {
      throw DecodingError.dataCorruptedError(
        forKey: .capture, in: container, debugDescription: "the header names no such capture")
    }
    self.init(capture: number, frame: frame)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(capture, forKey: .capture)
    try container.encode(frame, forKey: .frame)
  }
}
