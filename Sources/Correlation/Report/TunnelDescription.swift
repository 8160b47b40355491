import Observations

/// One client and one gateway, across all sessions between them and all captures that show them.
public struct TunnelDescription: Sendable, Hashable {
  /// "T1", "T2" …
  public let id: String
  /// nil where only logs tell of the tunnel, and none names the address.
  public let client: IPAddress?
  public let gateway: IPAddress?
  /// The client's address as other capture points see it, behind address translation.
  public let translatedClients: [IPAddress]
  public let serverName: String?
  public let tls: TLS
  public let dtls: DTLS
  public let mtu: MTU
  /// What comparing several capture points shows: where packets disappear, who rewrites addresses and MSS.
  public let comparison: [String]
  /// When its last packet was seen; nil when nobody says.
  public let lastSeen: Timestamp?
  /// Who uses it, by the logs.
  public let users: [String]
  /// The addresses assigned to the client inside the tunnel, by the logs.
  public let innerAddresses: [IPAddress]
  /// Whether no capture shows it.
  public let isFromLogsOnly: Bool

  public init(
    id: String, client: IPAddress?, gateway: IPAddress?, translatedClients: [IPAddress] = [], serverName: String?,
    tls: TLS, dtls: DTLS, mtu: MTU, comparison: [String] = [], lastSeen: Timestamp? = nil,
    users: [String] = [], innerAddresses: [IPAddress] = [], isFromLogsOnly: Bool = false
  ) {
    self.id = id
    self.client = client
    self.gateway = gateway
    self.translatedClients = translatedClients
    self.serverName = serverName
    self.tls = tls
    self.dtls = dtls
    self.mtu = mtu
    self.comparison = comparison
    self.lastSeen = lastSeen
    self.users = users
    self.innerAddresses = innerAddresses
    self.isFromLogsOnly = isFromLogsOnly
  }

  /// The same without its sessions and attempts.
  var withoutHistory: TunnelDescription {
    TunnelDescription(
      id: id, client: client, gateway: gateway, translatedClients: translatedClients, serverName: serverName,
      tls: TLS(port: tls.port, version: tls.version, cipherSuite: tls.cipherSuite, sessions: []),
      dtls: DTLS(
        port: dtls.port, version: dtls.version, cipherSuite: dtls.cipherSuite, outcome: dtls.outcome, attempts: []),
      mtu: mtu, comparison: comparison, lastSeen: lastSeen, users: users, innerAddresses: innerAddresses,
      isFromLogsOnly: isFromLogsOnly)
  }

  /// The client's address; without one its user, and without that just what it is.
  public var clientName: String { client?.description ?? users.first.map { "user \($0)" } ?? "a client" }

  public var gatewayName: String { gateway?.description ?? "a gateway" }

  /// Text for people: "198.51.100.10 → 203.0.113.20".
  public var route: String { "\(clientName) → \(gatewayName)" }

  /// The TLS side of a tunnel.
  public struct TLS: Sendable, Hashable {
    public let port: Int?
    public let version: TLSVersion?
    public let cipherSuite: CipherSuite?
    public let sessions: [Session]

    public init(port: Int?, version: TLSVersion?, cipherSuite: CipherSuite?, sessions: [Session]) {
      self.port = port
      self.version = version
      self.cipherSuite = cipherSuite
      self.sessions = sessions
    }
  }

  /// One TLS session that carried the tunnel.
  public struct Session: Sendable, Hashable {
    public let start: Timestamp
    /// nil while it lasted when the capture ended.
    public let end: Timestamp?
    /// How it ended, in words: "closed by the client", "reset by the gateway", "still open at the end" …
    public let endReason: String

    public init(start: Timestamp, end: Timestamp?, endReason: String) {
      self.start = start
      self.end = end
      self.endReason = endReason
    }
  }

  /// The DTLS side of a tunnel.
  public struct DTLS: Sendable, Hashable {
    public let port: Int?
    public let version: TLSVersion?
    public let cipherSuite: CipherSuite?
    public let outcome: DTLSOutcome
    public let attempts: [Attempt]

    public init(
      port: Int?, version: TLSVersion?, cipherSuite: CipherSuite?, outcome: DTLSOutcome, attempts: [Attempt]
    ) {
      self.port = port
      self.version = version
      self.cipherSuite = cipherSuite
      self.outcome = outcome
      self.attempts = attempts
    }
  }

  /// One attempt to establish DTLS: a hello and its repetitions.
  public struct Attempt: Sendable, Hashable {
    public let start: Timestamp
    public let end: Timestamp
    public let outcome: DTLSOutcome
    /// ClientHellos sent, repetitions included.
    public let hellos: Int

    public init(start: Timestamp, end: Timestamp, outcome: DTLSOutcome, hellos: Int) {
      self.start = start
      self.end = end
      self.outcome = outcome
      self.hellos = hellos
    }
  }

  /// What is known of sizes, all in bytes; nil where nothing in the captures says.
  public struct MTU: Sendable, Hashable {
    /// Largest inner packet that fits one TLS record in one outer segment.
    public let tls: Int?
    /// Largest inner packet that fits one DTLS datagram on the link.
    public let dtls: Int?
    /// Outer path MTU, from an ICMP error.
    public let path: Int?
    /// MSS in the client's SYN, as the gateway side sees it when both are known.
    public let clientMSS: Int?
    /// MSS in the gateway's SYN-ACK, as the client side sees it when both are known.
    public let gatewayMSS: Int?

    public init(tls: Int? = nil, dtls: Int? = nil, path: Int? = nil, clientMSS: Int? = nil, gatewayMSS: Int? = nil) {
      self.tls = tls
      self.dtls = dtls
      self.path = path
      self.clientMSS = clientMSS
      self.gatewayMSS = gatewayMSS
    }
  }
}

/// What became of an attempt to establish DTLS, or of all of them.
public enum DTLSOutcome: String, Sendable, Hashable {
  case established
  case unanswered
  case refused
  case stalled
  case lost
  /// No attempt was seen, or the capture ends before anything can be said.
  case none
}
