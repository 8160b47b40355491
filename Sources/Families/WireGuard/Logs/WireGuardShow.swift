import Logs
import Observations

/// What `wg show` prints: the port that is listened on, and peers that were never heard.
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

  private struct Peer {
    let name: String
    let line: Int
    var end: Endpoint?
    var hasHandshake = false
    var hasReceived = false
    var hasSent = false
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    var text = LogText(offered.text.bytes)
    if text.skip("interface: ") {
      // Others name more than the interface: a FortiGate's list of gateways, its number.
      guard !text.contains(" ") else { return false }
      endPeer(into: &sink)
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
    } else if text.starts(with: "latest handshake: ") {
      peer?.hasHandshake = true
    } else if text.skip("transfer: ") {
      peer?.hasReceived = !text.starts(with: "0 B received")
      peer?.hasSent = !text.contains(" 0 B sent")
    } else {
      return text.starts(with: "public key: ") || text.starts(with: "private key: ")
        || text.starts(with: "preshared key: ") || text.starts(with: "fwmark: ") || text.starts(with: "allowed ips: ")
        || text.starts(with: "persistent keepalive: ")
    }
    return true
  }

  mutating func finish(into sink: inout LogSink) { endPeer(into: &sink) }

  /// A peer to which only initiations can have been sent, and from which nothing came.
  private mutating func endPeer(into sink: inout LogSink) {
    defer { peer = nil }
    guard let peer, !peer.hasHandshake, peer.hasSent, !peer.hasReceived else { return }
    let subject = LogSubject(
      user: peer.name, gateway: peer.end?.address, gatewayPort: peer.end?.port, device: interface)
    sink.take(.opened(.wireguard), at: nil, of: subject, line: peer.line)
    sink.take(.failed(.wireguard, .timedOut), at: nil, of: subject, line: peer.line)
  }
}
