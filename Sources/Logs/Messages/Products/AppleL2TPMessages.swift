extension ProductMessages {
  /// macOS' client of L2TP over IPsec (ppp.log and the system's log): pppd tells what its IKE daemon is at.
  // A message is a line.
  // swift-format-ignore
  static let appleL2TP = ProductMessages(product: .appleL2TP, messages: [
    Message("L2TP connecting to server '{host}' ({gateway})", .sessionRequested, sample: "L2TP connecting to server 'vpn.example.com' (203.0.113.20)..."),
    Message("IPSec connection started", .informational),
    Message("IPSec phase 1 client started", .channelStarted(.ike)),
    Message("IPSec phase 1 server replied", .channelEstablished(.ike)),
    Message("IPSec phase 2 started", .informational),
    Message("IPSec phase 2 established", .channelEstablished(.esp)),
    Message("IPSec connection established", .sessionOpened(.unknown)),
    Message("IPSec connection failed", .channelFailed(.ike)),
    Message("IPSec phase 1 failed", .channelFailed(.ike)),
    Message("L2TP connection established", .informational, sample: "L2TP connection established."),
    Message("L2TP sent ", .informational, sample: "L2TP sent SCCRQ"),
    Message("L2TP received ", .informational, sample: "L2TP received SCCRP"),
    Message("L2TP cannot connect to the server", .channelUnanswered(.ike)),
  ])
}
