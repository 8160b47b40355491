import Correlation

extension TimelineEntry {
  /// What happened, how often and for how long: `ClientHello to UDP 443 ×4 in 7 s`.
  var words: String {
    guard count > 1 else { return text.visibleLine }
    let seconds = end.seconds(since: time)
    // Less than what times are shown in.
    let duration = seconds < 0.001 ? "at once" : "in \(seconds.duration)"
    return "\(text.visibleLine) ×\(count.grouped)" + (seconds > 0 ? " \(duration)" : "")
  }
}
