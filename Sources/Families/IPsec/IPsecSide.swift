import Observations

/// What one side of an IPsec association did.
@usableFromInline
struct IPsecSide {
  /// Its last request, or message of IKEv1, and what became of it.
  struct Request {
    let exchange: IKEMessage.Exchange
    let messageID: UInt32
    let spi: UInt64
    let fingerprint: UInt64
    let first: Timestamp
    let firstFrame: PackedFrame
    var last: Timestamp
    var transmissions = 1
    /// Answers that the capture shows.
    var answers = 0
    /// Transmissions after the first answer.
    var repeatedAfterAnswer = 0

    /// Whether it belongs to the handshake of IKEv2.
    var isAuth: Bool { exchange == .auth || exchange == .intermediate }
  }

  var timeToLive: UInt8 = 0
  @usableFromInline var lastHeard: Timestamp?
  /// Its data: ESP packets and their bytes.
  @usableFromInline var sentData = false
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  @usableFromInline var largest = LargestTracking()
  /// The stream that it sent last, and its place in the tracker's pool; -1 while it has sent none.
  @usableFromInline var stream = ESPStream.none
  var streamPlace: Int32 = -1
  var firstData: Timestamp?
  var request: Request?

  /// What it sent since the other side was last heard, and the requests among it.
  @usableFromInline var unanswered = UnansweredPackets()
  @usableFromInline var unansweredRequests = 0
  var lastRequest = Timestamp(nanoseconds: 0)

  /// Its data since the other side's last data, and the other side's control messages meanwhile.
  @usableFromInline var unansweredData = UnansweredPackets()
  @usableFromInline var controlMeanwhile = 0
  /// The other side's last data.
  @usableFromInline var otherData: Timestamp?

  /// Whether silences of the other side were emitted: of everything, of data alone, of answers that do not arrive.
  @usableFromInline var emittedSilence = false
  @usableFromInline var emittedDataSilence = false
  var emittedLostAnswers = false
  /// Its data since the other side's request for new keys.
  var dataMeanwhile = 0

  @inlinable @inline(__always)
  mutating func beHeard(at time: Timestamp, by other: inout IPsecSide) {
    lastHeard = time
    other.unanswered.beAnswered()
    other.unansweredRequests = 0
  }

  /// Takes note of an ESP packet of the stream that was sent last; nil for one of another, of which nothing was noted.
  ///
  /// - Parameter isUsual: Whether it changes nothing but counts, once its side has sent data.
  @inlinable @inline(__always)
  static func readData(
    _ packet: ESPPacket, _ context: PacketContext, from sender: inout IPsecSide, to receiver: inout IPsecSide,
    isUsual: Bool, isBare: Bool
  ) -> IPsecAssociation.News? {
    guard sender.stream.note(packet, at: context.time) else { return nil }
    guard isUsual, sender.sentData else { return .unusual }
    sender.sendData(length: packet.length, context, to: &receiver)
    return sender.isBlocked(at: context.time, isBare: isBare) ? .blocked : IPsecAssociation.News.none
  }

  @inlinable @inline(__always)
  mutating func sendData(length: Int, _ context: PacketContext, to other: inout IPsecSide) {
    beHeard(at: context.time, by: &other)
    unanswered.add(context)
    other.otherData = context.time
    other.unansweredData.beAnswered()
    other.controlMeanwhile = 0
    if unansweredData.count == 0 { controlMeanwhile = 0 }
    unansweredData.add(context)
    packets &+= 1
    bytes &+= length
    largest.note(length, context)
  }

  /// Whether its data goes on and none comes back, while the other side is there, or where there is no IKE to ask.
  @inlinable @inline(__always)
  func isBlocked(at time: Timestamp, isBare: Bool) -> Bool {
    isBare
      ? unansweredData.count >= IPsecTimers.lostProbes
        && time.nanoseconds(since: unansweredData.since) >= IPsecTimers.lostBareData
      : unansweredData.count >= IPsecTimers.blockedPackets && controlMeanwhile > 0
        && time.nanoseconds(since: unansweredData.since) >= IPsecTimers.blockedData
  }

  /// Whether it repeated a request in vain for long enough to take the other side for lost.
  func hasLostPeer(at time: Timestamp) -> Bool {
    unansweredRequests >= IPsecTimers.lostRequests && time.nanoseconds(since: unanswered.since) >= IPsecTimers.lostPeer
  }

  /// Whether it asked so often in a handshake, and for so long, that chance has not lost it all.
  func isUnheard(at time: Timestamp) -> Bool {
    unansweredRequests >= IPsecTimers.handshakeRequests
      && time.nanoseconds(since: unanswered.since) >= IPsecTimers.leastAttempt
  }

  /// Whether it begins anew because it repeated a request in vain.
  var hasGivenUp: Bool {
    unansweredRequests >= IPsecTimers.lostRequests
      && lastRequest.nanoseconds(since: unanswered.since) >= IPsecTimers.leastAttempt
  }

  /// Whether all that it sent since the other side was last heard, data for the most part, was so much for so long that a peer
  /// which is there would have been heard: what tells where nobody asks (dead peer detection is off).
  var wasUnheard: Bool {
    guard let lastHeard else { return false }
    return unanswered.count >= IPsecTimers.blockedPackets
      && lastHeard.nanoseconds(since: unanswered.since) >= IPsecTimers.blockedData
  }

  /// Whether it sent data alone in vain until the end, so much for so long that it says something where both sides had spoken
  /// before.
  func sendsInVain(to other: IPsecSide) -> Bool {
    guard let lastHeard, unansweredRequests == 0, unanswered.count == unansweredData.count else { return false }
    return unanswered.count >= IPsecTimers.blockedPackets
      && lastHeard.nanoseconds(since: unanswered.since) >= IPsecTimers.unaskedData
      && other.packets >= (packets - unanswered.count) / IPsecTimers.evenShare
  }

  /// What it sent in vain since the other side was last heard. A few packets of data may be answers themselves and wait for
  /// none: then it waits from its request on.
  var waiting: UnansweredPackets {
    guard let request, request.transmissions == unansweredRequests,
      unanswered.count - unansweredRequests < IPsecTimers.blockedPackets
    else { return unanswered }
    return UnansweredPackets(count: unanswered.count, since: request.first, frame: request.firstFrame)
  }

  /// - Parameter isComparable: Whether its data travels packet by packet, so that another capture point shows the same lengths.
  func totals(missing: Int?, isComparable: Bool) -> PayloadTotals {
    PayloadTotals(
      packets: packets, bytes: bytes, last: lastHeard, missing: missing, largest: isComparable ? largest.packets : nil)
  }
}
