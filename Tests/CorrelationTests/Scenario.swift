import Correlation
import Families
import Observations

/// What one capture point sees, told as a story: times are seconds since the capture began, and the packet at
/// second 1.5 is frame 1501.
///
///     var scene = Scenario(lasting: 120)
///     scene.session(from: 0)
///     let attempt = scene.hello(at: 1)
///     scene.hello(attempt, at: 2)
///     let finding = scene.report().finding(.handshakeUnanswered)
struct Scenario {
  static let client: IPAddress = "198.51.100.10"
  static let gateway: IPAddress = "203.0.113.20"
  static let router: IPAddress = "192.0.2.1"
  /// A server behind the gateway, and the address that a client has inside the tunnel.
  static let insideServer: IPAddress = "10.1.0.80"
  static let insideClient: IPAddress = "10.8.0.5"

  /// What is correlated with: the families that the program has.
  static let families = RegisteredFamilies.table

  let point: Int
  let end: Double
  /// How far this point's clock is ahead of true time, and how long packets take from the client to it, in seconds.
  let clockAhead: Double
  let delay: Double
  /// How much this point's clock gains.
  var driftPartsPerMillion = 0.0
  var client: IPAddress
  var gateway: IPAddress = Scenario.gateway
  var capture: CaptureDescription
  private var told: [(at: Double, observation: Observation)] = []
  private var connections = 0

  init(
    lasting end: Double = 300, point: Int = 0, name: String = "capture.pcap", clockAhead: Double = 0,
    delay: Double = 0, client: IPAddress = Scenario.client
  ) {
    self.point = point
    self.end = end
    self.clockAhead = clockAhead
    self.delay = delay
    self.client = client
    capture = CaptureDescription(
      index: point, point: point, name: name, format: "pcap", linkTypes: ["Ethernet"], snapLength: 262_144,
      packets: 1000, bytes: 100_000, start: Timestamp.second(clockAhead), end: Timestamp.second(end + clockAhead))
  }

