import Observations

/// The frames in an aggregated frame of IEEE 802.11, A-MSDU (IEEE 802.11-2020 clause 9.3.2.2).
///
///     0             6        12       14
///     | destination | source | length | LLC … | bytes up to a multiple of four, but behind the last
///
/// Each moves on by 14 bytes at least, so that a frame holds as many as its length allows.
@usableFromInline
struct AggregatedWiFiFrames: ~Escapable {
  private enum Field {
    static let length = 12
    static let end = 14
  }

  private let body: RawSpan
  private var offset = 0
  /// Whether nothing of the frame was cut off or damaged, as far as it was walked.
  @usableFromInline private(set) var isWhole = true

  /// Fails by holding no frame where `frame` has no body.
  @usableFromInline @_lifetime(copy frame)
  init(_ frame: RawSpan, linkType: LinkType) {
    let payload =
      switch linkType {
      case .wiFi: WiFiHeader.payload(of: frame, isAggregate: true)
      case .wiFiRadiotap: RadiotapHeader.payload(of: frame, isAggregate: true)
      case .wiFiPrism, .wiFiAVS: PrismHeader.payload(of: frame, isAggregate: true)
      default: HeaderPayload.unread(.badHeader)
      }
    if case .content(_, let offset) = payload {
      body = frame.from(offset)
    } else {
      body = frame.upTo(0)
      isWhole = false
    }
  }

  /// What stands behind the header of the next frame; nil behind the last, and where one does not fit.
  @usableFromInline @_lifetime(copy self)
  mutating func next() -> RawSpan? {
    guard body.byteCount &- offset >= Field.end else {
      // Without a first frame there is nothing that could be whole.
      if offset == 0 { isWhole = false }
      return nil
    }
    let rest = body.from(offset)
    let length = unsafe Int(rest.u16(Field.length))
    let payload = rest.from(Field.end).upTo(length)
    if payload.byteCount < length || length == 0 && offset == 0 { isWhole = false }
    guard length > 0 else { return nil }
    offset = min(body.byteCount, (offset &+ Field.end &+ length &+ 3) & ~3)
    return payload
  }
}
