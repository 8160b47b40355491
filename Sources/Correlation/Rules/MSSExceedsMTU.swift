import Observations

extension RuleName {
  package static let mssExceedsMTU = RuleName("mss-exceeds-mtu")
}

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
      "Lower the adapter's MTU, from which the client derives its MSS.",
      clamping,
    ])

  /// In general words; a finding says to which size.
  private static let clamping = "Clamp the MSS on the gateway or a router on the path."

  static let topic = RuleTopic.path

  static func plural(_ about: FindingSubject) -> String { "carry connections whose MSS is above a path MTU" }

  struct Offer {
    let host: IPAddress
    let peer: IPAddress
    let mss: Int
    let mtu: Int
    let sighting: Sighting
    /// Whether the path MTU was known before.
    let wasKnown: Bool
    /// The first ICMP error that reported this MTU; nil when it is not known any more.
    let report: PointHistory.Dated<PacketTooBig>?

    var note: String {
      wasKnown
        ? "offers MSS \(mss); the path to it is known to carry \(mtu) bytes"
        : "offers MSS \(mss); the path to it carries \(mtu) bytes, as an ICMP error says later"
    }
  }

  /// A path towards a host, and an MTU that was reported for it.
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
    return byHost.sorted { $0.key < $1.key }.compactMap { host, seen in
      guard var finding = finding(for: seen.offers, at: seen.point, situation) else { return nil }
      finding.effects = earlier.all.filter { isOversized($0, towards: host, seen.offers, at: seen.point) }.map(\.id)
      return finding
    }
  }

  /// Whether a finding is about packets towards a host that are too large because of the segments it asks for.
  private static func isOversized(
    _ finding: Finding, towards host: IPAddress, _ offers: [Offer], at point: Situation.Point
  ) -> Bool {
    guard finding.rule == OversizedDF.name, let path = finding.about.path, path.destination == host,
      let largestOffer = offers.map(\.mss).max()
    else { return false }
    return point.oversized.contains {
      $0.fact.source == path.source && $0.fact.destination == host
        && $0.fact.largest <= largestOffer + host.segmentHeaders
    }
  }

  /// The offers that are too large for a path, in time order, each packet once.
  static func offers(at point: Situation.Point) -> [Offer] {
    var offers: [Offer] = []
    var frames: Set<Source> = []
    var reports: [KnownMTU: PointHistory.Dated<PacketTooBig>] = [:]
    for error in point.tooBig {
      let host = error.fact.quoted.destination.address
      guard let mtu = error.fact.nextHopMTU else { continue }
      if reports[KnownMTU(host: host, mtu: mtu)] == nil { reports[KnownMTU(host: host, mtu: mtu)] = error }
      guard let mss = error.fact.offeredMSS, let frame = error.fact.offerFrame, let time = error.fact.offerTime,
        mss > mtu - host.segmentHeaders, frames.insert(.frame(frame)).inserted
      else { continue }
      offers.append(
        Offer(
          host: host, peer: error.fact.quoted.source.address, mss: mss, mtu: mtu,
          sighting: Sighting(time: time, frame: frame),
          wasKnown: false, report: error))
    }
    for offer in point.offers where frames.insert(offer.sighting.source).inserted {
      let flow = offer.fact.flow
      let host = offer.fact.sender == .client ? flow.client.address : flow.server.address
      offers.append(
        Offer(
          host: host, peer: offer.fact.sender == .client ? flow.server.address : flow.client.address,
          mss: offer.fact.mss, mtu: offer.fact.pathMTU, sighting: offer.sighting,
          wasKnown: true, report: reports[KnownMTU(host: host, mtu: offer.fact.pathMTU)]))
    }
    return offers.sorted { Sighting.isBefore($0.sighting, $1.sighting) }
  }

  private static func finding(for offers: [Offer], at point: Situation.Point, _ situation: Situation) -> Finding? {
    guard let first = offers.first, let last = offers.last, let worst = offers.max(by: { $0.mss < $1.mss }),
      let mtu = offers.map(\.mtu).min()
    else { return nil }
    let recommended = mtu - first.host.segmentHeaders
    let outer = situation.tunnel(endingAt: first.host)
    let inner =
      outer == nil
      ? situation.tunnelInside(
        point, between: first.host, and: first.host, from: first.sighting.moment, to: last.sighting.moment) : nil
    return Finding(
      // The tunnel's own TCP learns the path MTU; users notice it on inner connections.
      rule: name, about: .host(first.host), severity: outer == nil ? .warning : .note, confidence: .certain,
      confidenceReason: "the MSS stands in the packet, and the path MTU in an ICMP error",
      tunnel: outer?.id ?? inner?.id,
      title: "\(first.host) offers MSS \(worst.mss) on a path that carries \(mtu) bytes",
      headline: "connections ask for larger segments than the path can carry (MSS \(worst.mss), MTU \(mtu))",
      explanation: """
        \(first.host) offers it in \(Phrase.count(offers.count, "connection")), so that its peers send packets of up to \
        \(worst.mss + first.host.segmentHeaders) bytes. An MSS of \(recommended) (\(mtu) less \(first.host.segmentHeaders) bytes of headers) would fit.
        """,
      remedies: outer == nil
        ? situation.remedies(self, for: inner?.tunnel) { request in
          request.bytes = mtu
          request.isInside = true
        }.filter { $0 != clamping }
          + [
            "Clamp the MSS of connections through the tunnel to \(recommended), on the gateway or a router on the path."
          ]
        : ["Clamp the MSS of TCP towards \(first.host) to \(recommended) on the router that reports the MTU."],
      start: first.sighting.time, end: last.sighting.time,
      facts: [
        ("mss", .integer(worst.mss)), ("mtu", .integer(mtu)), ("recommended_mss", .integer(recommended)),
        ("connections", .integer(offers.count)),
      ], amount: offers.count,
      evidence: evidence(of: offers))
  }

  /// The offers, and the ICMP error without which they would be nothing special.
  private static func evidence(of offers: [Offer]) -> [Evidence] {
    let mss = offers.prefix(6).map { $0.sighting.evidence($0.note) }
    let least = offers.min { $0.mtu < $1.mtu }
    return (mss + [least?.report?.evidence].compactMap(\.self)).sorted { Sighting.isBefore($0.sighting, $1.sighting) }
  }

  static func corroboration(of finding: Finding, by tunnel: Tunnel, in situation: Situation) -> Corroboration? {
    OversizedDF.largePackets(of: tunnel)
  }
}
