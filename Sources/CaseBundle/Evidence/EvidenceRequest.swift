import Correlation
import Observations

/// What a report needs as evidence: the packets that its findings name, and whose conversations they belong to.
struct EvidenceRequest {
  /// What a finding says of a packet.
  struct Citation: Hashable {
    let finding: String
    let rule: String
    let note: String
  }

  /// By capture index and frame number, in the order of the findings.
  private(set) var citations: [Int: [Int: [Citation]]] = [:]
  /// Clients and gateways of the tunnels that matter.
  private(set) var tunnels: Set<HostPair> = []
  /// Paths with a known MTU in bytes.
  private(set) var pathMTUs: [HostRoute: Int] = [:]
  /// Paths on which packets vanish.
  private(set) var lossyPaths: Set<HostPair> = []
  /// Hosts whose fragments matter.
  private(set) var fragmented: Set<HostPair> = []

  /// Whether it matters what SYNs offer.
  private(set) var wantsOffers = false

  /// - Parameter original: The address that stands for one of the report's in the captures.
  init(_ report: Report, original: (IPAddress) -> IPAddress = { $0 }) {
    for finding in report.findings {
      for evidence in finding.evidence {
        let citation = Citation(finding: finding.id, rule: finding.rule.rawValue, note: evidence.note)
        let known = citations[evidence.frame.capture]?[evidence.frame.frame] ?? []
        if !known.contains(citation) {
          citations[evidence.frame.capture, default: [:]][evidence.frame.frame] = known + [citation]
        }
      }
      if finding.rule == .mssExceedsMTU { wantsOffers = true }
      readFacts(of: finding, original)
    }
    let named = Set(report.findings.compactMap(\.tunnel))
    // Nothing is wrong: the handshakes show that.
    for tunnel in report.tunnels where named.isEmpty || named.contains(tunnel.id) {
      guard let client = tunnel.client, let gateway = tunnel.gateway else { continue }
      for client in [client] + tunnel.translatedClients {
        tunnels.insert(HostPair(original(client), original(gateway)))
      }
    }
  }

  private mutating func readFacts(of finding: Finding, _ original: (IPAddress) -> IPAddress) {
    guard case .text(let source) = finding.fact("source"), case .text(let destination) = finding.fact("destination"),
      let source = IPAddress(source).map(original), let destination = IPAddress(destination).map(original)
    else { return }
    switch finding.rule {
    case .pmtuBlackHole: lossyPaths.insert(HostPair(source, destination))
    case .tunnelFragmentation: fragmented.insert(HostPair(source, destination))
    default:
      guard case .integer(let mtu) = finding.fact("mtu") else { return }
      let route = HostRoute(source: source, destination: destination)
      pathMTUs[route] = min(pathMTUs[route] ?? mtu, mtu)
    }
  }

  func isCited(capture: Int, frame: Int) -> Bool { citations[capture]?[frame] != nil }

  /// Whether a finding is about what the packet belongs to, and not about the capture as a whole.
  func needsContext(capture: Int, frame: Int) -> Bool {
    citations[capture]?[frame]?.contains { $0.rule != RuleName.captureQuality.rawValue } ?? false
  }
}
