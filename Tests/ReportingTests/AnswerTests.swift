import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("The answer")
struct AnswerTests {
  private func finding(
    _ id: String, _ about: FindingSubject, _ headline: String, tunnel: String? = "T1", severity: Severity = .error,
    confidence: Confidence = .certain, causes: [String] = []
  ) -> Finding {
    var finding = Finding(
      rule: RuleName("rule-\(id)"), about: about, severity: severity, confidence: confidence, confidenceReason: "",
      tunnel: tunnel, title: "title", headline: headline, explanation: "", remedies: [], start: nil, end: nil,
      causes: causes, facts: [], evidence: [])
    finding.id = id
    return finding
  }

  private func answer(_ findings: [Finding], tunnels: Int = 1, causes: [CommonCause] = []) -> String {
    Answer(
      Report(
        tunnels: (1...tunnels).map { Sample.healthyTunnel(id: "T\($0)") }, findings: findings, commonCauses: causes)
    ).text
  }

  private let channel = FindingSubject.channel(.wireguard, port: 51_820)

  @Test("what users notice is said although it is only a note", arguments: [1, 2])
  func noticeable(tunnels: Int) {
    var loss = finding("F1", channel, "21.6 % of the client's packets are lost", severity: .note)
    #expect(answer([loss], tunnels: tunnels).hasPrefix("Nothing wrong was found: "))
    loss.isNoticeable = true
    let tunnel = tunnels > 1 ? " (T1)" : ""
    #expect(
      answer([loss], tunnels: tunnels).hasPrefix(
        "Nothing failed, but 21.6 % of the client's packets are lost\(tunnel): "))
  }

  @Test("the channel's failure comes first, then what happens to the tunnel, then why")
  func story() {
    let text = answer([
      finding("F1", .tunnel, "it reconnects to apply a smaller MTU", confidence: .likely),
      finding("F2", channel, "WireGuard gets no answer"),
      finding("F3", .tunnel, "the session is re-established every minute", causes: ["F1"]),
      finding(
        "F4", .path(HostPath(source: Sample.address("192.0.2.1"), destination: Sample.address("192.0.2.2"))), "x"),
    ])
    #expect(
      text == "WireGuard gets no answer, and the session is re-established every minute. "
        + "Most likely it reconnects to apply a smaller MTU.")
  }

  @Test("a path explains when no finding about the tunnel does, and stands alone when it is all there is")
  func path() {
    let path = FindingSubject.path(
      HostPath(source: Sample.address("192.0.2.1"), destination: Sample.address("192.0.2.2")))
    let size = finding("F2", path, "large packets disappear", confidence: .possible)
    #expect(
      answer([finding("F1", channel, "data is blocked"), size])
        == "Data is blocked. Large packets disappear (possible, not certain).")
    #expect(answer([size]) == "Large packets disappear (possible, not certain).")
    #expect(
      answer([finding("F1", .device("gw"), "the configuration will fail")]) == "The configuration will fail.")
  }

  @Test(
    "where nothing is wrong for certain, a tunnel that fell silent is told all the same",
    arguments: [(1, "The tunnel fell silent, see below."), (2, "1 of 2 tunnels fell silent, see below.")])
  func fellSilent(tunnels: Int, sentence: String) {
    let note = finding("F1", channel, "nothing more came from the client", severity: .note, confidence: .possible)
    var all = (1...tunnels).map { Sample.healthyTunnel(id: "T\($0)") }
    func text(_ findings: [Finding]) -> String { Answer(Report(tunnels: all, findings: findings)).text }
    #expect(!text([note]).contains("silent"))
    all[0] = TunnelDescription(
      id: "T1", client: all[0].client, gateway: all[0].gateway,
      channels: [
        ChannelDescription(
          kind: .wireguard, role: .both, name: "WireGuard", port: 51_820, transport: "UDP", outcome: .lost,
          sessions: [ChannelDescription.Session(start: nil, end: nil, endReason: "lost")])
      ])
    #expect(text([note]).hasPrefix("Nothing wrong was found: "))
    #expect(text([note]).hasSuffix(" " + sentence))
    #expect(!text([]).contains("silent"), "without a note below there is nothing to see there")
  }

  @Test("notes and what limits the captures are no story")
  func silent() {
    let text = answer([
      finding("F1", .captures, "half is missing", tunnel: nil, severity: .warning),
      finding("F2", .tunnel, "the address changed", severity: .note),
    ])
    #expect(text.hasPrefix("Nothing wrong was found: 1 tunnel with 1 session"))
    #expect(text.hasSuffix("The captures limit what can be said, see below."))
  }

  private func answer(_ capture: CaptureDescription, _ tunnels: [TunnelDescription]) -> String {
    Answer(Report(captures: [capture], tunnels: tunnels, findings: [])).text
  }

  @Test("a capture that could not show what is wrong says why it does not show health")
  func undecided() {
    var capture = Sample.capture(name: "a.pcap")
    let tunnels = [Sample.healthyTunnel()]
    #expect(answer(capture, tunnels).hasPrefix("Nothing wrong was found"))
    capture.cutPackets = capture.packets
    capture.shortestCut = 68
    #expect(
      answer(capture, tunnels)
        == "1 tunnel was found, but the input does not show whether it works. Packets are cut to 68 bytes, too short for what "
        + "sets tunnels up and for what refuses them.")
    capture.cutPackets = 0
    capture.directions = SeenDirections()
    capture.directions?.tcp = .one
    #expect(answer(capture, tunnels).hasSuffix("packets of one direction only: what the other side sent is not in it."))
    let withoutESP = TunnelDescription(
      id: "T1", family: .ipsec, client: Sample.address("192.0.2.1"), gateway: Sample.address("192.0.2.2"),
      channels: tunnels[0].channels, unshownChannels: [.esp])
    capture.directions = nil
    #expect(answer(capture, [withoutESP]).contains("No packet of ESP, which carries the data, is in the capture"))
  }

  /// A tunnel whose TLS works, and what was seen of its DTLS.
  private func tunnel(
    _ outcome: ChannelOutcome, client: Int, gateway: Int, id: String = "T1", hasTLS: Bool = true
  ) -> TunnelDescription {
    let healthy = Sample.healthyTunnel(id: id)
    let dtls = ChannelDescription(
      kind: .dtls, role: .data, name: "DTLS", port: 443, transport: "UDP", outcome: outcome,
      handshakes: [.init(start: Sample.time(0.5), end: Sample.time(0.6), outcome: outcome, openings: 1)],
      data: .init(clientPackets: client, gatewayPackets: gateway))
    return TunnelDescription(
      id: id, client: healthy.client, gateway: healthy.gateway,
      channels: (hasTLS
        ? [
          ChannelDescription(
            kind: .tls, role: .both, name: "TLS", port: 443, transport: "TCP", outcome: .established,
            sessions: [.init(start: Sample.time(0.1), end: nil, endReason: "still open when last seen")])
        ] : []) + [dtls])
  }

  @Test(
    "a channel that was not seen to work is named, though another one works",
    arguments: [
      (
        ChannelOutcome.none, 0, 0, 0.7,
        "The capture ends 0.2 s after the DTLS handshake began: nothing shows whether it comes up."
      ),
      (.none, 0, 0, 90, "The DTLS handshake is only in part in the capture: nothing shows whether it comes up."),
      (
        .established, 5, 0, 90,
        "Only the client sent data over DTLS: nothing shows whether the gateway's arrives."
      ),
      (
        .established, 0, 5, 90,
        "Only the gateway sent data over DTLS: nothing shows whether the client's arrives."
      ),
      (.established, 0, 0, 90, "DTLS came up, and no data was seen over it."),
    ])
  func unseen(outcome: ChannelOutcome, client: Int, gateway: Int, end: Double, sentence: String) {
    var capture = Sample.capture(name: "a.pcap")
    capture.end = Sample.time(end)
    let text = answer(capture, [tunnel(outcome, client: client, gateway: gateway)])
    #expect(text.hasPrefix("Nothing wrong was found: "))
    #expect(text.hasSuffix(sentence))
  }

  @Test("what both sides used needs no word; of several tunnels it is said which")
  func unseenOfSeveral() {
    let capture = Sample.capture(name: "a.pcap")
    #expect(answer(capture, [tunnel(.established, client: 5, gateway: 5)]).hasSuffix("DTLS established on UDP 443."))
    let text = answer(
      capture,
      [tunnel(.established, client: 5, gateway: 5), tunnel(.none, client: 5, gateway: 0, id: "T2", hasTLS: false)])
    #expect(
      text.hasSuffix(
        "Nothing shows whether T2 works. Only the client sent data over DTLS: nothing shows whether the gateway's arrives (T2)."
      ))
  }

  @Test("where all is well and no UDP was captured, the answer says that a channel over UDP would not show")
  func withoutUDP() {
    let healthy = Sample.healthyTunnel()
    var capture = Sample.capture(name: "a.pcap")
    func tunnel(isWithoutDataChannel: Bool) -> TunnelDescription {
      TunnelDescription(
        id: "T1", client: healthy.client, gateway: healthy.gateway, channels: healthy.channels,
        isWithoutDataChannel: isWithoutDataChannel)
    }
    let sentence =
      "No UDP packet is in the capture: the tunnel does without a channel over UDP, something on the way drops it, or a filter left it out."
    capture.directions = SeenDirections()
    capture.directions?.tcp = .both
    #expect(answer(capture, [tunnel(isWithoutDataChannel: true)]).hasSuffix(sentence))
    #expect(!answer(capture, [tunnel(isWithoutDataChannel: false)]).contains("UDP packet"))
    capture.directions?.udp = .both
    #expect(!answer(capture, [tunnel(isWithoutDataChannel: true)]).contains("UDP packet"))
  }

  @Test("that UDP has one direction matters where a tunnel is to go over it: multicast has no other side")
  func oneWayOverUDP() {
    var capture = Sample.capture(name: "a.pcap")
    capture.directions = SeenDirections()
    capture.directions?.tcp = .both
    capture.directions?.udp = .one
    #expect(!answer(capture, []).contains("one direction"))
  }

  @Test("of what many tunnels share, the cause is the news and not its effect")
  func common() {
    func cause(_ title: String, _ findings: [String]) -> CommonCause {
      CommonCause(
        rule: RuleName("rule"), gateway: Sample.address("203.0.113.20"), channel: nil, port: nil,
        tunnels: ["T1", "T2", "T3"], findings: findings, total: 3, title: title)
    }
    let findings = [
      finding("F1", .tunnel, "it reconnects", causes: ["F2"]), finding("F2", channel, "WireGuard gets no answer"),
    ]
    let causes = [cause("3 of 3 tunnels reconnect", ["F1"]), cause("3 of 3 tunnels get no answer", ["F2"])]
    #expect(
      answer(findings, tunnels: 3, causes: causes).hasPrefix("3 of 3 tunnels get no answer. T1 for example: Wire"))
  }

  @Test("the example of what many tunnels share is one of them, though another tunnel is worse")
  func example() {
    let cause = CommonCause(
      rule: RuleName("rule"), gateway: Sample.address("203.0.113.20"), channel: nil, port: nil,
      tunnels: ["T2", "T3", "T4"], findings: ["F2"], total: 3, title: "3 of 3 tunnels get no answer")
    let findings = [
      finding("F1", channel, "the handshake fails"), finding("F2", channel, "it gets no answer", tunnel: "T2"),
    ]
    #expect(
      answer(findings, tunnels: 4, causes: [cause])
        == "3 of 3 tunnels get no answer. T2 for example: It gets no answer.")
  }

  @Test("several broken tunnels are counted, and the worst is named")
  func several() {
    #expect(
      answer(
        [finding("F1", channel, "the handshake fails"), finding("F2", channel, "it fails", tunnel: "T2")], tunnels: 3)
        == "2 of 3 tunnels have problems, T1 the worst: the handshake fails.")
  }

  @Test("a small first letter is given to words, never to names")
  func letters() {
    #expect("The session ends".lowercasedStart == "the session ends")
    #expect("DTLS fails".lowercasedStart == "DTLS fails")
    #expect("WireGuard fails".lowercasedStart == "WireGuard fails")
    #expect("IKEv2 fails".lowercasedStart == "IKEv2 fails")
  }
}
