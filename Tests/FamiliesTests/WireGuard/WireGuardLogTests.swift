import Foundation
import Logs
import Observations
import Testing

@testable import Families

@Suite("WireGuard logs")
struct WireGuardLogTests {
  private static func events(_ text: String) throws -> [String] {
    try LogOfText.events(text, WireGuardLogs.readers, word)
  }

  private static func read(_ text: String) throws -> [Observation] {
    try LogOfText.read(text, WireGuardLogs.readers).observations
  }

  private static func word(_ event: Observation.Event) -> String {
    switch event {
    case .opened(let it): "opened at \(it.id.first.line?.number ?? 0)"
    case .established(let it): "established at \(it.id.first.line?.number ?? 0)"
    case .failed(let it): "failed \(it.cause)"
    case .deadPeer: "dead peer"
    case .statement: "statement"
    default: "other"
    }
  }

  /// Lines of wireguard-go for one peer; times are seconds of an hour.
  private static func daemon(_ lines: [(Int, String)]) -> String {
    lines.map { second, message in
      let clock = "22:\(String(format: "%02d:%02d", second / 60, second % 60))"
      return "DEBUG: (wg0) 2026/11/27 \(clock) peer(5wWv…Op2w) - \(message)"
    }.joined(separator: "\n")
  }

  @Test("a client's first handshake is reported, its renewals are not")
  func healthyClient() throws {
    let log = Self.daemon([
      (0, "Sending handshake initiation"), (0, "Received handshake response"), (0, "Sending keepalive packet"),
      (120, "Sending handshake initiation"), (120, "Received handshake response"),
    ])
    #expect(try Self.events(log) == ["1 opened at 1", "2 established at 1"])
  }

  @Test("a gateway's handshake is established when no line says that it was repeated")
  func healthyGateway() throws {
    let log = Self.daemon([
      (0, "Received handshake initiation"), (0, "Sending handshake response"), (120, "Received handshake initiation"),
      (120, "Sending handshake response"), (240, "Received handshake initiation"),
    ])
    #expect(try Self.events(log) == ["1 opened at 1", "3 established at 1"])
  }

  @Test("a keepalive establishes a gateway's handshake")
  func keepalive() throws {
    let log = Self.daemon([(0, "Received handshake initiation"), (1, "Receiving keepalive packet")])
    #expect(try Self.events(log) == ["1 opened at 1", "2 established at 1"])
  }

