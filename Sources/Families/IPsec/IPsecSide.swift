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
  }

  var timeToLive: UInt8 = 0
  @usableFromInline var lastHeard: Timestamp?
  /// Its data: ESP packets and their bytes.
  @usableFromInline var sentData = false
  @usableFromInline var packets = 0
  @usableFromInline var bytes = 0
  var firstData: Timestamp?
  var request: Request?

  /// What it sent since the other side was last heard, and the requests among it.
  @usableFromInline var unanswered = 0
  @usableFromInline var unansweredRequests = 0
  @usableFromInline var unansweredSince = Timestamp(nanoseconds: 0)
  @usableFromInline var unansweredFrame = PackedFrame.none
  var lastRequest = Timestamp(nanoseconds: 0)

  /// Its data since the other side's last data, and the other side's control messages meanwhile.
  @usableFromInline var dataUnanswered = 0
  @usableFromInline var dataSince = Timestamp(nanoseconds: 0)
  @usableFromInline var dataFrame = PackedFrame.none
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
    other.unanswered = 0
    other.unansweredRequests = 0
  }

  @inlinable @inline(__always)
  mutating func demandAnswer(_ context: PacketContext) {
    if unanswered == 0 {
      unansweredSince = context.time
      unansweredFrame = context.frame
    }
    unanswered &+= 1
  }

  @inlinable @inline(__always)
  mutating func sendData(length: Int, _ context: PacketContext, to other: inout IPsecSide) {
    beHeard(at: context.time, by: &other)
    demandAnswer(context)
    other.otherData = context.time
    other.dataUnanswered = 0
    other.controlMeanwhile = 0
    if dataUnanswered == 0 {
      dataSince = context.time
      dataFrame = context.frame
      controlMeanwhile = 0
    }
    dataUnanswered &+= 1
    packets &+= 1
    bytes &+= length
  }

  /// Whether its data goes on and none comes back, while the other side is there.
  @inlinable @inline(__always)
  func isBlocked(at time: Timestamp) -> Bool {
    dataUnanswered >= IPsecTimers.blockedPackets && controlMeanwhile > 0
      && time.nanoseconds(since: dataSince) >= IPsecTimers.blockedData
  }

  /// Whether it repeated a request in vain for long enough to take the other side for lost.
  func hasLostPeer(at time: Timestamp) -> Bool {
    unansweredRequests >= IPsecTimers.lostRequests && time.nanoseconds(since: unansweredSince) >= IPsecTimers.lostPeer
  }

  /// Whether it asked so often in a handshake, and for so long, that chance has not lost it all.
  func isUnheard(at time: Timestamp) -> Bool {
    unansweredRequests >= IPsecTimers.handshakeRequests
      && time.nanoseconds(since: unansweredSince) >= IPsecTimers.leastAttempt
  }

  /// Whether it begins anew because it repeated a request in vain.
  var hasGivenUp: Bool {
    unansweredRequests >= IPsecTimers.lostRequests
      && lastRequest.nanoseconds(since: unansweredSince) >= IPsecTimers.leastAttempt
  }

  func totals(missing: Int?) -> PayloadTotals {
    PayloadTotals(packets: packets, bytes: bytes, last: lastHeard, missing: missing)
  }
}
