import Dissection
import Observations

/// One DTLS handshake and the session it leads to: what is kept of it while it is on its flow.
@usableFromInline
struct DTLSAssociation {
  /// The first hello of its random; for an association under way, the flow's first packet.
  var start = Timestamp(nanoseconds: 0)
  var firstFrame = PackedFrame.none
  /// Of the hello that began it; nil while none was seen.
  var clientRandom: HandshakeToken?
  var sawHello = false
  /// Whether the gateway chose DTLS 1.3, whose encrypted records have a header of their own (RFC 9147 section 4).
  var hasUnifiedRecords = false
  /// Hops that the last hello had left; 0 while none was seen.
  var clientTimeToLive: UInt8 = 0
  @usableFromInline var client = DTLSSide()
  @usableFromInline var server = DTLSSide()

  @inlinable
  init() {}

  init(start: Timestamp, firstFrame: PackedFrame) {
    self.start = start
    self.firstFrame = firstFrame
  }

  var id: HandshakeID { HandshakeID(.dtls, firstFrame: firstFrame.reference) }

  subscript(side: Side) -> DTLSSide {
    get { side == .client ? client : server }
    _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  /// Takes note of a datagram that is one record of application data.
  @inlinable @inline(__always)
  mutating func readData(from side: Side, _ datagram: borrowing Datagram, _ context: PacketContext) -> DTLSSide.News {
    side == .client
      ? DTLSSide.readData(datagram, context, from: &client, to: &server)
      : DTLSSide.readData(datagram, context, from: &server, to: &client)
  }

  /// Takes note of a datagram with application data, or of none of it when the other side's silence ends with it.
  @inlinable @inline(__always)
  mutating func sendData(from side: Side, _ datagram: borrowing Datagram, _ context: PacketContext) -> DTLSSide.News {
    side == .client
      ? DTLSSide.sendData(datagram, context, from: &client, to: &server)
      : DTLSSide.sendData(datagram, context, from: &server, to: &client)
  }

  /// A side was heard: whatever the other had sent is answered.
  mutating func hear(_ side: Side, at time: Timestamp) {
    self[side].lastHeard = time
    self[side.opposite].unanswered.beAnswered()
  }
}

/// What one side of an association did since it began.
@usableFromInline
struct DTLSSide {
  /// Datagrams and their bytes, as captured.
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  @usableFromInline var last = Timestamp(nanoseconds: .min)
  @usableFromInline var largest = LargestTracking()
  @usableFromInline var recordNumbers = RecordNumbers()
  /// Whether it sent application data.
  @usableFromInline var sentData = false
  /// When it was last heard, with anything.
  @usableFromInline var lastHeard: Timestamp?
  /// Its packets with application data since the other side was last heard.
  @usableFromInline var unanswered = UnansweredPackets()
  /// Whether the other side's silence was emitted.
  @usableFromInline var emittedSilence = false

  @inlinable
  init() {}

  /// What a datagram with application data brings that has to be emitted.
  @usableFromInline
  enum News {
    case none
    /// The first data of its side.
    case first
    /// The other side has now been silent long enough to matter.
    case silence
    /// The side was silent, and is heard again; nothing else was noted yet.
    case heardAgain
  }

  @inlinable @inline(__always)
  mutating func count(_ datagram: borrowing Datagram, _ context: PacketContext) {
    packets &+= 1
    bytes &+= datagram.payload.byteCount
    last = context.time
    largest.note(datagram.length, context)
  }

  @inlinable @inline(__always)
  static func readData(
    _ datagram: borrowing Datagram, _ context: PacketContext, from sender: inout DTLSSide, to receiver: inout DTLSSide
  ) -> News {
    sender.count(datagram, context)
    // Behind content type and version, epoch and number.
    if datagram.payload.byteCount >= 11 { sender.recordNumbers.note(unsafe datagram.payload.u64(3)) }
    return sendData(datagram, context, from: &sender, to: &receiver)
  }

  @inlinable @inline(__always)
  static func sendData(
    _ datagram: borrowing Datagram, _ context: PacketContext, from sender: inout DTLSSide, to receiver: inout DTLSSide
  ) -> News {
    if receiver.emittedSilence { return .heardAgain }
    receiver.unanswered.beAnswered()
    sender.lastHeard = context.time
    sender.unanswered.add(context)
    if !sender.sentData {
      sender.sentData = true
      return .first
    }
    guard !sender.emittedSilence,
      sender.unanswered.makeSilence(at: context.time, after: ChannelSilence.nanoseconds)
    else { return .none }
    sender.emittedSilence = true
    return .silence
  }

  var totals: PayloadTotals {
    PayloadTotals(
      packets: packets, bytes: bytes, last: packets == 0 ? nil : last, missing: recordNumbers.missing,
      largest: largest.packets)
  }
}
