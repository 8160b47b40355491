import Observations

/// What became of a finding while the capture goes on.
public struct FindingEvent: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// It is reported for the first time.
    case found
    /// It says more than when it was last reported.
    case grown
    /// It is over: the tunnel recovered, or is no longer followed; why the program thinks so, in a sentence.
    case recovered(String)
    /// It had recovered and is back.
    case again
  }

  public let kind: Kind
  /// When it was noticed, on the capture's clock.
  public let time: Timestamp
  /// The finding as it is now, under an identifier that stays the same for the whole run: "L1", "L2" …
  public let finding: Finding
  /// The tunnel it is about, if any.
  public let tunnel: TunnelDescription?

  public init(kind: Kind, time: Timestamp, finding: Finding, tunnel: TunnelDescription?) {
    self.kind = kind
    self.time = time
    self.finding = finding
    self.tunnel = tunnel
  }
}
