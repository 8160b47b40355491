import Correlation
import Observations

/// What shows that a tunnel lives: how long it was watched, what each side sent, what was lost, how fast it came up, how
/// often it was renewed. Only what was seen; what nothing measures is left out.
struct VitalSigns {
  /// One sign each: "watched for 4 min 39 s", "no packet lost".
  let words: [String]

  init(_ tunnel: TunnelDescription) {
    var words: [String] = []
    if let first = tunnel.firstSeen, let last = tunnel.lastSeen, last > first {
      words.append("watched for \(last.seconds(since: first).duration)")
    }
    for channel in tunnel.channels { words += Self.signs(of: channel) }
    self.words = words
  }

  private static func signs(of channel: ChannelDescription) -> [String] {
    let name = channel.name.visibleLine
    var signs: [String] = []
    if let seconds = channel.handshakes.compactMap(\.answerSeconds).min() {
      signs.append(
        "\(name) handshake answered after \(seconds < 1 ? "\((seconds * 1000).decimal(1)) ms" : seconds.duration)")
    }
    // What a control channel sets up has a channel of its own, which counts it.
    if channel.role != .control, let client = channel.data.clientPackets, let gateway = channel.data.gatewayPackets,
      client + gateway > 0
    {
      signs.append(
        "\(client.grouped) \(name) \(channel.data.clientNoun)s from the client and \(channel.data.gatewayWords)")
    }
    if let lost = channel.data.lostPackets {
      signs.append(lost == 0 ? "no \(name) packet lost" : "\(lost.counted("\(name) packet")) lost")
    }
    let established = channel.handshakes.count { $0.outcome == .established }
    if channel.role != .control, established > 1 {
      signs.append("\(established.grouped) \(name) handshakes succeeded")
    }
    return signs
  }
}
