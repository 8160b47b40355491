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

  /// nil when nothing of a handshake is in `entries`, which are of one tunnel and in time order.
  init?(tunnel: TunnelDescription, entries: [TimelineEntry], severalCaptures: Bool) {
    let kinds: Set<TimelineEntry.Kind> = [
      .tlsSession, .dtlsHello, .dtlsAnswer, .dtlsEstablished, .dtlsAlert, .icmp, .tlsEnd, .dtlsSilence,
    ]
    let told = entries.filter { kinds.contains($0.kind) }
    guard let first = told.first, told.contains(where: { $0.kind == .dtlsHello || $0.kind == .tlsSession }) else {
      return nil
    }
    let shown = told.filter { $0.time.seconds(since: first.time) <= Self.span }.prefix(Self.most)
    let isUnanswered = tunnel.dtls.outcome == .unanswered
    self.rungs = shown.enumerated().map { index, entry in
      Self.rung(entry, index: index, start: first.time, isUnanswered: isUnanswered, severalCaptures: severalCaptures)
    }
    self.lineEnd = Self.top + rungs.count * Self.pitch - 14
    self.height = lineEnd + 6
    self.client = tunnel.clientName.visibleLine
    self.gateway = tunnel.gatewayName.visibleLine
  }

  private static func rung(
    _ entry: TimelineEntry, index: Int, start: Timestamp, isUnanswered: Bool, severalCaptures: Bool
  ) -> Rung {
    let y = top + index * pitch
    let sender = entry.sender ?? impliedSender(entry.kind)
    let isLost = isUnanswered && entry.kind == .dtlsHello
    let from = sender == .server ? gatewayX : clientX
    let to = isLost ? 72.0 : sender == .server ? clientX : gatewayX
    let frame = entry.frame.map { severalCaptures ? ", c\($0.capture + 1) frame \($0.frame)" : ", frame \($0.frame)" }
    return Rung(
      y: y, textY: y - 7, noteY: y + 14, look: entry.kind.rawValue, fromX: from.percentage, toX: to.percentage,
      lostX: isLost ? to.percentage : "", isArrow: sender != nil, isLost: isLost,
      text: TextColumns.cut(entry.words, width: 72),
      briefly: TextColumns.cut(entry.words, width: 34),
      note: "+\(entry.time.seconds(since: start).fixed()) s" + (frame ?? ""))
  }

  /// Who sends what such an entry tells of, where the entry itself does not say.
  private static func impliedSender(_ kind: TimelineEntry.Kind) -> Side? {
    switch kind {
    case .tlsSession, .dtlsHello: .client
    case .dtlsAnswer: .server
    default: nil
    }
  }
}
