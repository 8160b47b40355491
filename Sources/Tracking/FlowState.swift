import Observations

/// What kind of traffic a flow turned out to carry.
enum FlowKind: UInt8 {
  /// Nothing with payload was seen yet.
  case undecided
  /// TCP or UDP that is neither TLS nor DTLS.
  case plain
  case tls
  case dtls
  /// A TLS connection whose end was told; what still arrives does not count.
  case closed
}

/// A frame reference in one word.
struct PackedFrame {
  private let word: UInt64

  @inline(__always)
  init(capture: Int, frame: Int) {
    word = UInt64(truncatingIfNeeded: capture) << 40 | UInt64(truncatingIfNeeded: frame) & 0xFF_FFFF_FFFF
  }

  /// No frame: frames count from 1.
  static let none = PackedFrame(capture: 0, frame: 0)

  var isNone: Bool { word & 0xFF_FFFF_FFFF == 0 }

  var reference: FrameReference {
    FrameReference(capture: Int(word >> 40), frame: Int(word & 0xFF_FFFF_FFFF))
  }

  var orNil: FrameReference? { isNone ? nil : reference }

  static func < (a: PackedFrame, b: PackedFrame) -> Bool { a.word < b.word }
}

/// What a flow keeps for both directions together.
struct FlowState {
  let key: FlowKey
  var kind: FlowKind = .undecided
  /// The direction in which the client sends; -1 until it is known.
  var clientDirection: Int8 = -1
  /// Packets with payload that were looked at without finding TLS or DTLS.
  var undecidedPackets: UInt8 = 0
  /// ICMP errors about it that were told one by one.
  var toldErrors: UInt8 = 0
  /// The place of its TLS or DTLS state, if it has one.
  var detail: Int32 = -1
  /// The place of a retransmitted segment that is watched, if there is one.
  var stuck: Int32 = -1
  /// Whether a segment between the same hosts is being retransmitted on another flow, so that signs of life count.
  var isWatched = false
  /// The first packet, for TCP the SYN when it was seen.
  let first: Timestamp
  let firstFrame: PackedFrame
  var sawSYN = false
  var synSequence: UInt32 = 0
  var synAckFrame = PackedFrame.none

  init(key: FlowKey, first: Timestamp, firstFrame: PackedFrame) {
    self.key = key
    self.first = first
    self.firstFrame = firstFrame
  }

  /// The flow with its client first; the end with the lower port is taken for the server when nothing says.
  var flow: Flow {
    let direction = assumedClientDirection
    return Flow(client: key.sender(in: direction), server: key.receiver(in: direction))
  }

  var assumedClientDirection: Int {
    if clientDirection >= 0 { return Int(clientDirection) }
    return key.sender(in: 0).port < key.sender(in: 1).port ? 1 : 0
  }

  @inline(__always)
  func side(of direction: Int) -> Side { direction == assumedClientDirection ? .client : .server }
}
