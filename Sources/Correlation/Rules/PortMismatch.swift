import Observations

extension RuleName {
  package static let portMismatch = RuleName("port-mismatch")
}

/// A channel that fails on a port of its own, while the gateway answers elsewhere.
///
/// Only the gateway's own word (a socket table, a listing) proves it; a firewall that passes one port and not the other
/// looks the same.
enum PortMismatch: Rule {
  static let name = RuleName.portMismatch

  static let documentation = RuleDocumentation(
    summary: "Clients are given a port on which the gateway does not listen.",
    meaning: "The channel can never come up: the client is given one port, and the gateway listens on another.",
    recognisedBy: """
      Every opening goes unanswered or is refused on a port that is not the channel's usual one or not that of the other \
      channel, while that works with the same gateway. Certain when a listing shows the channel listening on another port.
      """,
    notToConfuseWith: "A firewall that blocks this port; without the gateway's own listing both are possible.",
    remedies: [
      "Compare the port that clients are given with those on which the gateway listens.",
      "Configure the port on the gateway that clients are given, or give clients the port on which it listens.",
    ])

  static let topic = RuleTopic.channel
  static let restsOn: Set<RuleGround> = [.absence]
  static let holdSeconds = 10.0

  static func plural(_ about: FindingSubject) -> String {
    "are sent to \(about.port.map { "\(about.channelName) port \($0)," } ?? "a \(about.channelName) port") on which the gateway does not seem to listen"
  }

  static func findings(in situation: Situation, earlier: EarlierFindings) -> [Finding] {
    var found: [Finding] = []
    var cited: Set<Int> = []
    for tunnel in situation.tunnels {
      for channel in tunnel.channels {
        guard var finding = finding(about: channel, of: tunnel, in: situation, earlier) else { continue }
        finding.effects = [failure(of: channel, tunnel, earlier)?.id].compactMap(\.self)
        if finding.confidence == .certain { cited.formUnion(finding.evidence.compactMap { $0.line?.log }) }
        found.append(finding)
      }
    }
    return found + unattributed(in: situation, cited)
  }

  static func recovery(from finding: Finding, _ tunnel: TunnelDescription?, at now: Timestamp) -> String? {
    HandshakeUnanswered.recovery(from: finding, tunnel, at: now)
  }

  static func disappearance(
    of finding: Finding, from tunnel: TunnelDescription, before: [Finding]
  ) -> Disappearance { .ofChannel(finding.channel, tunnel) }

  // MARK: A tunnel's channel

