/// When silence of an IPsec peer matters, in nanoseconds. Implementations differ in their schedules and agree in this: a
/// request is repeated until it is answered, and every peer answers requests.
@usableFromInline
enum IPsecTimers {
  /// A side that repeats a request and hears nothing for this long has lost its peer: twice the longest first pause
  /// between two transmissions (strongSwan 4 s, others less).
  static let lostPeer: Int64 = 10_000_000_000
  /// Requests of one silence, repetitions included: of two, both may be lost by chance, but then the third follows.
  static let lostRequests = 2
  /// The same in a handshake, where impatient clients repeat every second and give up after a few.
  static let handshakeRequests = 3
  /// A request that was repeated over less than this may have been withdrawn: two deletes in a row, not two attempts.
  static let leastAttempt: Int64 = 2_000_000_000
  /// Data that nothing comes back for, while control messages do: some traffic has one direction only (multicast of an idle
  /// host, streams), but not this many packets for this long.
  @usableFromInline static var blockedData: Int64 { 20_000_000_000 }
  @usableFromInline static var blockedPackets: Int { 20 }
  /// The same where nobody asks whether the other side is there: three of dead peer detection's usual intervals of 30 s.
  static let unaskedData: Int64 = 90_000_000_000
  /// Before such a silence the other side sent at least this part of the packets: it is no stream of one direction that goes
  /// on.
  static let evenShare = 4
  /// Where the keys came over TLS, the client probes every second and leaves ESP after 15 s (Pulse) or fewer. What such a
  /// silence means the TLS connection beside it tells.
  @usableFromInline static var lostBareData: Int64 { 10_000_000_000 }
  @usableFromInline static var lostProbes: Int { 10 }
  /// A request that comes again although its answer was sent, this often and for this long: the answers do not arrive.
  static let repeatedAnswered = 2
  static let repeatedFor: Int64 = 5_000_000_000
  /// An initiator that ends what it just agreed to within this time did not accept it.
  static let afterthought: Int64 = 2_000_000_000
  /// IKEv1 asks and answers by messages of the same kind: the second within this time is the answer.
  static let answerV1: Int64 = 2_000_000_000
}
