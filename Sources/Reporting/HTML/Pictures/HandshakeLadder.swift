import Correlation
import Observations

/// How a tunnel began, packet by packet: the client's line, the gateway's line, an arrow for each message.
struct HandshakeLadder {
  let rungs: [Rung]
  let height: Int
  let lineEnd: Int
  let client: String
  let gateway: String

  struct Rung {
    let y: Int
    let textY: Int
    let noteY: Int
    let look: String
    /// Ends of the arrow, in percent.
    let fromX: String
    let toX: String
    /// Where the arrow is lost; "" when it arrives.
    let lostX: String
    let isArrow: Bool
    let isLost: Bool
    let text: String
    /// As much of the text as a phone has room for.
    let briefly: String
    let note: String
  }

  private static let pitch = 48
  private static let top = 62
  private static let clientX = 6.0
  private static let gatewayX = 94.0
  /// Messages that are drawn; a handshake has fewer.
  private static let most = 16
  /// How long after the first message the picture goes on, in seconds.
  private static let span = 30.0

  /// The events of a tunnel's beginning.
  private static let kinds: Set<TimelineEntry.Kind> = [
    .session, .sessionEnd, .opening, .answer, .established, .failed, .rejected, .silence, .closing, .addressChange,
    .icmp,
  ]

  /// nil when nothing of a handshake is in `entries`, which are of one tunnel and in time order.
  init?(tunnel: TunnelDescription, entries: [TimelineEntry], severalCaptures: Bool) {
    let messages = entries.filter { Self.kinds.contains($0.kind) }
    guard let first = messages.first, messages.contains(where: { $0.kind == .opening || $0.kind == .session }) else {
      return nil
    }
    let shown = messages.filter { $0.time.seconds(since: first.time) <= Self.span }.prefix(Self.most)
    self.rungs = shown.enumerated().map { index, entry in
      let isLost =
        entry.kind == .opening && entry.channel.flatMap(tunnel.channel)?.isUnanswered(at: entry.time) ?? false
      return Self.rung(entry, index: index, start: first.time, isLost: isLost, severalCaptures: severalCaptures)
    }
    self.lineEnd = Self.top + rungs.count * Self.pitch - 14
    self.height = lineEnd + 6
    self.client = tunnel.clientName.visibleLine
    self.gateway = tunnel.gatewayName.visibleLine
  }

  private static func rung(
    _ entry: TimelineEntry, index: Int, start: Timestamp, isLost: Bool, severalCaptures: Bool
  ) -> Rung {
    let y = top + index * pitch
    // A line of a log tells of a message, and is none.
    let sender = entry.source.line == nil ? entry.sender ?? impliedSender(entry.kind) : nil
    let from = sender == .server ? gatewayX : clientX
    let to = isLost ? 72.0 : sender == .server ? clientX : gatewayX
    return Rung(
      y: y, textY: y - 7, noteY: y + 14, look: entry.kind.rawValue, fromX: from.percentage, toX: to.percentage,
      lostX: isLost ? to.percentage : "", isArrow: sender != nil, isLost: isLost,
      text: TextColumns.cut(entry.words, width: 72),
      briefly: TextColumns.cut(entry.words, width: 34),
      note: "+\(entry.time.seconds(since: start).fixed()) s, \(entry.source.place(amongSeveral: severalCaptures))")
  }

  /// The sender of a message whose entry does not name it.
  private static func impliedSender(_ kind: TimelineEntry.Kind) -> Side? {
    switch kind {
    case .session, .opening: .client
    case .answer: .server
    default: nil
    }
  }
}

extension ChannelDescription {
  /// Whether an opening at a moment is never answered, as those of a channel that never is.
  fileprivate func isUnanswered(at time: Timestamp) -> Bool {
    outcome == .unanswered || handshakes.contains { $0.outcome == .unanswered && $0.start == time }
  }
}
