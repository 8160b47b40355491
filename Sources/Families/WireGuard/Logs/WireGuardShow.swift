import Logs
import Observations

/// What `wg show` prints: the port that is listened on, peers that were never heard, those with keys in use, and the only peer
/// of an interface whose keys have run out although keepalives are set.
///
///     interface: wg0
///       public key: …
///       listening port: 51820
///
///     peer: xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
///       endpoint: 203.0.113.20:51820
///       latest handshake: 1 minute, 3 seconds ago
///       transfer: 69.83 KiB received, 91.65 KiB sent
struct WireGuardShow: LogFormatReader {
  private var interface: String?
  private var peer: Peer?

  /// Peers of the interface so far, and the last of them whose keys have run out.
  private var peers = 0
  private var stale: Peer?

  private struct Peer {
    let name: String
    let line: Int
    var end: Endpoint?
    var hasHandshake = false
    /// Seconds since the last handshake; nil where there was none, or the words for it are unknown.
    var age: Int?
    var keepsAlive = false
    var hasReceived = false
    var hasSent = false

    /// Keys live for 180 s, and while keepalives are sent new ones are asked for: for 90 s, and after a pause anew. By then a
    /// peer that is there has answered.
    static let staleSeconds = 300
    static let keysSeconds = 180
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    var text = LogText(offered.text.bytes)
    if text.skip("interface: ") {
      // Others name more than the interface: a FortiGate's list of gateways, its number.
      guard !text.contains(" ") else { return false }
      endInterface(into: &sink)
      interface = text.restString
    } else if text.skip("peer: "), interface != nil {
      endPeer(into: &sink)
      // As wireguard-go writes it: the first and last four characters of the key in base64.
      let key = text.restString
      peer = Peer(name: "\(key.prefix(4))…\(key.dropLast().suffix(4))", line: sink.line)
    } else if interface != nil, text.skip("  "), readField(&text, into: &sink) {
      // One of the fields below.
    } else {
      return false
    }
    sink.understand(.wireguard)
    return true
  }

  private mutating func readField(_ text: inout LogText, into sink: inout LogSink) -> Bool {
    if text.skip("listening port: ") {
      guard let port = text.port() else { return true }
      let socket = ListeningSocket(channel: .wireguard, address: nil, port: port)
      sink.take(.statement(.listeningSockets([socket])), at: nil, of: LogSubject(device: interface))
    } else if text.skip("endpoint: ") {
      peer?.end = text.endpoint()
    } else if text.skip("latest handshake: ") {
      peer?.hasHandshake = true
      peer?.age = text.age
    } else if text.skip("persistent keepalive: ") {
      peer?.keepsAlive = text.starts(with: "every ")
    } else if text.skip("transfer: ") {
      peer?.hasReceived = !text.starts(with: "0 B received")
      peer?.hasSent = !text.contains(" 0 B sent")
    } else {
      return text.starts(with: "public key: ") || text.starts(with: "private key: ")
        || text.starts(with: "preshared key: ") || text.starts(with: "fwmark: ") || text.starts(with: "allowed ips: ")
    }
    return true
  }

  mutating func finish(into sink: inout LogSink) { endInterface(into: &sink) }

  private func subject(of peer: Peer) -> LogSubject {
    LogSubject(user: peer.name, gateway: peer.end?.address, gatewayPort: peer.end?.port, device: interface)
  }

  /// A peer to which only initiations can have been sent, and from which nothing came; or one with which data goes both ways
  /// under keys that live.
  private mutating func endPeer(into sink: inout LogSink) {
    guard let peer else { return }
    self.peer = nil
    peers += 1
    let subject = subject(of: peer)
    if !peer.hasHandshake, peer.hasSent, !peer.hasReceived {
      sink.take(.opened(.wireguard), at: nil, of: subject, line: peer.line)
      sink.take(.failed(.wireguard, .timedOut), at: nil, of: subject, line: peer.line)
    } else if let age = peer.age, age < Peer.keysSeconds, peer.hasSent, peer.hasReceived {
      sink.take(.established(.wireguard), at: nil, of: subject, line: peer.line)
    } else if let age = peer.age, age >= Peer.staleSeconds, peer.keepsAlive, peer.end != nil {
      stale = peer
    }
  }

  /// A gateway has many peers, and those that are switched off look the same; a client has one.
  private mutating func endInterface(into sink: inout LogSink) {
    endPeer(into: &sink)
    if let stale, peers == 1 {
      sink.take(.established(.wireguard), at: nil, of: subject(of: stale), line: stale.line)
      sink.take(.deadPeer(.wireguard), at: nil, of: subject(of: stale), line: stale.line)
    }
    stale = nil
    peers = 0
  }
}

extension LogText {
  /// "1 minute, 3 seconds ago", "2 days, 4 hours, 1 second ago", in seconds; nil for other words.
  fileprivate var age: Int? {
    var text = LogText(bytes, from: position)
    if text.starts(with: "Now") { return 0 }
    var seconds = 0
    while let number = text.number(), number < 1_000_000, text.skip(" ") {
      guard let unit = Self.units.first(where: { text.skip($0.name) }) else { return nil }
      seconds &+= number &* unit.seconds
      _ = text.skip("s")
      if !text.skip(", ") { return text.starts(with: " ago") ? seconds : nil }
    }
    return nil
  }

  private static var units: [(name: StaticString, seconds: Int)] {
    [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), ("year", 31_536_000)]
  }
}
