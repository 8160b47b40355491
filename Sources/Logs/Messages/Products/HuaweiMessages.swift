extension ProductMessages {
  /// Huawei's firewalls and routers: alarms and logs of IPsec (hwIPSecNegoFail, IPSEC/4/IPSECNEGOFAIL).
  // A message is a line.
  // swift-format-ignore
  static let huawei = ProductMessages(product: .huawei, messages: [
    Message("IPSec tunnel negotiation fails. (Ifindex={}, {}Reason={reason}, ReasonCode={code}, PeerAddress={address}, ", .channelFailed(.ike), sample: "IPSec tunnel negotiation fails. (Ifindex=12, SeqNum=1, Reason=phase1 proposal mismatch, ReasonCode=1, PeerAddress=203.0.113.20, PeerPort=500, VsysName=Public, InterfaceName=GigabitEthernet0/0/1)"),
    Message("IPSec tunnel negotiation fails", .channelFailed(.ike)),
  ])
}