  /// In the order in which a tracker tells them: by time, and what only the end of the capture tells last.
  var observations: [Observation] {
    told.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element.observation)
  }

  func report() -> Report { Scenario.report(of: [self]) }

  static func report(
    of scenes: [Scenario], limits: CorrelationLimits = CorrelationLimits(), families: FamilyTable = families
  ) -> Report {
    var correlator = Correlator(families: families, limits: limits)
    for scene in scenes { correlator.absorb(scene.observations) }
    return correlator.report(captures: scenes.map(\.capture))
  }

  // MARK: Times and frames

  /// What this point's clock shows at a true time.
  func time(_ seconds: Double) -> Timestamp {
    Timestamp.second(seconds * (1 + driftPartsPerMillion / 1e6) + clockAhead)
  }

  func frame(_ seconds: Double) -> FrameReference {
    FrameReference(capture: point, frame: Int((seconds * 1000).rounded()) + 1)
  }

  mutating func tell(_ event: Observation.Event, at seconds: Double, toldAt: Double? = nil) {
    told.append(
      (toldAt ?? seconds, Observation(time: time(seconds), point: point, frame: frame(seconds), event: event)))
  }

  /// A number for the next client port and random.
  mutating func number() -> Int {
    connections += 1
    return connections
  }

  // MARK: TLS

  /// A TLS connection of the tunnel: from its SYN to its first FIN or RST, or open until the capture ends.
  ///
  /// - Parameters:
  ///   - requests: The requests of its opening; a login takes at least three.
  ///   - turns: How often the speaker changes after the opening; at least 2 where traffic runs.
  ///   - turnMarks: When they came to 8, 16 and so on.
  ///   - random: What makes the connection the same at several points; counted up unless given.
  ///   - serverPackets: Packets with payload of the gateway; 0 where the capture shows none of its packets at all.
  ///   - lastFromGateway: When the gateway was last heard; at the end unless given.
  /// - Returns: The connection, for what else is told of it.
  @discardableResult
  mutating func session(
    from start: Double, to finish: Double? = nil, ending: ConnectionEnding = .clientClosed, port: UInt16 = 443,
    requests: Int = 1, turns: Int = 10, turnMarks: [Double] = [], random: Int? = nil, sawStart: Bool = true,
    clientMSS: Int? = 1460,
    gatewayMSS: Int? = 1380, suite: UInt16 = 0x0005, version: TLSVersion = .tls10, serverPackets: Int = 50,
    lastFromGateway: Double? = nil, lastFromClient: Double? = nil, isWeb: Bool = false
  ) -> Attempt {
    let number = number()
    let flow = Flow(
      client: Endpoint(client, UInt16(50_000 + number)), server: Endpoint(gateway, port))
    let hello = HandshakeToken.numbered(random ?? number)
    let id = HandshakeID(.tls, firstFrame: frame(start + delay))
    if sawStart {
      tell(
        .opened(
          Opening(
            id: id, flow: flow, token: hello, isForeign: isWeb, serverName: "vpn.example.com",
            connection: TCPOpening(
              synTime: time(start + delay), syn: frame(start + delay), clientMSS: clientMSS,
              synAck: serverPackets == 0 ? nil : frame(start + 0.04 - delay),
              serverMSS: serverPackets == 0 ? nil : gatewayMSS))),
        at: start + 0.05 + delay)
      // The gateway is 40 ms away from the client: the answer passes the client's point 80 ms after the hello.
      if serverPackets > 0 {
        tell(
          .message(
            HandshakeMessage(
              id: id, flow: flow, sender: .server, stage: .answer, name: MessageName("ServerHello"), version: version,
              cipherSuite: CipherSuite(suite))),
          at: start + 0.13 - delay)
      }
    }
    let last = finish ?? end - 0.5
    tell(
      .summary(
        ChannelSummary(
          id: id, flow: flow, start: time(start + delay), startFrame: frame(start + delay), sawStart: sawStart,
          token: sawStart ? hello : nil, end: time(last), ending: finish == nil ? .open : ending,
          client: PayloadTotals(packets: 50, bytes: 5_000, last: time(lastFromClient ?? last)),
          server: PayloadTotals(
            packets: serverPackets, bytes: serverPackets * 100,
            last: serverPackets == 0 ? nil : time(lastFromGateway ?? last)),
          openingRequests: requests, turns: turns,
          turnMarks: turnMarks.map { CountMark(time: time($0), frame: frame($0)) })),
      at: last, toldAt: finish ?? end)
    return Attempt(id: id, flow: flow, random: hello)
  }

  /// A connection to the gateway's TLS port whose SYN it answers with a reset.
  mutating func refusedConnection(at seconds: Double) {
    let flow = Flow(client: Endpoint(client, UInt16(60_000 + number())), server: Endpoint(gateway, 443))
    let id = HandshakeID(.tls, firstFrame: frame(seconds))
    tell(.opened(Opening(id: id, flow: flow, transport: .tcp)), at: seconds)
    tell(
      .refused(
        Refusal(
          id: id, flow: flow, kind: .reset, reporter: gateway,
          quoted: QuotedFlow(transport: .tcp, source: flow.client, destination: flow.server, length: 0),
          quotedSide: .client)), at: seconds + 0.02)
  }

  // MARK: DTLS

  /// An attempt to establish DTLS, to be continued.
  struct Attempt {
    let id: HandshakeID
    let flow: Flow
    let random: HandshakeToken
  }

  /// A handshake message of DTLS other than a hello of the client.
  enum Message: String {
    case helloVerifyRequest = "HelloVerifyRequest"
    case serverHello = "ServerHello"
    case changeCipherSpec = "ChangeCipherSpec"
    case finished = "Finished"

    var stage: HandshakeMessage.Stage {
      switch self {
      case .helloVerifyRequest: .challenge
      case .serverHello: .answer
      case .changeCipherSpec: .progress
      case .finished: .finish
      }
    }
  }

  /// The first hello of a new attempt.
  mutating func hello(
    at seconds: Double, port: UInt16 = 443, random: Int? = nil, offersSRTP: Bool = false
  ) -> Attempt {
    let number = number()
    let attempt = Attempt(
      id: HandshakeID(.dtls, firstFrame: frame(seconds + delay)),
      flow: Flow(client: Endpoint(client, UInt16(40_000 + number)), server: Endpoint(gateway, port)),
      random: .numbered(1000 + (random ?? number)))
    hello(attempt, at: seconds, offersSRTP: offersSRTP)
    return attempt
  }

  /// An attempt of which this point did not see the beginning.
  func attemptUnderWay(from second: Double, clientPort: UInt16, port: UInt16 = 443) -> Attempt {
    Attempt(
      id: HandshakeID(.dtls, firstFrame: frame(second)),
      flow: Flow(client: Endpoint(client, clientPort), server: Endpoint(gateway, port)),
      random: .numbered(Int(clientPort)))
  }

  /// The first hello of a new attempt and its repetitions.
  @discardableResult
  mutating func hellos(at times: [Double], port: UInt16 = 443, random: Int? = nil) -> Attempt {
    let attempt = hello(at: times[0], port: port, random: random)
    for time in times.dropFirst() { hello(attempt, at: time) }
    return attempt
  }

  /// The same hello again.
  mutating func hello(_ attempt: Attempt, at seconds: Double, withCookie: Bool = false, offersSRTP: Bool = false) {
    tell(
      .opened(
        Opening(
          id: attempt.id, flow: attempt.flow, token: attempt.random, answersChallenge: withCookie,
          isForeign: offersSRTP,
          version: .dtls10, sessionID: "c0ffee")),
      at: seconds + delay)
  }

  mutating func clientSends(_ message: Message, _ attempt: Attempt, at seconds: Double) {
    send(message, from: .client, attempt, at: seconds)
  }

  mutating func gatewaySends(_ message: Message, _ attempt: Attempt, at seconds: Double) {
    send(message, from: .server, attempt, at: seconds)
  }

  private mutating func send(_ message: Message, from side: Side, _ attempt: Attempt, at seconds: Double) {
    tell(
      .message(
        HandshakeMessage(
          id: attempt.id, flow: attempt.flow, sender: side, stage: message.stage, name: MessageName(message.rawValue),
          version: .dtls10, cipherSuite: message == .serverHello ? CipherSuite(0x002F) : nil)),
      at: seconds)
  }

  /// The rest of an abbreviated handshake, both Finished included, within a tenth of a second.
  mutating func finishHandshake(_ attempt: Attempt, at seconds: Double) {
    gatewaySends(.serverHello, attempt, at: seconds)
    gatewaySends(.changeCipherSpec, attempt, at: seconds + 0.001)
    gatewaySends(.finished, attempt, at: seconds + 0.002)
    clientSends(.changeCipherSpec, attempt, at: seconds + 0.01)
    clientSends(.finished, attempt, at: seconds + 0.011)
  }

  /// The rest of the handshake, and data both ways.
  mutating func establish(_ attempt: Attempt, at seconds: Double) {
    finishHandshake(attempt, at: seconds)
    data(attempt, from: .client, at: seconds + 0.02)
    data(attempt, from: .server, at: seconds + 0.06)
  }

  mutating func data(_ attempt: Attempt, from side: Side, at seconds: Double) {
    tell(.data(ChannelData(id: attempt.id, flow: attempt.flow, sender: side)), at: seconds)
  }

  /// What it came to over its whole life, last heard of both sides at `last`.
  mutating func summary(_ attempt: Attempt, from start: Double, last: Double) {
    let totals = PayloadTotals(packets: 50, bytes: 5_000, last: time(last))
    tell(
      .summary(
        ChannelSummary(
          id: attempt.id, flow: attempt.flow, start: time(start), startFrame: frame(start), sawStart: true,
          token: attempt.random, end: time(last), client: totals, server: totals)),
      at: last, toldAt: end)
  }

  mutating func alert(_ attempt: Attempt, from side: Side, at seconds: Double) {
    tell(.closing(Closing(id: attempt.id, flow: attempt.flow, sender: side)), at: seconds)
  }

  /// One side sends from `since` on and hears nothing; noticed after 10 seconds, told again at `until`.
  mutating func silence(
    _ attempt: Attempt, of side: Side, lastHeard: Double? = nil, since: Double, until: Double, packets: Int = 12
  ) {
    for moment in [since + 10, until] {
      silence(
        attempt, of: side, lastHeard: lastHeard, since: since, packets: moment == until ? packets : 3,
        heardAgain: false, at: moment)
    }
  }

  mutating func heardAgain(_ attempt: Attempt, _ side: Side, since: Double, at seconds: Double) {
    silence(attempt, of: side, lastHeard: nil, since: since, packets: 12, heardAgain: true, at: seconds)
  }

  private mutating func silence(
    _ attempt: Attempt, of side: Side, lastHeard: Double?, since: Double, packets: Int, heardAgain: Bool,
    at seconds: Double
  ) {
    tell(
      .silence(
        Silence(
          id: attempt.id, flow: attempt.flow, silentSide: side, lastHeard: lastHeard.map(time),
          unansweredSince: time(since), unansweredFrame: frame(since), packets: packets, heardAgain: heardAgain)),
      at: seconds)
  }

  /// An ICMP error that quotes a packet of an attempt, the client's unless another side is named.
  mutating func refuse(
    _ attempt: Attempt, at seconds: Double, type: Int = 3, code: Int, reporter: IPAddress, quoting side: Side = .client
  ) {
    let (client, server) = (attempt.flow.client, attempt.flow.server)
    tell(
      .refused(
        Refusal(
          id: attempt.id, flow: attempt.flow,
          kind: .icmp(type: type, code: code, isIPv6: !reporter.isIPv4), reporter: reporter,
          quoted: QuotedFlow(
            transport: .udp, source: side == .client ? client : server,
            destination: side == .client ? server : client, length: 200),
          quotedSide: side)),
      at: seconds)
  }
}

