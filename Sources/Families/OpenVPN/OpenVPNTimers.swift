/// OpenVPN's times as they are unless configured (manual of 2.6), in nanoseconds.
@usableFromInline
enum OpenVPNTimers {
  /// A control packet is repeated after 2 seconds, then after twice as long each time (--tls-timeout). Two repetitions without a
  /// word back take 6 seconds, three take 14: between them one lost answer is told from a path that is dead.
  @inlinable static var unansweredControl: Int64 { 10_000_000_000 }
  /// --ping 10: each side is heard at least this often. One ping may be lost, and the next may be late.
  @inlinable static var silence: Int64 { 15_000_000_000 }
  /// A side that paused before, because no pings are configured or they are rarer, is silent only after this many times its
  /// longest pause.
  @inlinable static var pauses: Int64 { 3 }
  /// A gap in packet IDs after a pause as long as a ping's interval is an outage, which is reported as a silence.
  @inlinable static var outage: Int64 { 10_000_000_000 }
}
