/// WireGuard's own times (whitepaper, section 6.1), which every implementation shares, in nanoseconds.
@usableFromInline
enum WireGuardTimers {
  /// REKEY_TIMEOUT: an unanswered initiation is repeated after this long, with up to a third of a second of jitter.
  @inlinable static var rekeyTimeout: Int64 { 5_000_000_000 }
  /// KEEPALIVE_TIMEOUT: a side that received a packet and has none to send answers with a keepalive after this long.
  @inlinable static var keepaliveTimeout: Int64 { 10_000_000_000 }
  /// REKEY_ATTEMPT_TIME: an initiator gives up after this long; packets to be sent make it begin anew.
  static let rekeyAttemptTime: Int64 = 90_000_000_000
  /// REJECT_AFTER_TIME: keys of this age are never used again.
  static let rejectAfterTime: Int64 = 180_000_000_000

  /// An initiation this long after the last one repeats it: two repetitions with their jitter, because one may be missing
  /// from the capture. Later ones begin anew: 15 seconds are what an initiator waits for data after an accepted response.
  static let repetition: Int64 = 12_000_000_000
  /// A side that sent packets and heard nothing for this long begins a handshake: its peer is taken for lost
  /// (KEEPALIVE_TIMEOUT + REKEY_TIMEOUT).
  @inlinable static var lostPeer: Int64 { keepaliveTimeout + rekeyTimeout }
}
