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
  @usableFromInline var client = DTLSSide()
  @usableFromInline var server = DTLSSide()

  @inlinable
  init() {}

  init(start: Timestamp, firstFrame: PackedFrame) {
    self.start = start
    self.firstFrame = firstFrame
  }

  var id: HandshakeID { HandshakeID(.dtls, firstFrame: firstFrame.reference) }

  @inlinable subscript(side: Side) -> DTLSSide {
    @inline(__always) get { side == .client ? client : server }
    @inline(__always) _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  /// Takes note of a datagram with application data. The other side's silence must have been looked at before.
  @inlinable @inline(__always)
  mutating func sendData(from side: Side, _ datagram: borrowing Datagram) -> DTLSSide.News {
    if side == .client {
      server.unanswered = 0
      return client.sendData(datagram)
    }
    client.unanswered = 0
    return server.sendData(datagram)
  }

  /// A side was heard: whatever the other had sent is answered.
  mutating func hear(_ side: Side, at time: Timestamp) {
    self[side].lastHeard = time
    self[side.opposite].unanswered = 0
  }
}

/// What one side of an association did since it began.
@usableFromInline
struct DTLSSide {
  /// Datagrams and their bytes, as captured.
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  @usableFromInline var last = Timestamp(nanoseconds: .min)
  @usableFromInline var recordNumbers = RecordNumbers()
  /// Whether it sent application data.
  @usableFromInline var sentData = false
  /// When it was last heard, with anything.
  @usableFromInline var lastHeard: Timestamp?
  /// Its packets with application data since the other side was last heard.
  @usableFromInline var unanswered = 0
  @usableFromInline var unansweredSince = Timestamp(nanoseconds: 0)
  @usableFromInline var unansweredFrame = PackedFrame.none
  /// Whether the other side's silence was emitted.
  @usableFromInline var emittedSilence = false

  @inlinable
  init() {}

  /// What a packet with application data brings that has to be emitted.
  @usableFromInline
  struct News {
    /// The first data of its side.
    @usableFromInline let isFirst: Bool
    /// The other side has now been silent long enough to matter.
    @usableFromInline let isSilence: Bool

    @inlinable @inline(__always)
    init(isFirst: Bool, isSilence: Bool) {
      self.isFirst = isFirst
      self.isSilence = isSilence
    }
  }

  @inlinable @inline(__always)
  mutating func count(_ datagram: borrowing Datagram) {
    packets &+= 1
    bytes &+= datagram.payload.byteCount
    last = datagram.context.time
  }

  /// It sent application data.
  @inlinable @inline(__always)
  mutating func sendData(_ datagram: borrowing Datagram) -> News {
    let isFirst = !sentData
    sentData = true
    let time = datagram.context.time
    lastHeard = time
    if unanswered == 0 {
      unansweredSince = time
      unansweredFrame = datagram.context.frame
    }
    unanswered &+= 1
    let isSilence =
      !emittedSilence && unanswered >= ChannelSilence.packets
      && time.nanoseconds(since: unansweredSince) >= ChannelSilence.nanoseconds
    if isSilence { emittedSilence = true }
    return News(isFirst: isFirst, isSilence: isSilence)
  }

  var totals: PayloadTotals {
    PayloadTotals(packets: packets, bytes: bytes, last: packets == 0 ? nil : last, missing: recordNumbers.missing)
  }
}