  @Test("three initiations in a row that time out are a failure, two are none")
  func unanswered() throws {
    let retry = "Handshake did not complete after 5 seconds, retrying (try 2)"
    var lines = [(0, "Sending handshake initiation")]
    for number in 1...2 { lines += [(5 * number, retry), (5 * number, "Sending handshake initiation")] }
    #expect(
      try Self.events(Self.daemon(lines)) == ["1 opened at 1", "3 opened at 1", "5 opened at 1"])
    lines.append((15, retry))
    #expect(try Self.events(Self.daemon(lines)).last == "6 failed timedOut")
  }

  @Test("an initiation that comes again within seconds is repeated, at 15 seconds too")
  func repeated() throws {
    for pause in [5, 15] {
      let log = Self.daemon((0..<3).map { ($0 * pause, "Received handshake initiation") })
      #expect(try Self.events(log) == ["1 opened at 1", "2 failed repeated", "3 failed repeated"])
    }
  }

  @Test("in a session, initiations have to come again three times in a row on the schedule of those that ask for keys")
  func repeatedInSession() throws {
    let up = [(0, "Received handshake initiation"), (1, "Receiving keepalive packet")]
    func events(_ seconds: [Int]) throws -> [String] {
      try Self.events(Self.daemon(up + seconds.map { ($0, "Received handshake initiation") }))
    }
    #expect(try events([120, 125, 130]).count == 2)
    #expect(try events([120, 125, 130, 135]).suffix(1) == ["6 failed repeated"])
    #expect(try events([120, 135, 150, 165]).count == 2, "they are answered, and data is lost")
  }

  @Test("initiations for new keys that time out are no new handshake, until the keys are given up")
  func noKeys() throws {
    let retry = "Handshake did not complete after 5 seconds, retrying (try 2)"
    let up = [
      (0, "Sending handshake initiation"), (0, "Received handshake response"), (120, "Sending handshake initiation"),
    ]
    let retries = [(125, retry), (130, retry), (135, retry), (140, retry)]
    let end = [(210, "Handshake did not complete after 20 attempts, giving up"), (300, "Sending handshake initiation")]
    #expect(
      try Self.events(Self.daemon(up + retries + end)) == [
        "1 opened at 1", "2 established at 1", "6 failed renewalTimedOut", "9 opened at 9",
      ])
  }

  @Test(
    "whose view a log is shows who sent the first initiation",
    arguments: [
      ("Sending handshake initiation", LogFormat.wireguardInitiator),
      ("Received handshake initiation", .wireguardResponder), ("Starting", .wireguard),
    ])
  func sides(message: String, format: LogFormat) throws {
    let log = Self.daemon([(0, "Starting"), (1, message)])
    #expect(try LogOfText.read(log, WireGuardLogs.readers).description.format == format)
  }

  @Test("a peer that is not heard for 15 seconds is dead, and what follows another handshake")
  func deadPeer() throws {
    let log = Self.daemon([
      (0, "Sending handshake initiation"), (0, "Received handshake response"),
      (75, "Retrying handshake because we stopped hearing back after 15 seconds"), (75, "Sending handshake initiation"),
      (75, "Received handshake response"),
    ])
    #expect(
      try Self.events(log) == [
        "1 opened at 1", "2 established at 1", "3 dead peer", "4 opened at 4", "5 established at 4",
      ])
  }

  @Test("a response that is not valid is a failure of the handshake that was asked for, with the gateway's address")
  func invalidResponse() throws {
    let invalid = "DEBUG: (wg0) 2026/11/27 22:33:58 Received invalid response message from 203.0.113.20:51820"
    let log = Self.daemon([(0, "Sending handshake initiation")]) + "\n" + invalid
    let observations = try Self.read(log)
    #expect(observations.map { Self.word($0.event).prefix(8) } == ["opened a", "failed o"])
    guard case .line(let origin)? = observations.last?.origin else { return }
    #expect(origin.subject.user == "5wWv…Op2w")
    #expect(origin.subject.gateway == IPAddress("203.0.113.20"))
    #expect(origin.subject.gatewayPort == 51_820)
    #expect(try Self.events(invalid).isEmpty)
  }

  @Test("initiations that are not valid are a failure on a client's schedule, not as a flood or a scan")
  func invalidInitiations() throws {
    func log(_ seconds: [Int]) -> String {
      seconds.map {
        "DEBUG: (wg0) 2026/11/27 22:33:\(String(format: "%02d", $0)) Received invalid initiation message from 198.51.100.10:34571"
      }.joined(separator: "\n")
    }
    #expect(try Self.events(log([10, 15, 20])).count == 2)
    #expect(try Self.events(log([10, 15])).isEmpty)
    #expect(try Self.events(log([10, 10, 10, 11, 11, 12])).isEmpty)
    #expect(try Self.events(log([10, 30, 50])).isEmpty)
  }

  @Test(
    "Linux and Windows write the same with the peer's address",
    arguments: [
      "[  123.456789] wireguard: wg0: ", "Nov 27 22:33:23 vm kernel: [  123.456789] wireguard: wg0: ",
      "Nov 27 22:33:23 vm kernel: wireguard: wg0: ", "[Fri Nov 27 22:33:23 2026] wireguard: wg0: ",
      "2026-11-27 22:33:23.123: [TUN] [wg0] ",
    ])
  func kernel(prefix: String) throws {
    let messages = [
      "Sending handshake initiation to peer 7 (203.0.113.20:51820)",
      "Receiving handshake response from peer 7 (203.0.113.20:51820)", "Keypair 1 created for peer 7",
      "Receiving keepalive packet from peer 7 (203.0.113.20:51820)",
      "Retrying handshake with peer 7 (203.0.113.20:51820) because we stopped hearing back after 15 seconds",
      "Sending handshake initiation to peer 7 (203.0.113.20:51820)",
      "Handshake for peer 7 (203.0.113.20:51820) did not complete after 20 attempts, giving up",
    ]
    let observations = try Self.read(messages.map { prefix + $0 }.joined(separator: "\n"))
    #expect(
      observations.map { Self.word($0.event) } == [
        "opened at 1", "established at 1", "dead peer", "opened at 6", "failed timedOut",
      ])
    for case .line(let origin) in observations.map(\.origin) {
      #expect(origin.subject.user == "peer 7")
      #expect(origin.subject.gateway == IPAddress("203.0.113.20"))
      #expect(origin.subject.client == nil)
      #expect(origin.subject.device == "wg0")
    }
  }

  @Test("wg show names the port, and peers that never answered")
  func show() throws {
    let text = """
      interface: wg0
        public key: yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
        private key: (hidden)
        listening port: 51820

      peer: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
        endpoint: 192.0.2.67:1234
        allowed ips: 10.192.122.3/32, 10.192.124.1/24
        latest handshake: 4 minutes, 10 seconds ago
        transfer: 69.83 KiB received, 91.65 KiB sent

      peer: TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
        endpoint: 203.0.113.20:51820
        allowed ips: 10.192.124.0/24
        transfer: 0 B received, 1.16 KiB sent

      peer: gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=
        allowed ips: 10.10.10.230/32
      """
    #expect(try Self.events(text) == ["4 statement", "12 opened at 12", "12 failed timedOut"])
    let subjects = try Self.read(text).compactMap { observation -> LogSubject? in
      if case .line(let origin) = observation.origin { origin.subject } else { nil }
    }
    #expect(subjects.last?.user == "TrMv…WXX0")
  }

  /// An interface with one peer, or two.
  private static func shown(_ handshake: String, keepalive: Bool = true, peers: Int = 1) -> String {
    let peer = """

      peer: TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
        endpoint: 203.0.113.20:51820
        latest handshake: \(handshake)
        transfer: 69.83 KiB received, 91.65 KiB sent\(keepalive ? "\n  persistent keepalive: every 25 seconds" : "")
      """
    return "interface: wg0\n" + String(repeating: peer + "\n", count: peers)
  }

  @Test(
    "wg show: keys that live show a tunnel that works; the only peer has lost its own if keepalives are set",
    arguments: [
      (shown("1 minute, 3 seconds ago"), ["3 established at 3"]),
      (shown("2 minutes, 59 seconds ago", keepalive: false), ["3 established at 3"]),
      (shown("4 minutes, 10 seconds ago"), []),
      (shown("1 hour, 5 minutes, 1 second ago"), ["3 established at 3", "3 dead peer"]),
      (shown("2 days, 1 hour ago", keepalive: false), []),
      (shown("1 hour, 1 second ago", peers: 2), []),
      (shown("in the future"), []),
    ])
  func age(text: String, events: [String]) throws { #expect(try Self.events(text) == events) }

  @Test(
    "wg show: data that nothing but answers to handshakes comes back for is not answered; a keepalive shows that it arrives",
    arguments: [
      ("92 B", "14.22 KiB", ["3 opened at 3", "3 failed unheard(packets: 10)"]),
      ("368 B", "2.00 KiB", ["3 opened at 3", "3 failed unheard(packets: 1)"]),
      ("124 B", "14.22 KiB", ["3 established at 3"]), ("92 B", "180 B", ["3 established at 3"]),
      ("736 B", "14.22 KiB", ["3 established at 3"]), ("1.19 KiB", "1.24 MiB", ["3 established at 3"]),
      ("0 B", "14.22 KiB", []), ("92 bytes", "1 TB", ["3 established at 3"]),
    ])
  func unanswered(received: String, sent: String, events: [String]) throws {
    let text = Self.shown("43 seconds ago").replacing("69.83 KiB received", with: "\(received) received")
      .replacing("91.65 KiB sent", with: "\(sent) sent")
    #expect(try Self.events(text) == events)
  }

  @Test("a FortiGate's list of gateways is none of wg show")
  func otherInterfaces() throws {
    let text = """
      name: to-branch
      version: 1
      interface: port9 10
      addr: 198.51.100.10:500 -> 203.0.113.20:500
      """
    #expect(try LogOfText.read(text, RegisteredFamilies.logReaders).description.understoodLines == 0)
  }

  @Test("lines of others, and lines cut anywhere, show nothing and stop nothing")
  func hostile() throws {
    let whole = "DEBUG: (wg0) 2026/11/27 22:33:23 peer(5wWv…Op2w) - Handshake did not complete after 5 seconds"
    let cuts = (0...whole.unicodeScalars.count).map { String(whole.unicodeScalars.prefix($0)) }
    for cut in cuts { #expect(try Self.events(cut).isEmpty) }
    let others = ["wireguard: ", "wireguard: wg0", "[", "[]", "DEBUG: (", "interface: ", "peer: x", "  endpoint: y"]
    #expect(try Self.events(others.joined(separator: "\n")).isEmpty)
  }

  @Test("more peers than are followed, and more strangers, stop nothing")
  func manyPeers() throws {
    let peers = (0..<WireGuardLogLimits.peers + 10).map {
      "[1.0] wireguard: wg0: Sending handshake initiation to peer \($0) (203.0.113.20:51820)"
    }
    let strangers = (0..<WireGuardLogLimits.peers + 10).map {
      "DEBUG: (wg0) 2026/11/27 22:33:10 Received invalid initiation message from 198.51.\($0 / 250).\($0 % 250):1"
    }
    #expect(try Self.events((peers + strangers).joined(separator: "\n")).count == peers.count)
  }

  @Test("a peer of whom the kernel knows no address is not asked in vain")
  func noAddress() throws {
    let lines = (2...8).flatMap { count in
      [
        "Dec 11 12:56:4\(count) vpn kernel: [  270.59] wireguard: wg0: Handshake for peer 1 ((einval)) did not complete after 5 seconds, retrying (try \(count))",
        "Dec 11 12:56:4\(count) vpn kernel: [  270.59] wireguard: wg0: Sending handshake initiation to peer 1 ((einval))",
      ]
    }
    #expect(try Self.events(lines.joined(separator: "\n")) == [])
  }

  @Test("tables that the kernel does not have stop wg-quick; taking an interface down goes on without")
  func packetFilter() throws {
    let error =
      "iptables v1.8.10 (legacy): can't initialize iptables table `nat': Table does not exist (do you need to insmod?)"
    let up = [
      "[#] ip link add wg0 type wireguard", "[#] wg setconf wg0 /dev/fd/63", "[#] ip link set mtu 1420 up dev wg0",
      "[#] iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE", error, "[#] ip link delete dev wg0",
    ]
    #expect(try Self.events(up.joined(separator: "\n")).last?.contains("initialize iptables table") == true)
    let down = ["[#] iptables -t nat -D POSTROUTING -o eth0 -j MASQUERADE", error, "[#] ip link delete dev wg0"]
    #expect(try Self.events(down.joined(separator: "\n")) == [])
  }
}
