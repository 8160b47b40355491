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
    /// Bytes of WireGuard's messages; nil where the words for them are unknown.
    var received: Int? = 0
    var sent: Int? = 0

    var hasReceived: Bool { received != 0 }
    var hasSent: Bool { sent != 0 }

    /// Packets with data that were sent at least, where nothing came but answers to handshakes, and not even a keepalive, which
    /// whoever gets data sends within 10 s; nil elsewhere.
    ///
    /// Under 1 KiB the bytes are exact. Of few answers, no others add up to as many.
    var unansweredPackets: Int? {
      let (initiation, response) = (
        WireGuardMessage.MessageType.initiation.length, WireGuardMessage.MessageType.response.length
      )
      guard let received, let sent, received > 0, received.isMultiple(of: response) else { return nil }
      let answers = received / response
      let data = sent - answers * initiation
      guard answers <= Self.mostAnswers, data >= Self.leastData else { return nil }
      return (data + Self.longestPacket - 1) / Self.longestPacket
    }

    /// 23 keepalives have as many bytes as 8 answers.
    private static let mostAnswers = 7
    private static let leastData = 1_000
    private static let longestPacket = 1_500

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
      peer?.received = text.size
      peer?.sent = text.skip(past: " received, ") ? text.size : nil
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

  /// A peer to which only initiations can have been sent, and from which nothing came; one that answers handshakes and no data;
  /// or one with which data goes both ways under keys that live.
  private mutating func endPeer(into sink: inout LogSink) {
    guard let peer else { return }
    self.peer = nil
    peers += 1
    let subject = subject(of: peer)
    if !peer.hasHandshake, peer.hasSent, !peer.hasReceived {
      sink.take(.opened(.wireguard), at: nil, of: subject, line: peer.line)
      sink.take(.failed(.wireguard, .timedOut), at: nil, of: subject, line: peer.line)
    } else if let age = peer.age, age < Peer.keysSeconds, let packets = peer.unansweredPackets {
      sink.take(.opened(.wireguard), at: nil, of: subject, line: peer.line)
      sink.take(.failed(.wireguard, .unheard(packets: packets)), at: nil, of: subject, line: peer.line)
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

  /// "92 B", "1.19 KiB", in bytes; of more than 1 KiB two decimals of the unit are known.
  fileprivate var size: Int? {
    var text = LogText(bytes, from: position)
    guard let whole = text.number(), whole < 1_000_000 else { return nil }
    let hundredths = text.skip(".") ? text.digits(2) : 0
    guard let hundredths, text.skip(" "), let unit = Self.sizes.first(where: { text.skip($0.name) }) else { return nil }
    return whole * unit.bytes + hundredths * unit.bytes / 100
  }

  private static var sizes: [(name: StaticString, bytes: Int)] {
    [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)]
  }

  private static var units: [(name: StaticString, seconds: Int)] {
    [("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), ("year", 31_536_000)]
  }
}
