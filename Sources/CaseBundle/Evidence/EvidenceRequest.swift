import Correlation
import Observations

/// The packets that a report needs as evidence: those that its findings cite, and the conversations they belong to.
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
  /// Hosts whose SYNs matter for what they offer.
  private(set) var offering: Set<IPAddress> = []

  /// - Parameter original: The address that stands for one of the report's in the captures.
  init(_ report: Report, original: (IPAddress) -> IPAddress = { $0 }) {
    for finding in report.findings {
      for evidence in finding.evidence {
        guard let frame = evidence.frame else { continue }
        let citation = Citation(finding: finding.id, rule: finding.rule.rawValue, note: evidence.note)
        let known = citations[frame.capture]?[frame.frame] ?? []
        if !known.contains(citation) { citations[frame.capture, default: [:]][frame.frame] = known + [citation] }
      }
      switch finding.about {
      case .path(let path):
        add(path: HostPath(source: original(path.source), destination: original(path.destination)), of: finding)
      case .host(let host): offering.insert(original(host))
      case .channel where finding.fact("fragments") != nil:
        for tunnel in report.tunnels where tunnel.id == finding.tunnel {
          for pair in tunnel.addressPairs {
            fragmented.insert(HostPair(original(pair.client), original(pair.gateway)))
          }
        }
      case .channel, .tunnel, .device, .captures: break
      }
    }
    let named = Set(report.findings.compactMap(\.tunnel))
    // Nothing is wrong: the handshakes show that.
    for tunnel in report.tunnels where named.isEmpty || named.contains(tunnel.id) {
      for pair in tunnel.addressPairs { tunnels.insert(HostPair(original(pair.client), original(pair.gateway))) }
    }
  }

  /// What matters on a path is what the finding about it measured: packets that vanish, or an MTU; otherwise its fragments.
  private mutating func add(path: HostPath, of finding: Finding) {
    let hosts = HostPair(path.source, path.destination)
    if finding.fact("smallest_lost") != nil {
      lossyPaths.insert(hosts)
    } else if case .integer(let mtu) = finding.fact("mtu") {
      let route = HostRoute(source: path.source, destination: path.destination)
      pathMTUs[route] = min(pathMTUs[route] ?? mtu, mtu)
    } else {
      fragmented.insert(hosts)
    }
  }

  func isCited(capture: Int, frame: Int) -> Bool { citations[capture]?[frame] != nil }

  /// Whether a finding is about what the packet belongs to, and not about the capture as a whole.
  func needsContext(capture: Int, frame: Int) -> Bool {
    citations[capture]?[frame]?.contains { $0.rule != RuleName.captureQuality.rawValue } ?? false
  }
}
