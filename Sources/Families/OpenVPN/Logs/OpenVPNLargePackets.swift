import Logs
import Observations

/// Packets of which the system says that the path does not take them (EMSGSIZE).
///
/// The first ones teach it the path's MTU, and those already on their way with them: a burst, and ten minutes later, when it
/// has forgotten, another (Linux, ip(7): `mtu_expires`). Where it goes on from second to second, large packets are lost.
struct OpenVPNLargePackets {
  private var last: LogTime?
  /// Seconds in a row, more or less, that had one.
  private var seconds = 0

  /// Seconds with such packets before the next ones count.
  private static let secondsOfLearning = 2
  /// What is longer ago, in seconds, has nothing to do with it.
  private static let interval = 60.0

  /// - Returns: Whether the packets go on, so that this one is told of.
  mutating func goOn(at time: LogTime?) -> Bool {
    guard let time else { return false }
    let passed = last.map { time.written.seconds(since: $0.written) } ?? Self.interval
    if passed >= Self.interval {
      seconds = 1
    } else if passed >= 1 {
      seconds += 1
    } else {
      return false
    }
    last = time
    return seconds > Self.secondsOfLearning
  }
}
