import Correlation
import Observations

// Tunnels, their channels, handshakes and sessions.
extension JSONReport {
  func write(_ tunnel: TunnelDescription, to json: inout JSONWriter) {
    json.member("id", tunnel.id)
    json.member("family", tunnel.family.rawValue)
    json.member("product", text(tunnel.product))
    json.object("client") { json in
      json.member("address", text(tunnel.client?.description))
      json.array("translated", tunnel.translatedClients.map(\.description))
    }
    json.object("gateway") { $0.member("address", text(tunnel.gateway?.description)) }
    json.member("server_name", text(tunnel.serverName))
    json.array("users", tunnel.users.map(text))
    json.array("inner_addresses", tunnel.innerAddresses.map(\.description))
    json.array("channels", tunnel.channels) { channel, json in json.object { write(channel, to: &$0) } }
    json.object("mtu") { json in
      json.member("path", tunnel.mtu.path)
      json.member("inner", tunnel.mtu.inner)
      json.member("client_mss", tunnel.mtu.clientMSS)
      json.member("gateway_mss", tunnel.mtu.gatewayMSS)
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
    json.array("handshakes", channel.handshakes) { handshake, json in
      json.object { json in
        json.member("start", handshake.start)
        json.member("end", handshake.end)
        json.member("outcome", handshake.outcome.rawValue)
        json.member("openings", handshake.openings)
        json.member("answer_seconds", handshake.answerSeconds)
      }
    }
    json.array("sessions", channel.sessions) { session, json in
      json.object { json in
        json.member("start", session.start)
        json.member("end", session.end)
        json.member("end_reason", text(session.endReason))
      }
    }
    json.object("data") { json in
      json.member("client_packets", channel.data.clientPackets)
      json.member("gateway_packets", channel.data.gatewayPackets)
      json.member("lost_packets", channel.data.lostPackets)
    }
    json.member("mtu", channel.mtu)
  }
}
