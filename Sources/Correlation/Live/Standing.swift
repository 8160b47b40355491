import Observations

/// How a tunnel stands at a moment of a live capture; or a finding that no tunnel claims.
public struct Standing: Sendable, Hashable {
  /// What it comes to, the worst first.
  public enum Condition: Int, Sendable, Hashable, Comparable, CaseIterable {
    case error
    case warning
    case note
    /// Nothing is wrong as far as live has told, and what was seen does not let anyone say that it works.
    case undecided
    case healthy

    public static func < (a: Condition, b: Condition) -> Bool { a.rawValue < b.rawValue }

    /// Whether users notice.
    public var isFailing: Bool { self <= .warning }

    init(_ severity: Severity) {
      self =
        switch severity {
        case .error: .error
        case .warning: .warning
        case .note: .note
        }
    }
  }

  /// What makes it the same at the next moment: tunnels are numbered anew in each report.
  public enum Identity: Sendable, Hashable {
    /// - Parameter ordinal: Which of several with the same ends, behind different carriers.
    case tunnel(client: IPAddress?, gateway: IPAddress?, family: FamilyName, ordinal: Int)
    /// By its identifier of the run.
    case finding(String)
  }

  /// Packets with payload a second, as the sessions count them.
  public struct Rates: Sendable, Hashable {
    public let fromClient: Double
    public let fromGateway: Double

    public init(fromClient: Double, fromGateway: Double) {
      self.fromClient = fromClient
      self.fromGateway = fromGateway
    }
  }

  public let identity: Identity
  public let condition: Condition
  /// nil for a finding that no tunnel claims.
  public let tunnel: TunnelDescription?
  /// What was reported of it and has not recovered: causes before what they bring about, the worst problem first.
  public let findings: [Finding]
  /// When the first of `findings` began, by its own packets; nil where there is none.
  public let since: Timestamp?
  /// Between this moment and the one before; nil where nothing counts.
  public let rates: Rates?

  public init(
    identity: Identity, condition: Condition, tunnel: TunnelDescription?, findings: [Finding] = [],
    since: Timestamp? = nil, rates: Rates? = nil
  ) {
    self.identity = identity
    self.condition = condition
    self.tunnel = tunnel
    self.findings = findings
    self.since = since
    self.rates = rates
  }
}
