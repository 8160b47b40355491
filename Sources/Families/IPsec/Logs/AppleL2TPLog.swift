import Logs
import Observations

/// What macOS' client of L2TP over IPsec tells of its IKE, which is of version 1.
///
///     Wed Apr 22 21:59:54 2020 : L2TP connecting to server 'vpn.example.com' (203.0.113.20)...
///     Wed Apr 22 21:59:54 2020 : IPSec phase 1 client started
///     Wed Apr 22 22:00:24 2020 : IPSec connection failed
struct AppleL2TPLog: LogFormatReader {
  private var association = IKEAssociation(to: nil)

  /// All its messages are in the table.
  mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .appleL2TP else { return false }
    sink.understand(.appleL2TP)
    let time = sink.resolve(message.time)
    switch message.meaning {
    case .sessionRequested: association = IKEAssociation(to: message.endpoint(.gateway)?.address)
    case .channelStarted(.ike):
      association.open(at: time, into: &sink)
      association.endOpening(into: &sink)
    case .channelEstablished(.ike): association.hearAnswer()
    case .sessionOpened: association.establish(at: time, into: &sink)
    case .channelFailed(.ike): association.giveUp(at: time, into: &sink)
    default: break
    }
    return true
  }
}
