import FoundationEssentials
import Observations

/// One line of a stream of observations: a JSON object (RFC 8259), told apart by its members.
enum StreamLine: Sendable {
  /// The first line of a stream.
  case header(StreamHeader)
  case observation(Observation, StreamPlace)
  /// A capture, when it has been read.
  case capture(StreamCapture)
  /// A log, when it has been read.
  case log(StreamLog)
  /// The last line: how many observations stand before it.
  case end(observations: Int)

  /// What the lines of observations begin with as `StreamWriter` writes them, so that they can be passed over unread.
  static let observationPrefix = Array(#"{"observation":"#.utf8)
}

/// What came of a capture.
public struct StreamCapture: Sendable, Hashable, Codable {
  /// `index` and `point` count in the header's captures.
  public let capture: CaptureDescription
  /// The greatest time of all its packets, also of those that were left out.
  public let latest: Timestamp?

  public init(capture: CaptureDescription, latest: Timestamp?) {
    self.capture = capture
    self.latest = latest
  }
}

/// What came of a log.
public struct StreamLog: Sendable, Hashable, Codable {
  /// `index` counts in the header's logs.
  public let log: LogDescription

  public init(log: LogDescription) { self.log = log }
}

extension StreamLine: Codable {
  private enum CodingKeys: String, CodingKey {
    case schema, observation, order, capture, log, end
  }

  private struct End: Codable {
    let observations: Int
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.schema) {
      let schema = try container.decode(String.self, forKey: .schema)
      guard schema == StreamHeader.schema else {
        throw DecodingError.dataCorruptedError(
          forKey: .schema, in: container,
          debugDescription: "its schema is \"\(schema)\", and only \"\(StreamHeader.schema)\" is understood")
      }
      let header = try StreamHeader(from: decoder)
      guard header.captures.count <= StreamHeader.mostCaptures else {
        throw DecodingError.dataCorruptedError(
          forKey: .schema, in: container, debugDescription: "more than \(StreamHeader.mostCaptures) captures")
      }
      guard header.logs.count <= StreamHeader.mostLogs else {
        throw DecodingError.dataCorruptedError(
          forKey: .schema, in: container, debugDescription: "more than \(StreamHeader.mostLogs) logs")
      }
      self = .header(header)
    } else if container.contains(.observation) {
      let observation = try container.decode(Observation.self, forKey: .observation)
      switch observation.origin {
      case .packet:
        self = .observation(observation, .packet(try container.decode(ObservationOrder.self, forKey: .order)))
      case .line(let line): self = .observation(observation, .line(line.line))
      }
    } else if container.contains(.capture) {
      self = .capture(try StreamCapture(from: decoder))
    } else if container.contains(.log) {
      self = .log(try StreamLog(from: decoder))
    } else if container.contains(.end) {
      self = .end(observations: try container.decode(End.self, forKey: .end).observations)
    } else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: [], debugDescription: "no member says what it is: schema, observation, capture, log or end"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .header(let header): try header.encode(to: encoder)
    case .observation(let observation, let place):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(observation, forKey: .observation)
      // The place of a line stands in the observation.
      if case .packet(let order) = place { try container.encode(order, forKey: .order) }
    case .capture(let capture): try capture.encode(to: encoder)
    case .log(let log): try log.encode(to: encoder)
    case .end(let observations):
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(End(observations: observations), forKey: .end)
    }
  }
}
