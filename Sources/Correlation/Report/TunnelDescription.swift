import Observations

/// One client and one gateway, across all sessions between them and all captures and logs that show them.
public struct TunnelDescription: Sendable, Hashable, TunnelEnds {
  /// "T1", "T2" …
  public let id: String
  public let family: FamilyName
  /// The gateway's product as far as it is known, and how sure that is: "Cisco ASA", "ocserv".
  public let product: String?
  /// nil where only logs show the tunnel, and none names the address.
  public let client: IPAddress?
  public let gateway: IPAddress?
  /// The client's address as other capture points see it, behind address translation.
  public let translatedClients: [IPAddress]
  /// The gateway's address as other capture points see it, behind address translation.
  public let translatedGateways: [IPAddress]
  public let serverName: String?
  /// Who uses it, by the logs.
  public let users: [String]
  /// The addresses assigned to the client inside the tunnel, by the logs.
  public let innerAddresses: [IPAddress]
  /// The control channel first.
  public let channels: [ChannelDescription]
  public let mtu: MTU
  /// What comparing several capture points shows: where packets disappear, who rewrites addresses and MSS.
  public let comparison: [String]
  /// When its last packet was seen; nil when nothing says.
  public let lastSeen: Timestamp?
  /// Whether no capture shows it.
  public let isFromLogsOnly: Bool
  /// Channels for the data of which nothing was read: no packet in captures that show the tunnel, or, where logs alone do, no
  /// line that says whether they came up.
  public let unshownChannels: [ChannelKind]
  /// Whether captures show the tunnel, and nothing of the channel that its family has for data beside the one that was seen.
  public let isWithoutDataChannel: Bool
  /// Why the tunnel is down where the client's own log ends, if it is and the client did not wish it; nil otherwise.
  public let downReason: String?

  public init(
    id: String, family: FamilyName = .tlsVPN, product: String? = nil, client: IPAddress?, gateway: IPAddress?,
    translatedClients: [IPAddress] = [], translatedGateways: [IPAddress] = [], serverName: String? = nil,
    users: [String] = [], innerAddresses: [IPAddress] = [], channels: [ChannelDescription], mtu: MTU = MTU(),
    comparison: [String] = [],
    lastSeen: Timestamp? = nil, isFromLogsOnly: Bool = false,
    unshownChannels: [ChannelKind] = [], isWithoutDataChannel: Bool = false, downReason: String? = nil
  ) {
    self.id = id
    self.family = family
    self.product = product
    self.client = client
    self.gateway = gateway
    self.translatedClients = translatedClients
    self.translatedGateways = translatedGateways
    self.serverName = serverName
    self.users = users
    self.innerAddresses = innerAddresses
    self.channels = channels
    self.mtu = mtu
    self.comparison = comparison
    self.lastSeen = lastSeen
    self.isFromLogsOnly = isFromLogsOnly
    self.unshownChannels = unshownChannels
    self.isWithoutDataChannel = isWithoutDataChannel
    self.downReason = downReason
  }

  /// The same without its sessions and handshakes.
  var withoutHistory: TunnelDescription {
    TunnelDescription(
      id: id, family: family, product: product, client: client, gateway: gateway, translatedClients: translatedClients,
      translatedGateways: translatedGateways, serverName: serverName, users: users, innerAddresses: innerAddresses,
      channels: channels.map(\.withoutHistory),
      mtu: mtu, comparison: comparison, lastSeen: lastSeen, isFromLogsOnly: isFromLogsOnly,
      unshownChannels: unshownChannels, isWithoutDataChannel: isWithoutDataChannel, downReason: downReason)
  }

  public func channel(_ kind: ChannelKind) -> ChannelDescription? { channels.first { $0.kind == kind } }

  /// Sessions of the channel that stands for the tunnel: the control channel's, or those of the only one.
  public var sessions: [ChannelDescription.Session] { channels.first { !$0.sessions.isEmpty }?.sessions ?? [] }

  /// Whether anything can be said of it: a session or a handshake with an outcome.
  var wasJudged: Bool { channels.contains { !$0.sessions.isEmpty || $0.outcome.isJudged } }

  /// Whether what was read shows that it works: what carries its data came up, and nothing of that is unknown. Packets of a
  /// control channel show no data, unless a side fell silent; a log that has no more to say of the data is judged by
  /// `unshownChannels`.
  package var showsHealth: Bool {
    channels.contains { (isFromLogsOnly || $0.role != .control) && $0.wasSeenToWork } && unshownChannels.isEmpty
      && downReason == nil && !channels.contains { $0.role == .control && $0.outcome == .lost }
      && !channels.contains { $0.data.onlyKeepalives != nil }
  }

  /// The client's address; without one its user, and without that just what it is.
  public var clientName: String { client?.description ?? users.first.map { "user \($0)" } ?? "a client" }

  public var gatewayName: String { gateway?.description ?? "a gateway" }

  /// When the first of it was seen; nil when nothing says.
  package var firstSeen: Timestamp? {
    channels.lazy.flatMap { channel in
      channel.handshakes.lazy.compactMap(\.start) + channel.sessions.lazy.compactMap(\.start)
    }.min()
  }

  /// Text for people: "198.51.100.10 → 203.0.113.20".
  public var route: String { "\(clientName) → \(gatewayName)" }

  /// What is known of sizes, all in bytes; nil where nothing says.
  public struct MTU: Sendable, Hashable {
    /// Outer path MTU, from an ICMP error.
    public let path: Int?
    /// Of the client's adapter, from inner packets or a log.
    public let inner: Int?
    /// MSS in the client's SYN, as the gateway side sees it when both are known.
    public let clientMSS: Int?
    /// MSS in the gateway's SYN-ACK, as the client side sees it when both are known.
    public let gatewayMSS: Int?

    public init(path: Int? = nil, inner: Int? = nil, clientMSS: Int? = nil, gatewayMSS: Int? = nil) {
      self.path = path
      self.inner = inner
      self.clientMSS = clientMSS
      self.gatewayMSS = gatewayMSS
    }
  }
}
