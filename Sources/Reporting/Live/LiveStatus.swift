import Correlation

/// The state of a live capture, for the status line and the metrics.
public struct LiveStatus: Sendable, Hashable {
  public var packets = 0
  public var bytes = 0
  public var droppedByKernel = 0
  public var droppedByInterface = 0
  public var tunnels = 0
  /// Reported findings that have not recovered, by rule.
  public var open: [RuleName: Int] = [:]
  /// Findings reported since the start, by rule.
  public var reported: [RuleName: Int] = [:]
  public var evictedFlows = 0
  public var forgottenPairs = 0
  /// Events left out because their reader was too slow.
  public var lostEvents = 0
  /// Runs of the command for findings that did not succeed, and events that it was too slow for.
  public var failedCommands = 0
  public var lostCommands = 0
  public var isUp = true

  public init() {}

  /// One line for a terminal, at most 80 columns.
  public var line: String {
    let drops = droppedByKernel + droppedByInterface
    let parts = [
      packets.counted("packet"), tunnels.counted("tunnel"),
      open.values.reduce(0, +).counted("open finding"), drops > 0 ? "\(drops.grouped) dropped" : nil,
      isUp ? nil : "interface down",
    ]
    return TextColumns.cut(parts.compactMap { $0 }.joined(separator: " · "), width: TextPage.usualWidth - 1)
  }

  /// In the text format that Prometheus's node exporter reads (textfile collector).
  ///
  /// - Parameters:
  ///   - interface: The value of every metric's `interface` label.
  ///   - rules: Those that can report a finding: each has its series from the start, at 0.
  public func metrics(interface: String, rules: [RuleName]) -> String {
    let label = "interface=\"\(Self.escaped(interface))\""
    var text = ""
    func metric(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: Int)]) {
      text += "# HELP tunnelscope_\(name) \(help)\n# TYPE tunnelscope_\(name) \(type)\n"
      for (labels, value) in values {
        text += "tunnelscope_\(name){\(label)\(labels.isEmpty ? "" : "," + labels)} \(value)\n"
      }
    }
    func byRule(_ counts: [RuleName: Int]) -> [(String, Int)] {
      rules.map { ("rule=\"\($0.rawValue)\"", counts[$0] ?? 0) }
    }
    metric("packets_total", "counter", "Packets read.", [("", packets)])
    metric("bytes_total", "counter", "Captured bytes read.", [("", bytes)])
    metric(
      "dropped_packets_total", "counter", "Packets lost before they could be read.",
      [("by=\"kernel\"", droppedByKernel), ("by=\"interface\"", droppedByInterface)])
    metric("interface_up", "gauge", "Whether the interface is up.", [("", isUp ? 1 : 0)])
    metric("tunnels", "gauge", "Tunnels known.", [("", tunnels)])
    metric("open_findings", "gauge", "Findings that have not recovered.", byRule(open))
    metric("findings_total", "counter", "Findings since the start.", byRule(reported))
    metric("evicted_flows_total", "counter", "Flows forgotten to make room.", [("", evictedFlows)])
    metric("forgotten_pairs_total", "counter", "Pairs of hosts forgotten to make room.", [("", forgottenPairs)])
    metric(
      "failed_commands_total", "counter", "Runs of the command for findings that did not succeed.",
      [("", failedCommands)])
    metric(
      "lost_commands_total", "counter", "Events left out because the command for findings was too slow.",
      [("", lostCommands)])
    metric("lost_events_total", "counter", "Events left out because their reader was too slow.", [("", lostEvents)])
    return text
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.visibleLine {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      default: text.append(character)
      }
    }
    return text
  }
}
