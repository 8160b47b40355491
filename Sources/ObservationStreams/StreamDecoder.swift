import FoundationEssentials
import Observations

/// Understands the lines of one stream.
struct StreamDecoder {
  private let decoder = JSONDecoder()

  /// - Parameters:
  ///   - captures: What the captures of the stream are called elsewhere; nil leaves them as they are.
  ///   - logs: The same for its logs.
  init(captures: SourceNumbers? = nil, logs: SourceNumbers? = nil) {
    if let captures { decoder.userInfo[.captureNumbers] = captures }
    if let logs { decoder.userInfo[.logNumbers] = logs }
  }

  func line(_ bytes: ArraySlice<UInt8>) throws(NotUnderstood) -> StreamLine {
    if let member = NumberRange.violation(in: bytes) {
      throw NotUnderstood(reason: "\(member): a number is out of range")
    }
    do {
      return try decoder.decode(StreamLine.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw NotUnderstood(reason: Self.reason(error))
    } catch {
      throw NotUnderstood(reason: "not understood")
    }
  }

  /// Why a line is none of a stream.
  struct NotUnderstood: Error {
    /// One line of moderate length, although what the line holds may stand in it.
    let reason: String

    init(reason: String) {
      var line = ""
      for scalar in reason.unicodeScalars.prefix(Self.longest) {
        line.unicodeScalars.append(scalar.value < 0x20 ? "\u{FFFD}" : scalar)
      }
      self.reason = line
    }

    /// In Unicode scalars.
    private static let longest = 500
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context): "\(place(context.codingPath)) is null"
    case .typeMismatch(_, let context): "\(place(context.codingPath)) is of another kind than expected"
    case .dataCorrupted(let context) where context.debugDescription.contains("not valid JSON"): "not JSON"
    case .dataCorrupted(let context):
      (context.codingPath.isEmpty ? "" : "\(place(context.codingPath)): ") + context.debugDescription
    @unknown default: "not understood"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "the line" : path.map(\.stringValue).joined(separator: ".")
  }
}
