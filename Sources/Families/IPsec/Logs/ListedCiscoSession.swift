import Logs
import Observations

// What an IOS router lists of its crypto sessions (`show crypto session`, with `detail` or without; Cisco IOS Security
// Command Reference).
//
//     Interface: Tunnel1
//     Session status: DOWN-NEGOTIATING
//     Peer: 203.0.113.5 port 500
//       IKEv2 SA: local 198.51.100.10/500 remote 203.0.113.5/500 Inactive
//       IPSEC FLOW: permit ip 10.0.10.0/255.255.255.0 10.0.30.0/255.255.255.0
//             Active SAs: 0, origin: crypto map
//             Inbound:  #pkts dec'ed 0 drop 0 life (KB/Sec) 0/0
//             Outbound: #pkts enc'ed 0 drop 0 life (KB/Sec) 0/0
extension ListedSAs {
  /// - Returns: Whether the line is of a crypto session.
  mutating func readSession(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    var text = LogText(line.bytes, from: line.position)
    if text.skip("Session status: ") {
      var sa = ListedSA(line: sink.line)
      sa.state = Self.sessionState(text)
      // A session without a flow of its own may be a stranger's.
      sa.mayBeStranger = true
      begin(sa, into: &sink)
    } else if text.skip("Peer: ") {
      let remote = text.address()
      change { $0.remote = remote }
    } else if text.skip("IKEv1 SA: local ") || text.skip("IKEv2 SA: local ") {
      let local = text.address()
      change { $0.local = local }
    } else if text.starts(with: "IPSEC FLOW: ") {
      change { $0.mayBeStranger = false }
    } else if text.starts(with: "Inbound: "), text.skip(past: "#pkts dec'ed "), let packets = text.number() {
      change { $0.receive(packets) }
    } else if text.starts(with: "Outbound: "), text.skip(past: "#pkts enc'ed "), let packets = text.number() {
      change { $0.send(packets) }
    } else {
      return false
    }
    return true
  }

  /// DOWN is no state of IKE: a tunnel that nobody uses is down, too. UP-NO-IKE has keys for data, and IKE is gone.
  private static func sessionState(_ text: borrowing LogText) -> ListedSA.State? {
    if text.starts(with: "UP-ACTIVE") || text.starts(with: "UP-IDLE") { return .established }
    guard text.starts(with: "DOWN-NEGOTIATING") else { return nil }
    return .waiting(
      words:
        "DOWN-NEGOTIATING, IKE is negotiated and not up; `show crypto isakmp sa` or `show crypto ikev2 sa` says how far it is",
      isAnswered: nil)
  }
}