extension Timestamp {
  /// A second of the stories here; they begin on 2026-01-01.
  static func second(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_767_225_600_000_000_000 + Int64((seconds * 1000).rounded()) * 1_000_000)
  }
}

extension HandshakeToken {
  static func numbered(_ number: Int) -> HandshakeToken { HandshakeToken(UInt64(number), 2, 3, 4) }
}

extension IPAddress: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self = IPAddress(text) ?? IPAddress(high: .max, low: .max) }
}

extension Report {
  /// The only finding of a rule; nil when there is none or more than one.
  func finding(_ rule: RuleName) -> Finding? {
    let found = findings.filter { $0.rule == rule }
    return found.count == 1 ? found[0] : nil
  }

  func findings(_ rule: RuleName) -> [Finding] { findings.filter { $0.rule == rule } }

  var rules: [RuleName] { findings.map(\.rule) }

  /// The rules whose findings are more than a note.
  var problemRules: [RuleName] { findings.filter { $0.severity != .note }.map(\.rule) }
}

extension Finding {
  /// Its facts by name.
  var values: [String: FactValue] { Dictionary(facts.map { ($0.name, $0.value) }) { first, _ in first } }
  /// The numbers of the packets that prove it, in order.
  var frames: [Int] { evidence.compactMap { $0.frame?.frame } }
  /// The lines that prove it.
  var logEvidence: [Evidence] { evidence.filter { $0.line != nil } }
}

