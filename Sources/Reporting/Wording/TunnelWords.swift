import Correlation
import Observations

extension FamilyName {
  /// As people call the family.
  var words: String {
    switch self {
    case .tlsVPN: "TLS VPN"
    case .ipsec: "IPsec"
    case .openvpn: "OpenVPN"
    case .wireguard: "WireGuard"
    }
  }
}

extension TunnelDescription {
  /// Who is called what in logs: of WireGuard, each peer by its key.
  private var userWord: String { family == .wireguard ? "peer" : "user" }

  /// Both ends, and the name the client asked for: `198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
  var ends: String {
    route.visibleLine + (serverName.map { " (\($0.visibleLine))" } ?? "")
      + (client == nil || users.isEmpty
        ? "" : ", " + users.map { "\(userWord) \($0.visibleLine)" }.joined(separator: ", "))
  }

  /// "TLS VPN, Cisco ASA".
  var kind: String { family.words + (product.map { ", \($0.visibleLine)" } ?? "") }

  /// The addresses assigned inside the tunnel; nil where nothing names one.
  var innerAddressWords: String? {
    innerAddresses.isEmpty ? nil : innerAddresses.map(\.description).joined(separator: ", ")
  }

  /// What became of each channel: "TLS established, DTLS never answered".
  var outcomeWords: String {
    channels.isEmpty
      ? "no channel seen" : channels.map { "\($0.name.visibleLine) \($0.outcomeInWords)" }.joined(separator: "; ")
  }

  /// The sizes that are known, in bytes; nil when none is.
  var mtuWords: String? {
    let isShared = mtu.clientMSS != nil && mtu.clientMSS == mtu.gatewayMSS
    let known = [
      mtu.path.map { "path MTU \($0)" }, mtu.inner.map { "MTU of the client's adapter \($0)" },
      mtu.clientMSS.map { isShared ? "MSS of both sides \($0)" : "client MSS \($0)" },
      isShared ? nil : mtu.gatewayMSS.map { "gateway MSS \($0)" },
    ].compactMap(\.self)
    return known.isEmpty ? nil : known.joined(separator: ", ") + " bytes"
  }

  /// As what else the ends were seen, behind address translation; nil where they have one address each.
  var translationWords: String? {
    let seen = [("client", translatedClients), ("gateway", translatedGateways)].filter { !$0.1.isEmpty }.map {
      end, others in
      "\(end) as \(others.map(\.description).joined(separator: ", "))"
    }
    return seen.isEmpty ? nil : seen.joined(separator: "; ")
  }
}

extension Report {
  var tunnelsByID: TunnelsByID { TunnelsByID(tunnels) }
}

/// The tunnels of a report by their identifiers. What is kept is where they stand: a description is large.
struct TunnelsByID {
  private let tunnels: [TunnelDescription]
  private let places: [String: Int]

  init(_ tunnels: [TunnelDescription]) {
    self.tunnels = tunnels
    places = Dictionary(tunnels.indices.map { (tunnels[$0].id, $0) }) { first, _ in first }
  }

  var count: Int { tunnels.count }

  subscript(id: String) -> TunnelDescription? { places[id].map { tunnels[$0] } }
}
