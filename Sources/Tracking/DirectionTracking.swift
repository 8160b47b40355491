import Dissection
import Families
import Observations

/// The first hosts that ARP and ICMP show: who sent, and to whom.
///
/// A few are enough to tell whether a capture holds both directions; those beyond are not missed.
struct HostExchange {
  private var senders: [IPAddress] = []
  private var receivers: [IPAddress] = []
  private static let most = 16

  var isEmpty: Bool { senders.isEmpty }
  /// Whether all that was sent went to many at once, as what hosts make themselves known with.
  var asksNobody: Bool { receivers.isEmpty }

  mutating func add(from sender: IPAddress, to receiver: IPAddress) {
    Self.add(sender, &senders)
    if !receiver.isForMany { Self.add(receiver, &receivers) }
  }

  private static func add(_ host: IPAddress, _ hosts: inout [IPAddress]) {
    guard hosts.count < most, !hosts.contains(host) else { return }
    hosts.append(host)
  }

  /// Whether a host that something was sent to sent something itself.
  func showsBothWays(_ isSender: (IPAddress) -> Bool) -> Bool {
    receivers.contains { senders.contains($0) || isSender($0) }
  }
}

// In which directions the conversations of a capture point are seen. Looked up in the table of flows when it is asked for:
// nothing of it costs a packet of TCP or UDP anything.
extension PointTracker {
  /// Complexity: linear in the flows that are remembered.
  public var directions: SeenDirections {
    var seen = forgottenDirections
    for index in table.flows.indices where table.isLive(index) { note(flow: index, in: &seen) }
    guard !exchanges.isEmpty else { return seen }
    // Where a conversation shows both directions nobody asks for more, and where nobody is asked no answer is missing.
    let isDecided = max(seen.tcp, seen.udp, seen.other) == .both || exchanges.asksNobody
    seen.hosts = isDecided || exchanges.showsBothWays(hasSent) ? .both : .one
    return seen
  }

  /// Takes note of a flow that is about to be forgotten.
  mutating func noteDirections(ofFlow index: Int) { note(flow: index, in: &forgottenDirections) }

  private func note(flow index: Int, in seen: inout SeenDirections) {
    let key = table.flows[index].key
    let ways: SeenDirections.Ways = hasSent(flow: index, 0) && hasSent(flow: index, 1) ? .both : .one
    switch key.protocolNumber {
    case IPProtocol.tcp: seen.tcp = max(seen.tcp, ways)
    // Nobody answers from an address that many are called by.
    case IPProtocol.udp where key.a.isForMany || key.b.isForMany: break
    case IPProtocol.udp: seen.udp = max(seen.udp, ways)
    default: seen.other = max(seen.other, ways)
    }
  }

  func hasSent(flow index: Int, _ direction: Int) -> Bool {
    table.directions[2 * index + direction].last.nanoseconds != .min
  }

  private func hasSent(_ host: IPAddress) -> Bool {
    table.flows.indices.contains { index in
      guard table.isLive(index) else { return false }
      let key = table.flows[index].key
      return key.a == host && hasSent(flow: index, 0) || key.b == host && hasSent(flow: index, 1)
    }
  }
}
