import Logs
import Observations

// What a FortiGate lists of its tunnels and gateways.
extension ListedSAs {
  /// Seconds after which an IKE SA that is still connecting waits for an answer: where answers come it takes two or three.
  private static let waitingSeconds = 10

  /// - Parameter line: A line of `diagnose vpn tunnel list`, `diagnose vpn ike gateway list` or `get vpn ipsec tunnel summary`.
  mutating func readFortiGate(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes)
    text.skipSpaces()
    if text.starts(with: "name="), text.skip(past: " serial="), text.skip(past: " ") {
      var sa = ListedSA(line: sink.line)
      sa.local = text.address()
      sa.remote = text.skip(past: "->") ? text.address() : nil
      sa.hasKeys = false
      begin(sa, into: &sink)
    } else if text.skip("stat: rxp=") {
      let received = text.number()
      let sent = text.skip(past: " txp=") ? text.number() : nil
      change { ($0.received, $0.sent) = (received, sent) }
    } else if text.starts(with: "proxyid="), text.skip(past: " sa="), text.number() ?? 0 > 0 {
      change { $0.hasKeys = true }
    } else if text.isFortiGateSummary {
      readSummary(text, into: &sink)
    } else {
      readGateway(text, into: &sink)
    }
  }

  /// "'to-branch' 203.0.113.20:0  selectors(total,up): 1/1  rx(pkt,err): 1921/0  tx(pkt,err): 69/2"; some versions leave out
  /// the address.
  private mutating func readSummary(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes, from: line.position)
    var sa = ListedSA(line: sink.line)
    if text.skip(past: "' ") {
      text.skipSpaces()
      sa.remote = text.address()
    }
    guard text.skip(past: "selectors(total,up): "), text.number() != nil, text.skip("/") else { return }
    sa.hasKeys = text.number() ?? 0 > 0
    sa.received = text.skip(past: "rx(pkt,err): ") ? text.number() : nil
    sa.sent = text.skip(past: "tx(pkt,err): ") ? text.number() : nil
    begin(sa, into: &sink)
  }

  /// "addr: 198.51.100.10:500 -> 203.0.113.20:500", and for each IKE SA of that gateway
  ///
  ///     id/spi: 19576 a83334b3c66f871b/0000000000000000
  ///     direction: initiator
  ///     status: connecting, state 3, started 15s ago
  private mutating func readGateway(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes, from: line.position)
    if text.skip("addr: ") {
      var sa = ListedSA(line: sink.line)
      sa.local = text.address()
      sa.remote = text.skip(past: "-> ") ? text.address() : nil
      begin(sa, into: &sink)
    } else if text.starts(with: "id/spi: ") {
      var sa = ListedSA(line: sink.line)
      (sa.local, sa.remote) = (open?.local, open?.remote)
      sa.isAnswered = !text.contains("/0000000000000000")
      // Whoever is not said to have begun may have been asked by a stranger.
      (sa.isResponder, sa.mayBeStranger) = (true, true)
      begin(sa, into: &sink)
    } else if text.skip("direction: ") {
      let isInitiator = text.starts(with: "initiator")
      change { ($0.isResponder, $0.mayBeStranger) = (!isInitiator, !isInitiator) }
    } else if text.skip("status: ") {
      let isEstablished = text.starts(with: "established")
      let seconds = text.skip("connecting,") && text.skip(past: "started ") ? text.number() : nil
      change {
        if isEstablished {
          $0.state = .established
        } else if let seconds, seconds >= Self.waitingSeconds, let isAnswered = $0.isAnswered {
          $0.state = .waiting(
            words: isAnswered
              ? "connecting, the first message is answered and the SA is not up after \(seconds) s"
              : "connecting, no answer to the first message has come for \(seconds) s", isAnswered: isAnswered)
        }
      }
    }
  }
}

extension LogText {
  /// Whether it is a line of `get vpn ipsec tunnel summary`.
  var isFortiGateSummary: Bool { next == UInt8(ascii: "'") && contains("selectors(total,up): ") }
}
