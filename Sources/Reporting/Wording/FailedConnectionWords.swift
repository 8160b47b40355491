import Correlation
import Observations

/// What TCP says where no tunnel was found: servers that nobody could connect to.
struct FailedConnectionWords {
  let sentences: [String]

  /// More servers than these are what a busy host's captures show at any time.
  private static let most = 2
  /// A SYN is sent again after a second, and then after two: one that waited less may be answered yet.
  private static let leastSeconds = 3.0

  init(_ report: Report) {
    // Without the packets of one direction every connection looks like this.
    let captures = report.captures.filter { !($0.directions?.isOneWay ?? false) }
    var known: Set<Endpoint> = []
    let failed = captures.flatMap { $0.failedConnections?.connections ?? [] }.filter {
      $0.isRefused || $0.seconds >= Self.leastSeconds
    }
    sentences = failed.filter { known.insert($0.flow.server).inserted }.prefix(Self.most).map {
      Self.sentence($0, isOnlyCapture: report.captures.count == 1)
    }
  }

  private static func sentence(_ connection: FailedConnections.Connection, isOnlyCapture: Bool) -> String {
    let (client, server) = (connection.flow.client.address, connection.flow.server)
    let place = isOnlyCapture ? " (frame \(connection.frame))" : ""
    return connection.isRefused
      ? "\(server.address) refuses TCP \(server.port): a reset answers the SYN of \(client)\(place)."
      : "\(server.address) does not answer on TCP \(server.port): \(client) asked for \(Phrase.duration(connection.seconds))\(place)."
  }
}
