import Correlation
import Observations

extension Standing.Condition {
  var word: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .note: "note"
    case .undecided: "undecided"
    case .healthy: "healthy"
    }
  }

  var meaning: TextStyle.Meaning? {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    case .undecided: nil
    case .healthy: .good
    }
  }
}

extension Standing {
  /// Who it is about at the client's end; for a finding that no tunnel claims, where packets come from.
  var clientWords: String {
    if let tunnel { return tunnel.clientName.visibleLine }
    switch findings.first?.about {
    case .path(let path): return path.source.description
    case .host, .device, .channel, .tunnel, .captures, nil: return "no tunnel"
    }
  }

  var gatewayWords: String {
    if let tunnel { return tunnel.gatewayName.visibleLine }
    switch findings.first?.about {
    case .path(let path): return path.destination.description
    case .host(let host): return host.description
    case .device(let name): return name?.visibleLine ?? ""
    case .channel, .tunnel, .captures, nil: return ""
    }
  }

  /// What each channel is now: "TLS up, DTLS lost".
  var channelWords: String {
    (tunnel?.channels ?? []).map { "\($0.name.visibleLine) \($0.stateWord)" }.joined(separator: ", ")
  }

  /// Packets with payload a second each way: "→ 12 ← 30".
  var rateWords: String {
    rates.map { "→ \(Self.rate($0.fromClient)) ← \(Self.rate($0.fromGateway))" } ?? ""
  }

  private static func rate(_ perSecond: Double) -> String {
    let whole = Int(clamping: Int64(min(perSecond.rounded(), 9e15)))
    // Less than one a second is not nothing.
    return whole == 0 && perSecond > 0 ? "<1" : whole.grouped
  }

  /// What is wrong, and how sure that is.
  var sureSentence: String {
    findings.first.map { "\($0.headline.visibleLine) · \($0.confidence.rawValue)" } ?? ""
  }

  /// What is wrong, in at most so many columns: the sentence, how sure it is, the rule, how many findings there are
  /// besides. The rule goes first where they do not all fit, then a certainty; what is less than certain stays.
  func problemWords(width: Int) -> String {
    guard let finding = findings.first else { return "" }
    let sentence = finding.headline.visibleLine
    let sure = " · \(finding.confidence.rawValue)"
    let rule = " · \(finding.rule.rawValue)"
    let others = findings.count > 1 ? " +\((findings.count - 1).grouped)" : ""
    for tail in [sure + rule + others, sure + others]
    where TextColumns.width(of: sentence) + TextColumns.width(of: tail) <= width {
      return sentence + tail
    }
    let tail = (finding.confidence == .certain ? "" : sure) + others
    let left = width - TextColumns.width(of: tail)
    return left >= Self.leastSentence
      ? TextColumns.cut(sentence, width: left) + tail : TextColumns.cut(sentence, width: width)
  }

  /// Columns that a sentence takes to say anything.
  private static let leastSentence = 12
}

extension ChannelDescription {
  /// What it is now, in a word or two.
  fileprivate var stateWord: String {
    switch outcome {
    case .established: isClosed ? "closed" : "up"
    case .unanswered: "no answer"
    case .refused: "refused"
    case .rejected: "rejected"
    case .redirected: "sent on"
    case .stalled: "stalled"
    case .failed: "failed"
    case .blocked: "no data back"
    case .lost: "lost"
    case .none: sessions.isEmpty ? "not seen" : isClosed ? "closed" : "up"
    }
  }

  private var isClosed: Bool { sessions.last.map { $0.end != nil } ?? false }
}

extension Double {
  /// A duration in seconds in at most six columns: `45 s`, `12 min`, `3 h`, `2 d`.
  var shortDuration: String {
    let seconds = Int(Swift.max(0, Swift.min(self, 1e9)))
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3_600 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3_600) h" }
    return "\(Swift.min(seconds / 86_400, 9_999)) d"
  }
}
