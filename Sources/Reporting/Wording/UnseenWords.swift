import Correlation
import Observations

/// What of tunnels in captures was not seen, so that nobody takes it for working: tunnels of which nothing shows that they
/// do, channels that the capture shows only coming up, and directions without data.
struct UnseenWords {
  let sentences: [String]

  init(_ report: Report) {
    let isOne = report.tunnels.count == 1
    // Of several tunnels, those that lack the same are named in one sentence.
    let end = isOne ? report.captures.compactMap(\.end).max() : nil
    var gaps: [(gap: Gap, tunnels: [String])] = []
    var places: [Gap: Int] = [:]
    var unjudged: [String] = []
    for tunnel in report.tunnels {
      let works = tunnel.showsHealth
      if !works { unjudged.append(tunnel.id) }
      if tunnel.isFromLogsOnly { continue }
      var own = tunnel.channels.filter { $0.role != .control }.compactMap { Gap($0, captureEnd: end) }
      // Where data passes, it does not matter how much of the handshake was seen.
      if own.isEmpty, !works {
        own = tunnel.channels.filter { $0.outcome == .none }.compactMap { Gap($0, captureEnd: end) }
      }
      for gap in own {
        if let place = places[gap] {
          if gaps[place].tunnels.last != tunnel.id { gaps[place].tunnels.append(tunnel.id) }
        } else {
          places[gap] = gaps.count
          gaps.append((gap, [tunnel.id]))
        }
      }
    }
    sentences =
      (report.verdict == .healthy ? Self.unjudged(unjudged) : [])
      + gaps.map { $0.gap.sentence + (isOne ? "." : " (\(Self.names($0.tunnels))).") }
  }

  /// Tunnels that stand beside one that works, and of which nothing shows that they do.
  private static func unjudged(_ tunnels: [String]) -> [String] {
    tunnels.isEmpty ? [] : ["Nothing shows whether \(names(tunnels)) \(tunnels.count == 1 ? "works" : "work")."]
  }

  /// A report may hold thousands.
  private static func names(_ tunnels: [String]) -> String {
    tunnels.count > 3 ? tunnels.count.counted("tunnel") : Phrase.list(tunnels.map(\.visibleLine))
  }
}

/// What was not seen of one channel.
private enum Gap: Hashable {
  /// Nothing shows what came of its handshake. `after`: how long after its beginning the capture ends, where that is soon.
  case outcome(channel: String, after: String?)
  /// It came up, and only one side was seen to send data.
  case oneSided(channel: String, isClient: Bool)
  /// It came up, and no data was seen.
  case data(channel: String)

  /// A handshake this long before the capture's end has had its time: something else hides what came of it.
  private static let handshakeSeconds = 30.0

  init?(_ channel: ChannelDescription, captureEnd: Timestamp?) {
    // TCP acknowledges what arrives.
    let mayBeLost = channel.transport != "TCP" || channel.outcome == .none
    if mayBeLost, let sender = channel.onlySender {
      self = .oneSided(channel: channel.name.visibleLine, isClient: sender == .client)
    } else if channel.outcome == .none, channel.sessions.isEmpty, let last = channel.handshakes.last(where: \.isOpened)
    {
      let seconds = last.start.flatMap { captureEnd?.seconds(since: $0) }
      let isShort = seconds.map { (0..<Self.handshakeSeconds).contains($0) } ?? false
      // What is shorter than a millisecond would be 0 s.
      let after = isShort ? seconds.map { $0 < 0.001 ? "right" : $0.duration } : nil
      self = .outcome(channel: channel.name.visibleLine, after: after)
    } else if channel.outcome == .established, mayBeLost, channel.data.clientPackets == 0,
      channel.data.gatewayPackets == 0
    {
      self = .data(channel: channel.name.visibleLine)
    } else {
      return nil
    }
  }

  var sentence: String {
    switch self {
    case .outcome(let channel, let after):
      (after.map { "The capture ends \($0) after the \(channel) handshake began" }
        ?? "The \(channel) handshake is only in part in the capture") + ": nothing shows whether it comes up"
    case .oneSided(let channel, let isClient):
      "Only the \((isClient ? Side.client : .server).name) sent data over \(channel): nothing shows whether the \((isClient ? Side.server : .client).name)'s arrives"
    case .data(let channel): "\(channel) came up, and no data was seen over it"
    }
  }
}
