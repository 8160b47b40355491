import Logs
import Observations

/// `show asp drop`: counters of dropped packets by their reasons.
///
///     Frame drop:
///       SVC Module unable to fragment packet (mp-svc-no-fragment-ASP)             113
///     Flow drop:
///       …
///
/// Flows that were dropped are no packets, and show nothing here.
struct ASPDropListing {
  private enum Part { case none, frames, flows }
  private var part = Part.none

  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    if line.starts(with: "Frame drop:") {
      part = .frames
      return true
    }
    if line.starts(with: "Flow drop:") {
      part = .flows
      return true
    }
    if line.starts(with: "Last clearing: ") { return true }
    guard let (reason, count) = Self.counter(line) else { return false }
    // Without a heading only what can be nothing else: the listing was filtered (`| include svc`).
    guard part != .none || line.has("mp-svc-", at: reason.lowerBound) else { return false }
    if part != .flows {
      sink.take(.statement(.packetsDropped(reason: line.string(reason), count: count)), at: nil, of: subject)
    }
    return true
  }

  mutating func end() { part = .none }

  /// The reason's name in its parentheses, and the number behind them at the line's end.
  private static func counter(_ line: borrowing LogText) -> (reason: Range<Int>, count: Int)? {
    guard line[line.end - 1].isDigit, let open = line.find(UInt8(ascii: "(")) else { return nil }
    var text = LogText(line.bytes, from: open)
    // The words may have parentheses of their own; the last ones count.
    var reason: Range<Int>?
    while let open = text.find(UInt8(ascii: "(")), let close = text.find(UInt8(ascii: ")"), from: open) {
      reason = open + 1..<close
      text.move(to: close + 1)
    }
    text.skipSpaces()
    guard let reason, !reason.isEmpty, let count = text.number(), text.isAtEnd else { return nil }
    for index in reason where line[index].isSpace { return nil }
    return (reason, count)
  }
}
