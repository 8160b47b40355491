/// Where an observation of packets stands: after which packet it was emitted, or in which turn at the end.
///
/// Observers that share the work on one capture (`HostPairShare`) emit apart what one alone would emit in turn; put in
/// this order, it is the same again. What a log shows comes in the order of its lines and needs none.
public struct ObservationOrder: Sendable, Hashable {
  /// What is emitted at the end comes in turns, after all packets.
  public enum Turn: Int, Sendable {
    /// While packets were read.
    case reading
    case flows
    /// Sessions that outlive their flows.
    case sessions
    case paths
    case fragments
  }

  /// Packets that the observer had read by then; at the end, more by one for each point that ended before.
  public let packets: Int
  public let turn: Turn
  /// The first packet of what ended, within its turn; none while packets are read.
  public let first: FrameReference?

  public init(packets: Int, turn: Turn = .reading, first: FrameReference? = nil) {
    self.packets = packets
    self.turn = turn
    self.first = first
  }
}

extension ObservationOrder: Comparable {
  public static func < (a: ObservationOrder, b: ObservationOrder) -> Bool {
    if a.packets != b.packets { return a.packets < b.packets }
    if a.turn != b.turn { return a.turn.rawValue < b.turn.rawValue }
    guard let x = a.first, let y = b.first else { return a.first == nil && b.first != nil }
    return x < y
  }
}

/// Coded as one number, or as four: packets, turn, and capture and frame of the first packet.
extension ObservationOrder: Codable {
  public init(from decoder: any Decoder) throws {
    let numbers = try decoder.singleValueContainer().decode([Int].self)
    if numbers.count == 1 {
      self.init(packets: numbers[0])
    } else if numbers.count == 4, let turn = Turn(rawValue: numbers[1]), turn != .reading {
      self.init(packets: numbers[0], turn: turn, first: FrameReference(capture: numbers[2], frame: numbers[3]))
    } else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not one number or four"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([packets] + (first.map { [turn.rawValue, $0.capture, $0.frame] } ?? []))
  }
}
