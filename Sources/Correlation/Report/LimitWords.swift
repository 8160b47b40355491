import Observations

/// What a limit that was reached means, in words.
package enum LimitWords {
  static let remedy = "Narrow the analysis to what matters (`--since`, `--until`, `--filter`, `--client`, `--gateway`)."

  /// A sentence without capital and full stop.
  ///
  /// - Parameter name: The captures that it is about; nil for the report.
  package static func sentence(_ limit: ReachedLimit, of name: String? = nil) -> String {
    let place = name.map { " of \($0)" } ?? ""
    let were = limit.count == 1 ? "was" : "were"
    let most = "at most \(limit.limit)"
    switch limit.kind {
    case .interfaces:
      return
        "\(Phrase.count(limit.count, "interface"))\(place) \(were) left out (\(most) are kept): their packets are not looked into"
    case .options:
      return
        "\(Phrase.count(limit.count, "block"))\(place) \(limit.count == 1 ? "has" : "have") more options than are looked at (\(most))"
    case .hostDrops:
      return
        "\(Phrase.count(limit.count, "packet"))\(place) that the capturing host dropped \(were) not looked at as such (\(most) are)"
    case .flows:
      return
        "\(Phrase.count(limit.count, "flow"))\(place) \(were) forgotten early (\(most) are watched at once), flows that are no tunnel before the others"
    case .reassemblies:
      return
        "\(Phrase.count(limit.count, "hello"))\(place) \(were) read from the first segment alone (\(most) are put together at once)"
    case .handshakeBytes:
      return "\(Phrase.count(limit.count, "hello"))\(place) \(were) longer than is kept (\(most) bytes)"
    case .paths:
      return
        "\(Phrase.count(limit.count, "ICMP error"))\(place) about further paths \(were) left out (the MTU of \(most) is kept)"
    case .fragmentedPaths:
      return
        "\(Phrase.count(limit.count, "fragment"))\(place) between further hosts \(were) left out (\(most) pairs are kept)"
    case .cutQuotes:
      return
        "\(Phrase.count(limit.count, "ICMP error"))\(place) whose quoted ports are cut off \(were) left out (the conversations of \(most) are looked for)"
    case .sessions:
      return
        "\(Phrase.count(limit.count, "session"))\(place) \(were) not followed to another address (\(most) are followed at once)"
    case .hostPairs:
      return
        "\(Phrase.count(limit.count, "event"))\(place) between further hosts \(were) left out (\(most) pairs are kept)"
    case .connections:
      return
        "\(Phrase.count(limit.count, "connection or attempt", plural: "connections and attempts"))\(place) \(were) forgotten, the oldest first (\(most) are kept)"
    case .pathFacts:
      return "\(Phrase.count(limit.count, "fact"))\(place) about paths \(were) left out (\(most) of a kind are kept)"
    case .tunnels: return "\(Phrase.count(limit.count, "tunnel")) \(were) left out of the report (\(most) are in it)"
    case .findings:
      return
        "\(Phrase.count(limit.count, "finding")) \(were) left out of the report (\(most) are in it, the worst first)"
    case .timelineEntries:
      return "\(Phrase.count(limit.count, "event")) \(were) left out of the timeline (\(most) are in it)"
    }
  }
}
