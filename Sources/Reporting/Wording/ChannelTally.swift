import Correlation

/// What the tunnels of a report have of one channel that carries data.
struct ChannelTally {
  private let first: ChannelDescription
  private var count = 0
  private var establishedCount = 0
  /// The first that is established; nil while none is.
  private var established: ChannelDescription?
  private var isOnOnePort = true
  private var showsOutcome = false
  private var hasSession = false

  /// In the order in which the channels come.
  static func all(in report: Report) -> [ChannelTally] {
    var tallies: [ChannelTally] = []
    for tunnel in report.tunnels {
      for channel in tunnel.channels where channel.role != .control {
        // A report has a handful of names, however many tunnels there are.
        if let place = tallies.firstIndex(where: { $0.first.name == channel.name }) {
          tallies[place].add(channel)
        } else {
          tallies.append(ChannelTally(channel))
        }
      }
    }
    return tallies
  }

  private init(_ channel: ChannelDescription) {
    first = channel
    add(channel)
  }

  private mutating func add(_ channel: ChannelDescription) {
    count += 1
    if channel.outcome != .none { showsOutcome = true }
    if !channel.sessions.isEmpty { hasSession = true }
    guard channel.outcome == .established else { return }
    establishedCount += 1
    if let established {
      isOnOnePort = isOnOnePort && established.port == channel.port && established.transport == channel.transport
    } else {
      established = channel
    }
  }

  /// "DTLS established on UDP 443 in 3 of 4 tunnels".
  var words: String {
    let name = first.name.visibleLine
    if let established {
      let place = isOnOnePort ? established.place.map { " on \($0)" } ?? "" : ""
      return "\(name) established\(place)"
        + (establishedCount == count ? "" : " in \(establishedCount) of \(count) tunnels")
    }
    if !showsOutcome {
      return first.handshakes.contains(where: \.isOpened)
        ? "\(name) \(first.outcomeInWords)" : "no \(name) handshake seen"
    }
    return hasSession ? "\(name) not established any more" : "no \(name) established"
  }
}
