import Observations

/// Findings that are cause and effect of each other, as one problem: what it begins with, what comes of it, and one list
/// of what to do.
public struct Problem: Sendable, Hashable {
  /// "P1", "P2" … the worst first.
  public let id: String
  /// The finding that everything begins with.
  public let root: String
  /// All its findings, causes before what they bring about; the root first.
  public let findings: [String]
  /// The tunnels concerned, in the order of the report; empty where no tunnel claims the packets.
  public let tunnels: [String]
  /// The worst of its findings.
  public let severity: Severity
  /// Where it arises, in a clause: "between client.pcap and gateway.pcap, on the way to the gateway"; nil where nothing
  /// shows it.
  public let place: String?
  /// What to change, the cure of the root first; each step once.
  public let remedies: [String]
  /// What helps until that is done; nil where nothing is known to.
  public let stopgap: String?

  /// Whether one of the steps is the stopgap in other words: it names the same setting.
  public var listsStopgap: Bool {
    guard let stopgap else { return false }
    let settings = Self.settings(in: stopgap)
    return remedies.contains { $0 == stopgap || !settings.isEmpty && settings.isSubset(of: Self.settings(in: $0)) }
  }

  /// The commands and settings that a step names, between backticks: two steps with the same are one.
  static func settings(in step: String) -> Set<String> {
    Set(
      step.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
        .map { String($0.element) })
  }

  public init(
    id: String, root: String, findings: [String], tunnels: [String] = [], severity: Severity, place: String? = nil,
    remedies: [String] = [], stopgap: String? = nil
  ) {
    self.id = id
    self.root = root
    self.findings = findings
    self.tunnels = tunnels
    self.severity = severity
    self.place = place
    self.remedies = remedies
    self.stopgap = stopgap
  }
}
