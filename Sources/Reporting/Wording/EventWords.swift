import Correlation

extension TimelineEntry {
  /// What happened, how often and for how long: `ClientHello to UDP 443 ×4 in 7 s`.
  var words: String {
    guard count > 1 else { return text.visibleLine }
    let seconds = end.seconds(since: time)
    return "\(text.visibleLine) ×\(count.grouped)" + (seconds > 0 ? " in \(seconds.duration)" : "")
  }
}
