import Correlation
import Observations

// Tunnels, their channels, handshakes and sessions.
extension JSONReport {
  func write(_ tunnel: TunnelDescription, to json: inout JSONWriter) {
    json.member("id", tunnel.id)
    json.member("family", tunnel.family.rawValue)
    json.member("product", text(tunnel.product))
    json.object("client") { [client = tunnel.client, translated = tunnel.translatedClients] json in
      json.member("address", text(client?.description))
      json.array("translated", translated.map(\.description))
    }
    json.object("gateway") { [gateway = tunnel.gateway, translated = tunnel.translatedGateways] json in
      json.member("address", text(gateway?.description))
      json.array("translated", translated.map(\.description))
    }
    json.member("server_name", text(tunnel.serverName))
    json.array("users", tunnel.users.map(text))
    json.array("inner_addresses", tunnel.innerAddresses.map(\.description))
    json.objects("channels", tunnel.channels) { write($0, to: &$1) }
    json.object("mtu") { [mtu = tunnel.mtu] json in
      json.member("path", mtu.path)
      json.member("inner", mtu.inner)
      json.member("client_mss", mtu.clientMSS)
      json.member("gateway_mss", mtu.gatewayMSS)
    }
    json.array("comparison", tunnel.comparison.map(text))
  }

  private func write(_ channel: ChannelDescription, to json: inout JSONWriter) {
    json.member("channel", channel.kind.rawValue)
    json.member("name", text(channel.name))
    json.member("role", channel.role.rawValue)
    json.member("transport", text(channel.transport))
    json.member("port", channel.port)
    json.member("version", text(channel.version))
    json.member("cipher_suite", text(channel.cipherSuite))
    json.member("outcome", channel.outcome.rawValue)
    json.objects("handshakes", channel.handshakes) { handshake, json in
      json.member("start", handshake.start)
      json.member("end", handshake.end)
      json.member("outcome", handshake.outcome.rawValue)
      json.member("openings", handshake.openings)
      json.member("answer_seconds", handshake.answerSeconds)
    }
    json.objects("sessions", channel.sessions) { session, json in
      json.member("start", session.start)
      json.member("end", session.end)
      json.member("end_reason", text(session.endReason))
    }
    json.object("data") { [data = channel.data] json in
      json.member("client_packets", data.clientPackets)
      json.member("gateway_packets", data.gatewayPackets)
      json.member("lost_packets", data.lostPackets)
    }
    json.member("mtu", channel.mtu)
  }
}
