import Observations

/// A session that goes on from another address or port of the client: health, and worth knowing.
enum AddressMoved: ChannelRule {
  static let name = RuleName("address-change")
  static let restsOn: Set<RuleGround> = []

  static let documentation = RuleDocumentation(
    summary: "The session goes on from another address or port of the client.",
    meaning: "Nothing is broken: the protocol follows the client. A NAT that forgets its mapping looks like this.",
    recognisedBy: "Packets of one session from a new source, by what identifies the session in clear.",
    notToConfuseWith: "A new session: it begins with a handshake of its own.",
    remedies: ["Nothing needs to change. Where it comes often: a keep-alive below the NAT's idle timeout."])

  static func plural(_ about: FindingSubject) -> String { "change the client's address or port" }

  static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, earlier: EarlierFindings
  ) -> Finding? {
    let changes = channel.handshakes.flatMap { $0.views.first { !$0.addressChanges.isEmpty }?.addressChanges ?? [] }
    guard let first = changes.first, let last = changes.last else { return nil }
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .note, confidence: .certain,
      confidenceReason: "the session is the same by what identifies it", tunnel: tunnel.id,
      title: "The client's address changed from \(first.change.from) to \(first.change.to)",
      explanation: """
        The session went on from another source \(Phrase.count(changes.count, "time")); the first time from \
        \(first.change.from) to \(first.change.to).
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel), start: first.sighting.time,
      end: last.sighting.time,
      facts: [("from", .text("\(first.change.from)")), ("to", .text("\(first.change.to)"))], amount: changes.count,
      evidence: changes.prefix(6).map { $0.sighting.evidence("from \($0.change.to)") })
  }
}
