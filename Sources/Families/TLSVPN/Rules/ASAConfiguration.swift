import Correlation
import Observations

// What an ASA says of itself when it is asked. The latest word holds.
extension GatewayKnowledge {
  var webVPN: (configuration: WebVPNConfiguration, fact: LogFact)? {
    for fact in facts.reversed() {
      if case .statement(.webVPN(let configuration)) = fact.event { return (configuration, fact) }
    }
    return nil
  }

  /// The latest word about each group policy, in order of name.
  var groupPolicies: [(policy: GroupPolicyConfiguration, fact: LogFact)] {
    var latest: [String: (GroupPolicyConfiguration, LogFact)] = [:]
    for fact in facts {
      if case .statement(.groupPolicy(let policy)) = fact.event { latest[policy.name] = (policy, fact) }
    }
    return latest.sorted { $0.key < $1.key }.map { ($0.value.0, $0.value.1) }
  }

  /// `sysopt connection tcpmss`.
  var tcpMSS: (bytes: Int, fact: LogFact)? {
    for fact in facts.reversed() {
      if case .statement(.tcpMSSLimit(let bytes)) = fact.event { return (bytes, fact) }
    }
    return nil
  }

  /// Tunnel MTUs as it computes them (`debug webvpn anyconnect`).
  var computedMTU: (mtu: TunnelMTUAnnouncement, fact: LogFact)? {
    var merged = TunnelMTUAnnouncement()
    var last: LogFact?
    for fact in facts {
      guard case .negotiated(.mtu(let mtu)) = fact.event else { continue }
      merged.tls = mtu.tls ?? merged.tls
      merged.dtls = mtu.dtls ?? merged.dtls
      merged.base = mtu.base ?? merged.base
      merged.tcpMSS = mtu.tcpMSS ?? merged.tcpMSS
      last = fact
    }
    return last.map { (merged, $0) }
  }

  /// The commands that work around CSCuh61321, in their order.
  func workaround(port: Int) -> [String] {
    let named = webVPN?.configuration.interfaces ?? []
    let interfaces = named.isEmpty ? ["outside"] : named
    return ["webvpn"] + interfaces.map { "no enable \($0)" } + ["dtls port \(port)"] + interfaces.map { "enable \($0)" }
  }

  /// Whether both are what one device says of itself.
  func isSame(as other: GatewayKnowledge) -> Bool {
    device == other.device && facts.first?.line == other.facts.first?.line
  }
}
