import Observations

/// What time it is on the clock of a live capture.
///
/// Packets carry the capturing host's time of day, which may be set while the capture runs. Between packets the time
/// goes on with a clock that nobody sets; so a hello that is never answered grows old although no packet comes.
public struct PacketClock: Sendable {
  private var packet: Timestamp?
  /// Nanoseconds of the steady clock when that packet was read.
  private var steady: Int64 = 0

  public init() {}

  /// A packet was read when the steady clock stood at `steady` nanoseconds.
  public mutating func read(_ time: Timestamp, steady: Int64) {
    packet = time
    self.steady = steady
  }

  /// The time when the steady clock stands at `steady` nanoseconds; nil before the first packet.
  ///
  /// - Parameter isIdle: Whether all packets that have come were read. While some wait, the next one tells the time:
  ///   what it answers must not look unanswered.
  public func now(steady: Int64, isIdle: Bool) -> Timestamp? {
    guard let packet else { return nil }
    return isIdle ? packet.adding(nanoseconds: max(0, steady &- self.steady)) : packet
  }
}
