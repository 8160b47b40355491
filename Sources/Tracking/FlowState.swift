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

/// What a flow keeps for one direction: what that side sent.
struct DirectionState {
  /// The last packet.
  var last = Timestamp(nanoseconds: .min)
  /// The largest DF packet (any IPv6 packet), in bytes with IP header; how many of that size; the first of them.
  var largestFrame = PackedFrame.none
  var largestTime = Timestamp(nanoseconds: 0)
  var largestCount: UInt32 = 0
  var largest: UInt16 = 0
  /// The path MTU known towards the receiver, in bytes; 65,535 while none is.
  var pathMTU: UInt16 = .max
  /// What this side offered in its SYN, in bytes; 0 for no option or no SYN.
  var mss: UInt16 = 0
  /// The largest packet known to have been acknowledged, in bytes with IP header.
  var delivered: UInt16 = 0
  var hasSequence = false
  /// The sequence number after the last new byte, and the highest acknowledged by the other side.
  var next: UInt32 = 0
  var acknowledged: UInt32 = 0
  /// The two largest packets that wait for acknowledgment: where they end and how large they are.
  var pendingEnd: UInt32 = 0
  var earlierEnd: UInt32 = 0
  var pending: UInt16 = 0
  var earlier: UInt16 = 0
  var payloadPackets: UInt32 = 0
  var payloadBytes: UInt64 = 0
  /// The last packet with payload.
  var lastPayload = Timestamp(nanoseconds: .min)
  /// The MSS offer, if it was seen.
  var offerFrame = PackedFrame.none
  var offerTime = Timestamp(nanoseconds: 0)

  var totals: PayloadTotals {
    PayloadTotals(
      packets: Int(payloadPackets), bytes: Int(clamping: payloadBytes), last: payloadPackets == 0 ? nil : lastPayload)
  }
}
