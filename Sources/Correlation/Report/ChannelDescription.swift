import Observations

/// One association that a tunnel is made of, with its handshakes and sessions.
public struct ChannelDescription: Sendable, Hashable {
  public let kind: ChannelKind
  public let role: ChannelRole
  /// As people call it: "TLS", "DTLS", "WireGuard".
  public let name: String
  /// At the gateway; nil where nothing names it.
  public let port: Int?
  /// "UDP", "TCP" or, of ESP outside UDP, "IP".
  public let transport: String
  public let version: String?
  public let cipherSuite: String?
  public let outcome: ChannelOutcome
  public let handshakes: [Handshake]
  public let sessions: [Session]
  public let data: DataTotals
  /// The largest inner packet that fits one packet of the channel, in bytes; nil where it is not known.
  public let mtu: Int?

  public init(
    kind: ChannelKind, role: ChannelRole, name: String, port: Int?, transport: String, version: String? = nil,
    cipherSuite: String? = nil, outcome: ChannelOutcome, handshakes: [Handshake] = [], sessions: [Session] = [],
    data: DataTotals = DataTotals(), mtu: Int? = nil
  ) {
    self.kind = kind
    self.role = role
    self.name = name
    self.port = port
    self.transport = transport
    self.version = version
    self.cipherSuite = cipherSuite
    self.outcome = outcome
    self.handshakes = handshakes
    self.sessions = sessions
    self.data = data
    self.mtu = mtu
  }

  /// The side that alone was seen to send data, over a channel of which nothing worse is known; nil for none.
  package var onlySender: Side? {
    guard outcome == .none || outcome == .established, let client = data.clientPackets,
      let gateway = data.gatewayPackets, (client > 0) != (gateway > 0)
    else { return nil }
    return client > 0 ? .client : .server
  }

  /// Whether it was seen to work: it came up, or it has a session of which not just one side was seen.
  var wasSeenToWork: Bool { outcome == .established || !sessions.isEmpty && (outcome != .none || onlySender == nil) }

  var withoutHistory: ChannelDescription {
    ChannelDescription(
      kind: kind, role: role, name: name, port: port, transport: transport, version: version, cipherSuite: cipherSuite,
      outcome: outcome, data: data, mtu: mtu)
  }

  /// That a session began after a moment and lasts, in words; nil when none did.
  func wordOfSession(since time: Timestamp?) -> String? {
    guard let time, let last = sessions.last, last.end == nil, let start = last.start, start > time else { return nil }
    return "\(name) was established anew"
  }

  /// One attempt to bring the channel up: an opening and its repetitions.
  public struct Handshake: Sendable, Hashable {
    /// nil where only lines without times tell of it.
    public let start: Timestamp?
    public let end: Timestamp?
    public let outcome: ChannelOutcome
    /// Opening messages sent, repetitions included; nil where a log does not say.
    public let openings: Int?
    /// Seconds from the opening to the first answer; nil where there was none, or the opening was sent more than once.
    public let answerSeconds: Double?

    public init(
      start: Timestamp?, end: Timestamp?, outcome: ChannelOutcome, openings: Int?, answerSeconds: Double? = nil
    ) {
      self.start = start
      self.end = end
      self.outcome = outcome
      self.openings = openings
      self.answerSeconds = answerSeconds
    }
  }

  /// From a handshake that succeeded to the end of what it set up.
  public struct Session: Sendable, Hashable {
    public let start: Timestamp?
    /// nil while it lasted when the capture ended.
    public let end: Timestamp?
    /// How it ended, in words: "closed by the client", "reset by the gateway", "still open when last seen" …
    public let endReason: String

    public init(start: Timestamp?, end: Timestamp?, endReason: String) {
      self.start = start
      self.end = end
      self.endReason = endReason
    }
  }

  /// Packets with payload, over all sessions; nil where nothing counts them.
  public struct DataTotals: Sendable, Hashable {
    public let clientPackets: Int?
    public let gatewayPackets: Int?
    /// Missing by counters in clear.
    public let lostPackets: Int?
    /// The side all of whose packets are keepalives while the other sends data; nil for none.
    public let onlyKeepalives: Side?

    public init(
      clientPackets: Int? = nil, gatewayPackets: Int? = nil, lostPackets: Int? = nil, onlyKeepalives: Side? = nil
    ) {
      self.clientPackets = clientPackets
      self.gatewayPackets = gatewayPackets
      self.lostPackets = lostPackets
      self.onlyKeepalives = onlyKeepalives
    }
  }
}

/// What became of a handshake and its session, or of a channel altogether.
public enum ChannelOutcome: String, Sendable, Hashable, CaseIterable {
  case established
  case unanswered
  case refused
  case rejected
  /// The gateway sent the client to another one, which says nothing of a tunnel here.
  case redirected
  case stalled
  case failed
  /// Established, and no data came back.
  case blocked
  case lost
  /// No handshake was seen, or what was read ends before anything can be said.
  case none

  /// Whether it says anything of how the channel does.
  var isJudged: Bool { self != .none && self != .redirected }
}