extension TunnelDescription {
  var tls: ChannelDescription { known(.tls) }
  var dtls: ChannelDescription { known(.dtls) }

  /// A channel, or one of which nothing is known.
  private func known(_ kind: ChannelKind) -> ChannelDescription {
    channel(kind)
      ?? ChannelDescription(kind: kind, role: .both, name: kind.name, port: nil, transport: "", outcome: .none)
  }
}

extension RuleName {
  static let handshakeUnanswered = RuleName("handshake-unanswered")
  static let handshakeRefused = RuleName("handshake-refused")
  static let handshakeRejected = RuleName("handshake-rejected")
  static let handshakeStalled = RuleName("handshake-stalled")
  static let handshakeFailed = RuleName("handshake-failed")
  static let setupFailed = RuleName("setup-failed")
  static let channelNotOffered = RuleName("channel-not-offered")
  static let dataBlocked = RuleName("data-blocked")
  static let peerDead = RuleName("peer-dead")
  static let tunnelLost = RuleName("tunnel-lost")
  static let tunnelOneWay = RuleName("tunnel-one-way")
  static let tunnelRefused = RuleName("tunnel-refused")
  static let rekeyFailed = RuleName("rekey-failed")
  static let portMismatch = RuleName("port-mismatch")
  static let pmtuBlackHole = RuleName("pmtu-black-hole")
  static let oversizedDF = RuleName("oversized-df")
  static let mssExceedsMTU = RuleName("mss-exceeds-mtu")
  static let tunnelFragmentation = RuleName("tunnel-fragmentation")
  static let reconnectCycle = RuleName("reconnect-cycle")
  static let sessionReconnects = RuleName("session-reconnects")
  static let packetLoss = RuleName("packet-loss")
  static let addressChange = RuleName("address-change")
  static let mtuReconnect = RuleName("mtu-reconnect")
  static let configRisk = RuleName("config-risk")
}

extension FactValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}
