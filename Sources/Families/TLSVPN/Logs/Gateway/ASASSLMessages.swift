import Logs
import Observations

extension ASAMessage {
  /// 725001, 725002, 725006, 725007: the TLS or DTLS handshake with a client.
  ///
  ///     Starting SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443 for DTLSv1.2 session
  ///     Device failed SSL handshake with client outside:198.51.100.10/52435 to 203.0.113.20/443
  ///
  /// The last two do not say whether it is TLS or DTLS; the first messages of the same client's port do.
  func sslHandshake(_ text: borrowing LogText, _ connections: inout SSLConnections) -> Content {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: "with client ") else { return text.contains("with server") ? .nothing : .breaksOff }
    guard let client = text.interfaceEndpoint() else { return .breaksOff }
    var subject = LogSubject(client: client.address, clientPort: client.port, device: device)
    text.skipSpaces()
    if text.skip("to "), let gateway = text.interfaceEndpoint() {
      subject.gateway = gateway.address
      subject.gatewayPort = gateway.port
    }
    let written: ChannelKind? = text.contains("DTLSv") ? .dtls : text.contains("TLS") ? .tls : nil
    switch id {
    case 725_001:
      let channel = written ?? .tls
      connections.remember(client, channel)
      return .event(subject, .opened(channel))
    case 725_002:
      let channel = written ?? connections.channel(of: client) ?? .tls
      connections.remember(client, channel)
      return .event(subject, .completed(channel))
    case 725_006:
      let channel = written ?? connections.forget(client) ?? .tls
      return .event(subject, .failed(channel, .other(reason: nil)))
    default: return .event(subject, .ended(connections.forget(client) ?? written, reason: nil))
    }
  }
}

/// Whether the connections that clients have open are TLS or DTLS, by the client's endpoint.
struct SSLConnections {
  private var channels: [Endpoint: ChannelKind] = [:]

  func channel(of client: Endpoint) -> ChannelKind? { channels[client] }

  mutating func remember(_ client: Endpoint, _ channel: ChannelKind) {
    // A gateway has fewer connections open; more means that their ends are not logged, and then all may be forgotten.
    if channels.count >= TLSVPNLogLimits.remembered { channels.removeAll(keepingCapacity: true) }
    channels[client] = channel
  }

  mutating func forget(_ client: Endpoint) -> ChannelKind? { channels.removeValue(forKey: client) }
}
