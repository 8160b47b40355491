import Observations

/// ICMP errors that a client's log tells of while its session is up.
///
/// One is about packets on their way when something changed, and several come at once where many packets were. What lasts
/// for as long as it takes to ping twice is a state: nothing listens any more, or a firewall refuses.
struct OpenVPNRefusals {
  private static let least = 3
  private static let leastSeconds = 10.0
  /// Pings come more often than that: what is longer ago was something else.
  private static let longestPauseSeconds = 120.0

  private var count = 0
  private var first: LogTime?
  private var latest: LogTime?
  private var isTold = false

  /// Counts one.
  ///
  /// - Returns: Whether they have now lasted long enough, which is told once in a session.
  mutating func add(at time: LogTime?) -> Bool {
    guard let time else { return false }
    if let latest, time.written.seconds(since: latest.written) > Self.longestPauseSeconds { (count, first) = (0, nil) }
    count += 1
    latest = time
    let begin = first ?? time
    first = begin
    guard !isTold, count >= Self.least, time.written.seconds(since: begin.written) >= Self.leastSeconds else {
      return false
    }
    isTold = true
    return true
  }
}
