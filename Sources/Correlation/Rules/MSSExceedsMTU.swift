import Observations

/// A SYN or SYN-ACK that asks for segments the path towards it cannot carry.
enum MSSExceedsMTU: Rule {
  static let name = RuleName.mssExceedsMTU

  static let documentation = RuleDocumentation(
    summary: "An MSS option offers more than the path MTU allows.",
    meaning: """
      The other side will send full segments that do not fit the path: each connection starts with packets that are \
      dropped, and hangs where the ICMP errors are filtered.
      """,
    recognisedBy: """
      A SYN or SYN-ACK whose MSS is above the known MTU of the path towards its sender less 40 bytes of headers (60 \
      for IPv6); the MTU is known from an ICMP error, before the SYN or after it.
      """,
    notToConfuseWith: "A SYN before anything is known about the path, unless it turns out so later.",
    remedies: [
      "Lower the adapter's MTU (`anyconnect mtu`), from which the client derives its MSS.",
      "Clamp the MSS on the gateway or a router on the path.",
    ])

  private struct Offer {
    let host: IPAddress
    let mss: Int
    let mtu: Int
    let sighting: Sighting
    let note: String
    /// The first ICMP error that told this MTU; nil when it is not known any more.
    let told: PointHistory.Dated<PacketTooBig>?
  }

  /// A path towards a host, and an MTU that was told of it.
  private struct KnownMTU: Hashable {
    let host: IPAddress
    let mtu: Int
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var byHost: [IPAddress: (point: Situation.Point, offers: [Offer])] = [:]
    for point in situation.points {
      for (host, offers) in Dictionary(grouping: offers(at: point), by: \.host)
      where offers.count > (byHost[host]?.offers.count ?? 0) {
        byHost[host] = (point, offers)
      }
    }
    return byHost.sorted { $0.key < $1.key }.compactMap { finding(for: $0.value.offers, at: $0.value.point, situation) }
  }

  private static func offers(at point: Situation.Point) -> [Offer] {
    var offers: [Offer] = []
    var frames: Set<FrameReference> = []
    var told: [KnownMTU: PointHistory.Dated<PacketTooBig>] = [:]
    for error in point.tooBig {
      let host = error.fact.quoted.destination.address
      guard let mtu = error.fact.nextHopMTU else { continue }
      if told[KnownMTU(host: host, mtu: mtu)] == nil { told[KnownMTU(host: host, mtu: mtu)] = error }
      guard let mss = error.fact.offeredMSS, let frame = error.fact.offerFrame, let time = error.fact.offerTime,
        mss > mtu - overhead(host), frames.insert(frame).inserted
      else { continue }
      offers.append(
        Offer(
          host: host, mss: mss, mtu: mtu, sighting: Sighting(time: time, frame: frame),
          note: "offers MSS \(mss); the path to it carries \(mtu) bytes, as an ICMP error says later", told: error))
    }
    for offer in point.offers where frames.insert(offer.sighting.frame).inserted {
      let flow = offer.fact.flow
      let host = offer.fact.sender == .client ? flow.client.address : flow.server.address
      offers.append(
        Offer(
          host: host, mss: offer.fact.mss, mtu: offer.fact.pathMTU, sighting: offer.sighting,
          note: "offers MSS \(offer.fact.mss); the path to it is known to carry \(offer.fact.pathMTU) bytes",
          told: told[KnownMTU(host: host, mtu: offer.fact.pathMTU)]))
    }
    return offers.sorted { ($0.sighting.time, $0.sighting.frame) < ($1.sighting.time, $1.sighting.frame) }
  }

  private static func overhead(_ host: IPAddress) -> Int { host.isIPv4 ? 40 : 60 }

  private static func finding(for offers: [Offer], at point: Situation.Point, _ situation: Situation) -> Finding? {
    guard let first = offers.first, let last = offers.last, let worst = offers.max(by: { $0.mss < $1.mss }),
      let mtu = offers.map(\.mtu).min()
    else { return nil }
    let recommended = mtu - overhead(first.host)
    let outer = situation.tunnel(endingAt: first.host)
    let inner =
      outer == nil
      ? situation.tunnelInside(
        point, between: first.host, and: first.host, from: first.sighting.time, to: last.sighting.time) : nil
    return Finding(
      // The tunnel's own TCP learns the path MTU; users notice it on inner connections.
      rule: name, severity: outer == nil ? .warning : .note, confidence: .certain,
      confidenceReason: "the MSS stands in the packet, and the path MTU in an ICMP error",
      tunnel: outer?.id ?? inner?.id,
      title: "\(first.host) offers MSS \(worst.mss) on a path that carries \(mtu) bytes",
      explanation: """
        \(first.host) offers MSS \(worst.mss) in \(Phrase.count(offers.count, "connection")), so its peers send packets of up to \
        \(worst.mss + overhead(first.host)) bytes; the path towards it carries only \(mtu). \
        An MSS of \(recommended) (\(mtu) less \(overhead(first.host)) bytes of headers) would fit.
        """,
      remedies: outer == nil
        ? [
          "Set `anyconnect mtu \(mtu)` or smaller, so that the client's adapter leads to MSS \(recommended) or less.",
          "Or clamp the MSS of connections through the tunnel to \(recommended).",
        ] : ["Clamp the MSS of TCP towards \(first.host) to \(recommended) on the router that reports the MTU."],
      start: first.sighting.time, end: last.sighting.time,
      facts: [
        ("mss", .integer(worst.mss)), ("mtu", .integer(mtu)), ("recommended_mss", .integer(recommended)),
        ("connections", .integer(offers.count)),
      ],
      evidence: evidence(of: offers))
  }

  /// The offers, and the ICMP error without which they would be nothing special.
  private static func evidence(of offers: [Offer]) -> [Evidence] {
    let mss = offers.prefix(6).map { Evidence(frame: $0.sighting.frame, time: $0.sighting.time, note: $0.note) }
    let least = offers.min { $0.mtu < $1.mtu }
    return (mss + [least?.told?.evidence].compactMap(\.self)).sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }
  }
}