  private static func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, _ earlier: EarlierFindings
  ) -> Finding? {
    let failure = failure(of: channel, tunnel, earlier)
    // What failed may have gone to another port than what came up later.
    guard channel.profile.judgesHandshakes, let port = failure?.about.port ?? channel.port,
      channel.isLogged || tunnel.companion(of: channel) != nil
    else { return nil }
    let control = tunnel.companion(of: channel)
    let gateway = situation.gatewayKnowledge(of: tunnel)
    let word = listeningWord(of: gateway, channel.kind, port: port)
    let isUsual = port == Int(channel.profile.usualPort)
    let controlPort =
      channel.isLogged
      ? control.flatMap { gateway?.announcedPort($0.kind) }.map(Int.init) ?? control?.port : control?.port
    var isContradicted = false
    // The port of a channel that has its own is not to be compared with the control channel's.
    if case .listensElsewhere = word {} else if !channel.isLogged, !channel.profile.sharesControlPort { return nil }
    switch word {
    case .unknown:
      // A client's log names both ports: those that are the same do not differ, however unusual.
      if channel.isLogged, controlPort == port { return nil }
      guard !isUsual || controlPort.map({ $0 != port }) ?? false else { return nil }
    case .listens:
      guard !channel.isLogged, !isUsual || controlPort.map({ $0 != port }) ?? false else { return nil }
      isContradicted = true
    case .listensElsewhere: break
    }
    let judged = channel.handshakes.filter {
      $0.outcome != .none && !$0.isRenewal && $0.view.port.map { $0 == port } ?? true
    }
    let allFail = judged.allSatisfy { $0.outcome == .unanswered || $0.outcome == .refused }
    if case .listensElsewhere(let ports, let listing) = word, let gateway,
      failure != nil && allFail || channel.isLogged && channel.outcome != .established && LoggedMTUChain(tunnel) != nil
    {
      return provenFinding(
        channel: channel.profile, port: port, controlPort: controlPort, listening: ports, listing: listing, gateway,
        tunnel: tunnel, in: situation, failure: failure)
    }
    guard let failure, allFail, !isContradicted || !channel.isLogged,
      controlPort != port || !isForbiddenOnTheWay(judged, to: tunnel)
    else { return nil }
    return unproven(
      failure, channel, port: port, controlPort: controlPort, tunnel, situation,
      contradicting: isContradicted ? word : nil)
  }

  /// Whether another device than the gateway says of every opening that its own rule forbids it: of a port that is the control
  /// channel's too, that explains the failure.
  private static func isForbiddenOnTheWay(_ handshakes: [Handshake], to tunnel: Tunnel) -> Bool {
    !handshakes.isEmpty
      && handshakes.allSatisfy { handshake in
        handshake.first(\.refusals).contains { refused in
          guard case .icmp(_, let code, let isIPv6) = refused.refusal.kind else { return false }
          return !tunnel.isGateway(refused.refusal.reporter) && ICMPWords.isProhibited(code: code, isIPv6: isIPv6)
        }
      }
  }

  /// The failure of the channel that a wrong port explains.
  private static func failure(of channel: Channel, _ tunnel: Tunnel, _ earlier: EarlierFindings) -> Finding? {
    earlier.about(tunnel).first {
      ($0.rule == HandshakeUnanswered.name || $0.rule == HandshakeRefused.name) && $0.severity != .note
        && $0.channel == channel.kind
    }
  }

  private static func unproven(
    _ failure: Finding, _ channel: Channel, port: Int, controlPort: Int?, _ tunnel: Tunnel, _ situation: Situation,
    contradicting word: ListeningWord?
  ) -> Finding {
    let discarded = tunnel.log.droppedRequests(to: UInt16(exactly: port).map { [$0] } ?? [])
    let isDiscarded = discarded.contains {
      if case .packetDropped(let packet) = $0.event { !packet.byAccessList } else { false }
    }
    let isRefusedByGateway =
      failure.rule == HandshakeRefused.name && !channel.isLogged
      && channel.handshakes(.refused).contains { handshake in
        handshake.views.contains { $0.refusals.contains { tunnel.isGateway($0.refusal.reporter) } }
      }
    let family = situation.family(of: tunnel)
    var contradiction: [Evidence] = []
    if case .listens(let listing) = word {
      contradiction = [listing.evidence("the gateway listens on that port, which contradicts it")]
    }
    var finding = Finding(
      rule: name, about: .channel(channel.kind, port: port), severity: .warning,
      confidence: word != nil
        ? .possible
        : isDiscarded ? channel.isLogged ? .likely : .certain : isRefusedByGateway ? .likely : .possible,
      confidenceReason: word != nil
        ? "the gateway itself says that it listens on \(channel.transport) \(port), which contradicts it"
        : isDiscarded
          ? "the gateway's log says that it discarded the openings because nothing listens there"
          : isRefusedByGateway
            ? "the gateway itself says that nothing listens; its listing of sockets would prove it"
            : "a firewall that drops \(channel.transport) \(port) looks the same; the gateway's listing of sockets would show which it is",
      tunnel: tunnel.id, title: "The gateway does not seem to listen on \(channel.profile.name) port \(port)",
      headline: "\(channel.place) fails"
        + (controlPort.map { $0 == port ? "" : " while \(control(channel, tunnel)) works on \($0)" } ?? ""),
      explanation: """
        Clients of \(tunnel.gatewayName) are given \(channel.transport) \(port) for \(channel.profile.name)\
        \(controlPort.map { $0 == port ? "" : ", while \(control(channel, tunnel)) runs on \($0)" } ?? ""), and \
        \(isRefusedByGateway ? "the gateway refuses it" : "nothing answers there").\
        \(family?.note(on: name, with: situation.product(of: tunnel)).map { " " + $0 } ?? "")\
        \(word != nil ? " By its own word the gateway does listen there: a firewall on it or in front of it is the likelier reason." : isRefusedByGateway || isDiscarded ? "" : " A firewall that blocks this port is as possible.")
        """,
      remedies: situation.remedies(self, for: tunnel, channel: channel),
      start: failure.start, end: failure.end,
      facts: facts(
        channel.profile, port: port, control: tunnel.companion(of: channel)?.profile, controlPort: controlPort),
      evidence: failure.evidence + discarded.evidence(3) + contradiction)
    if word == nil, !isDiscarded { finding.proof = "the gateway's listing of sockets would prove it" }
    return finding
  }

  private static func control(_ channel: Channel, _ tunnel: Tunnel) -> String {
    tunnel.companion(of: channel)?.profile.name ?? "the other channel"
  }

  /// "tls_port" and "dtls_port" beside the plain "port".
  private static func facts(
    _ channel: ChannelProfile, port: Int, control: ChannelProfile?, controlPort: Int?
  ) -> [(name: String, value: FactValue)] {
    var facts: [(name: String, value: FactValue)] = []
    if let control, let controlPort { facts.append(("\(control.kind.rawValue)_port", .integer(controlPort))) }
    facts.append(("\(channel.kind.rawValue)_port", .integer(port)))
    facts.append(("port", .integer(port)))
    return facts
  }

  // MARK: What the gateway says

  /// What the gateway's own listing says of a port that clients are given.
  enum ListeningWord {
    /// The channel listens elsewhere: on these ports, or on none.
    case listensElsewhere([UInt16], LogFact)
    case listens(LogFact)
    /// There is no listing.
    case unknown
  }

  static func listeningWord(of gateway: GatewayKnowledge?, _ channel: ChannelKind, port: Int) -> ListeningWord {
    guard let gateway, let sockets = gateway.sockets, let ports = gateway.ports(channel) else { return .unknown }
    return ports.contains { Int($0) == port } ? .listens(sockets.fact) : .listensElsewhere(ports.sorted(), sockets.fact)
  }

  /// The mismatch as the gateway's listing proves it.
  private static func provenFinding(
    channel: ChannelProfile, port: Int, controlPort: Int?, listening: [UInt16], listing: LogFact,
    _ gateway: GatewayKnowledge, tunnel: Tunnel?, in situation: Situation, failure: Finding?
  ) -> Finding {
    let family = situation.families.family(of: channel.kind)
    let control = family?.channels.first { $0.kind != channel.kind }
    var facts = facts(channel, port: port, control: control, controlPort: controlPort)
    if let first = listening.first { facts.append(("listening_port", .integer(Int(first)))) }
    let place =
      listening.isEmpty
      ? "does not listen for \(channel.name) at all"
      : "listens for \(channel.name) on \(channel.transport) \(Phrase.list(listening.prefix(4).map(String.init)))"
    let configured = gateway.facts.last { if case .statement(.webVPN) = $0.event { true } else { false } }
    var request = RemedyRequest(
      rule: name, channel: channel, port: port, product: tunnel.flatMap(situation.product))
    request.gatewayFacts = gateway
    let remedies = family?.remedies(request) ?? []
    return Finding(
      rule: name, about: .channel(channel.kind, port: port), severity: .warning, confidence: .certain,
      confidenceReason: "the gateway's own listing names the port on which it listens", tunnel: tunnel?.id,
      title: listening.first.map { "Clients are given \(channel.name) port \(port), but the gateway listens on \($0)" }
        ?? "Clients are given \(channel.name) port \(port), but the gateway does not listen for \(channel.name)",
      headline: "\(channel.name) fails on \(channel.transport) \(port)"
        + (listening.first.map { " while the gateway listens on \($0)" } ?? ""),
      explanation: """
        Clients are given \(channel.transport) \(port) for \(channel.name)\(configured.map { _ in " (the configuration says so too)" } ?? ""), and the \
        gateway \(place), according to its own listing: \(channel.name) cannot come up.\(family?.note(on: name, with: tunnel.flatMap(situation.product)).map { " " + $0 } ?? "")
        """,
      remedies: remedies.isEmpty ? documentation.remedies : remedies, start: failure?.start ?? listing.time,
      end: failure?.end ?? listing.time, facts: facts,
      evidence: evidence(failure, listing, listening, channel) + (configured.map { [$0.evidence()] } ?? []))
  }

  /// Packets of the failure, the listing, and lines of the failure.
  private static func evidence(
    _ failure: Finding?, _ listing: LogFact, _ listening: [UInt16], _ channel: ChannelProfile
  ) -> [Evidence] {
    let shown = failure?.evidence ?? []
    let place = listening.first.map { "listens on \($0)" } ?? "listens nowhere"
    let packets = shown.filter { $0.frame != nil }
    let lines = shown.filter { $0.line != nil }.prefix(3)
    return packets + [listing.evidence("the gateway's listing: \(channel.name) \(place)")] + lines
  }

  /// A gateway that is known by what it says of itself alone.
  private static func unattributed(in situation: Situation, _ cited: Set<Int>) -> [Finding] {
    situation.logs.gateways.flatMap { gateway -> [Finding] in
      ChannelKind.allCases.compactMap { kind in
        guard let profile = situation.families.profile(kind), profile.judgesHandshakes,
          let port = gateway.announcedPort(kind), gateway.isServing,
          case .listensElsewhere(let listening, let listing) = listeningWord(of: gateway, kind, port: Int(port)),
          !listening.isEmpty, !cited.contains(listing.line.log),
          !situation.tunnels.contains(where: {
            $0.isSeen && situation.gatewayKnowledge(of: $0)?.device == gateway.device
          })
        else { return nil }
        let control = situation.families.family(of: kind)?.channels.first { !$0.judgesHandshakes }
        return provenFinding(
          channel: profile, port: Int(port),
          controlPort: control.flatMap { gateway.announcedPort($0.kind) }.map(Int.init), listening: listening,
          listing: listing, gateway, tunnel: nil, in: situation, failure: nil)
      }
    }
  }
}
