import Observations

/// A first handshake whose openings went unanswered for long before one was answered: users waited for their tunnel.
///
/// Some clients begin anew after each opening in vain, and their handshakes are judged one by one; others, like
/// WireGuard's, repeat one opening for 90 s.
struct LateAnswer {
  let channel: Channel
  let view: Association
  /// The openings that nothing came back for.
  let openings: Int
  /// How long the first of them waited, in seconds.
  let seconds: Double

  init?(_ channel: Channel) {
    guard !channel.isLogged, channel.profile.judgesHandshakes, let first = channel.handshakes.first, !first.isRenewal,
      first.view.sawStart, first.view.refusals.isEmpty, let answer = first.view.firstAnswer
    else { return nil }
    let view = first.view
    // The last opening before the answer is the one that was answered.
    let openings = view.openings.prefix { $0.moment <= answer.moment }.count - 1
    let seconds = answer.moment.seconds(since: view.begin.moment)
    guard openings >= LongWait.leastOpenings, seconds >= LongWait.leastSeconds else { return nil }
    self.channel = channel
    self.view = view
    self.openings = openings
    self.seconds = seconds
  }

  var unanswered: ArraySlice<Sighting> { view.openings.prefix(openings) }
}

extension HandshakeUnanswered {
  static func finding(of late: LateAnswer, _ tunnel: Tunnel) -> Finding {
    let channel = late.channel
    let waited = Phrase.duration(late.seconds)
    return Finding(
      rule: name, about: .channel(channel.kind, port: channel.port), severity: .warning, confidence: .certain,
      confidenceReason: "\(Phrase.count(late.openings, "opening")) stayed unanswered, and the next one was answered",
      tunnel: tunnel.id, title: "\(channel.place) goes unanswered for a time",
      headline: "\(channel.place) goes unanswered for \(waited)",
      explanation: """
        The client sent \(Phrase.count(late.openings, channel.profile.opening)) to \(tunnel.gatewayName)\(channel.onPort), and nothing \
        came back for \(waited): no answer and no ICMP error. The next one is answered: until then the path, a firewall or the \
        gateway was not ready.
        """,
      remedies: [
        "Find out what became ready at that moment: the client's network (a login page, Wi-Fi, roaming), a firewall rule, or the gateway itself.",
        "If users wait like this often, capture at the gateway too: that shows whether the openings arrive.",
      ],
      start: late.view.begin.moment, end: late.view.firstAnswer?.moment,
      facts: channel.portFact + [("attempts", .integer(1)), ("hellos", .integer(late.openings))], amount: late.openings,
      evidence: late.unanswered.prefix(6).enumerated().map { number, opening in
        opening.evidence("\(number == 0 ? channel.profile.openingMessage : "the same opening again"), no answer")
      } + [late.view.firstAnswer?.evidence("the first answer")].compactMap(\.self))
  }
}
