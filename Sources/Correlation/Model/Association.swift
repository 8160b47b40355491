import Observations

/// One handshake and the session it leads to, as one capture point or the logs of one side show it.
package struct Association: Sendable {
  /// Whose view it is.
  package enum Witness: Hashable, Sendable {
    case point(Int)
    /// The log's writer: the client's or the gateway's side; nil where the log does not tell.
    case log(Side?)
  }

  /// An ICMP error, or a reset, about its packets.
  package struct Refused: Sendable {
    package var sighting: Sighting
    package let refusal: Refusal
    /// Whether data had gone both ways before.
    package let wasEstablished: Bool
  }

  /// A stretch in which one side sent and heard nothing.
  package struct Silent: Sendable {
    package let side: Side
    package var lastHeard: Timestamp?
    package var since: Sighting
    package var packets: Int
    /// The packet with which it had lasted long enough to matter.
    package var noticed: Sighting
    /// With which it was reported last.
    package var latest: Sighting
    /// When it was last reported: until then it lasted.
    package var until: Timestamp
    /// Whether the silent side was heard again.
    package var isOver = false
    package var kind = Kind.all
    /// Whether what stayed unanswered is data alone, which need not be answered.
    package var isUnasked = false

    /// What of the silent side is not heard.
    package enum Kind: Sendable {
      case all
      /// Its data, though it answers on the control channel.
      case data
      /// Its answers, by the other side, though the capture shows them.
      case answers
    }

    package var seconds: Double { max(until.seconds(since: since.moment), 0) }
  }

  /// Openings and the like kept one by one; more are counted.
  static let sightingsKept = 64

  /// In one object: rules look at every association and pass it on, and few change one.
  private var body: Shared<Body>

  private struct Body: Sendable {
    var witness: Witness
    let id: HandshakeID
    var flow: Flow?
    var transport: TransportProtocol?
    var tokens: [HandshakeToken] = []
    var renews: HandshakeID?
    var initiator = Side.client
    var sawStart: Bool
    var start: Sighting
    var last: Sighting
    var openings: [Sighting] = []
    var openingCount = 0
    var isForeign = false
    var answeredChallenge = false
    var dataMeanwhile = 0
    var lastClientMessage: MessageName?
    var lastGatewayMessage: MessageName?
    var lastSpeaker = Side.client
    var messagesInARow = 0
    var established: Sighting?
    var relation = SessionRelation.unknown
    var seen = Association.nothingSeen
    var troubles = Association.noTroubles
  }

  /// What only packets show: nothing for what logs tell, of which there may be hundreds of thousands.
  private struct Seen: Sendable {
    var sessionID = ""
    var serverName: String?
    var connection: TCPOpening?
    var repeatedAfterAnswer = 0
    var answersAgain = 0
    var repetitions: [Sighting] = []
    var firstAnswer: Sighting?
    var firstAnswerName: MessageName?
    var gatewayMessages = 0
    var challenges = 0
    var redirect: Sighting?
    var isRedirectedHere = false
    var clientFinished = false
    var gatewayFinishedLast = false
    var gatewayStages = StageOrder()
    var version: TLSVersion?
    var cipherSuite: CipherSuite?
    var product: Product?
    var clientData: Sighting?
    var gatewayData: Sighting?
    var closing: Sighting?
    var closingSender: Side?
    var whole: Whole?
  }
  private static let nothingSeen = Shared(Seen())

  package internal(set) var witness: Witness {
    _read { yield body.value.witness }
    _modify { yield &body.value.witness }
  }
  /// The side whose log tells of it; of one that packets show, the client.
  var writer: Side { witness == .log(.server) ? .server : .client }
  package var id: HandshakeID { body.value.id }
  package var flow: Flow? {
    _read { yield body.value.flow }
    _modify { yield &body.value.flow }
  }
  /// What carries it, where the channel's profile does not say.
  package var transport: TransportProtocol? {
    _read { yield body.value.transport }
    _modify { yield &body.value.transport }
  }
  /// Of the opening; those of its repetitions where they differ.
  package var tokens: [HandshakeToken] {
    _read { yield body.value.tokens }
    _modify { yield &body.value.tokens }
  }
  /// The session that the handshake renews.
  package var renews: HandshakeID? {
    _read { yield body.value.renews }
    _modify { yield &body.value.renews }
  }
  /// Who began it.
  package var initiator: Side {
    _read { yield body.value.initiator }
    _modify { yield &body.value.initiator }
  }
  /// Whether it is seen how it began.
  package var sawStart: Bool {
    _read { yield body.value.sawStart }
    _modify { yield &body.value.sawStart }
  }
  /// The SYN, the opening, or the first packet or line.
  package var start: Sighting {
    _read { yield body.value.start }
    _modify { yield &body.value.start }
  }
  /// The last packet or line of it.
  package var last: Sighting {
    _read { yield body.value.last }
    _modify { yield &body.value.last }
  }

  // MARK: The handshake
  package var openings: [Sighting] {
    _read { yield body.value.openings }
    _modify { yield &body.value.openings }
  }
  package var openingCount: Int {
    _read { yield body.value.openingCount }
    _modify { yield &body.value.openingCount }
  }
  package var isForeign: Bool {
    _read { yield body.value.isForeign }
    _modify { yield &body.value.isForeign }
  }
  /// Whether an opening answers a challenge of the gateway.
  package var answeredChallenge: Bool {
    _read { yield body.value.answeredChallenge }
    _modify { yield &body.value.answeredChallenge }
  }
  /// Packets with data that the other side sent between the openings.
  package var dataMeanwhile: Int {
    _read { yield body.value.dataMeanwhile }
    _modify { yield &body.value.dataMeanwhile }
  }
  package var sessionID: String {
    _read { yield body.value.seen.value.sessionID }
    _modify { yield &body.value.seen.value.sessionID }
  }
  package var serverName: String? {
    _read { yield body.value.seen.value.serverName }
    _modify { yield &body.value.seen.value.serverName }
  }
  package var connection: TCPOpening? {
    _read { yield body.value.seen.value.connection }
    _modify { yield &body.value.seen.value.connection }
  }
  /// Openings, and later requests, that repeat although the gateway had answered.
  package var repeatedAfterAnswer: Int {
    _read { yield body.value.seen.value.repeatedAfterAnswer }
    _modify { yield &body.value.seen.value.repeatedAfterAnswer }
  }
  /// The gateway's answer again, although the client is still there.
  package var answersAgain: Int {
    _read { yield body.value.seen.value.answersAgain }
    _modify { yield &body.value.seen.value.answersAgain }
  }
  /// Later messages than the opening, of either side, that came again although they were answered; the first few.
  package var repetitions: [Sighting] {
    _read { yield body.value.seen.value.repetitions }
    _modify { yield &body.value.seen.value.repetitions }
  }
  package var firstAnswer: Sighting? {
    _read { yield body.value.seen.value.firstAnswer }
    _modify { yield &body.value.seen.value.firstAnswer }
  }
  package var firstAnswerName: MessageName? {
    _read { yield body.value.seen.value.firstAnswerName }
    _modify { yield &body.value.seen.value.firstAnswerName }
  }
  package var gatewayMessages: Int {
    _read { yield body.value.seen.value.gatewayMessages }
    _modify { yield &body.value.seen.value.gatewayMessages }
  }
  /// How many of those asked the client to prove its address.
  package var challenges: Int {
    _read { yield body.value.seen.value.challenges }
    _modify { yield &body.value.seen.value.challenges }
  }
  /// The gateway's word, or the client's opening elsewhere, that shows that the gateway sent the client to another one.
  package var redirect: Sighting? {
    _read { yield body.value.seen.value.redirect }
    _modify { yield &body.value.seen.value.redirect }
  }
  /// Whether the client says that another gateway sent it to this one.
  package var isRedirectedHere: Bool {
    _read { yield body.value.seen.value.isRedirectedHere }
    _modify { yield &body.value.seen.value.isRedirectedHere }
  }
  package var lastClientMessage: MessageName? {
    _read { yield body.value.lastClientMessage }
    _modify { yield &body.value.lastClientMessage }
  }
  package var lastGatewayMessage: MessageName? {
    _read { yield body.value.lastGatewayMessage }
    _modify { yield &body.value.lastGatewayMessage }
  }
  /// Who sent the last opening or message, and how many in a row.
  package private(set) var lastSpeaker: Side {
    _read { yield body.value.lastSpeaker }
    _modify { yield &body.value.lastSpeaker }
  }
  package private(set) var messagesInARow: Int {
    _read { yield body.value.messagesInARow }
    _modify { yield &body.value.messagesInARow }
  }
  package var clientFinished: Bool {
    _read { yield body.value.seen.value.clientFinished }
    _modify { yield &body.value.seen.value.clientFinished }
  }
  package var gatewayFinished: Bool { gatewayStages.sawFinish }
  /// Whether the gateway's last flight came after the client's, and so shows that it arrived. Who resumes a session finishes
  /// last.
  package var gatewayFinishedLast: Bool {
    _read { yield body.value.seen.value.gatewayFinishedLast }
    _modify { yield &body.value.seen.value.gatewayFinishedLast }
  }
  /// What the gateway's messages did so far.
  var gatewayStages: StageOrder {
    _read { yield body.value.seen.value.gatewayStages }
    _modify { yield &body.value.seen.value.gatewayStages }
  }
  /// Whether something that the gateway sends before its last flight came behind it.
  package var isAnswerReordered: Bool { gatewayStages.isOutOfOrder }
  package var version: TLSVersion? {
    _read { yield body.value.seen.value.version }
    _modify { yield &body.value.seen.value.version }
  }
  package var cipherSuite: CipherSuite? {
    _read { yield body.value.seen.value.cipherSuite }
    _modify { yield &body.value.seen.value.cipherSuite }
  }
  /// What the gateway says that it is.
  package var product: Product? {
    _read { yield body.value.seen.value.product }
    _modify { yield &body.value.seen.value.product }
  }

  // MARK: The session
  package var established: Sighting? {
    _read { yield body.value.established }
    _modify { yield &body.value.established }
  }
  package var relation: SessionRelation {
    _read { yield body.value.relation }
    _modify { yield &body.value.relation }
  }
  package var clientData: Sighting? {
    _read { yield body.value.seen.value.clientData }
    _modify { yield &body.value.seen.value.clientData }
  }
  package var gatewayData: Sighting? {
    _read { yield body.value.seen.value.gatewayData }
    _modify { yield &body.value.seen.value.gatewayData }
  }
  package var closing: Sighting? {
    _read { yield body.value.seen.value.closing }
    _modify { yield &body.value.seen.value.closing }
  }
  package var closingSender: Side? {
    _read { yield body.value.seen.value.closingSender }
    _modify { yield &body.value.seen.value.closingSender }
  }
  /// Packets' word of its whole life, without what the other members hold.
  package var whole: Whole? {
    _read { yield body.value.seen.value.whole }
    _modify { yield &body.value.seen.value.whole }
  }

  /// What goes wrong, what only logs say, and what tells a client that moves: nothing for most.
  private var troubles: Shared<Troubles> {
    _read { yield body.value.troubles }
    _modify { yield &body.value.troubles }
  }
  private static let noTroubles = Shared(Troubles())

  /// What a session came to over its whole life.
  package struct Whole: Sendable {
    package var end: Timestamp
    package let endFrame: FrameReference
    package let ending: ConnectionEnding
    package var client: PayloadTotals
    package var server: PayloadTotals
    package let openingRequests: Int
    package let turns: Int
    /// The packets by which the turns had come to 8, 16 and so on.
    package var turnMarks: [CountMark]
    package let clientTTL: UInt8
    package let serverTTL: UInt8
  }

  init(witness: Witness, id: HandshakeID, flow: Flow?, sawStart: Bool, first: Sighting) {
    body = Shared(Body(witness: witness, id: id, flow: flow, sawStart: sawStart, start: first, last: first))
  }

  package var point: Int? { if case .point(let point) = witness { point } else { nil } }
  package var isLogged: Bool { point == nil }
  /// The port at the gateway; nil where a log does not say, and for protocols without ports.
  package var port: Int? { flow.flatMap { $0.server.port == 0 ? nil : Int($0.server.port) } }
  package var wasAnswered: Bool { gatewayMessages > 0 || firstAnswer != nil || gatewayData != nil }
  /// Whether the client sends what only an answer explains, although the capture does not hold the answer.
  package var provesAnswer: Bool {
    answeredChallenge || clientData != nil || clientFinished || initiator == .client && lastClientMessage != nil
      || established != nil && !isLogged
  }
  /// Whether all that a client says in it is one opening over UDP.
  package var isKnock: Bool {
    initiator == .client && openingCount == 1 && lastClientMessage == nil && clientData == nil && !clientFinished
      && renews == nil && transport != .tcp
  }
  /// Whether it shows one side of a channel that works, or worked: an answer that is not there, or answers without an opening.
  var isHalfSeen: Bool { provesAnswer && !wasAnswered || openingCount == 0 && clientData == nil && wasAnswered }
  package var carriedBothWays: Bool { clientData != nil && gatewayData != nil }
  /// The opening of a handshake; without one, the first packet. A SYN may wait long for a path that is down.
  package var begin: Sighting { openings.first ?? start }
  package var end: Timestamp { whole?.end ?? last.moment }
  package var ending: ConnectionEnding { whole?.ending ?? .open }
  package var openingRequests: Int { whole?.openingRequests ?? 0 }
  package var turns: Int { whole?.turns ?? 0 }
  /// The silence that was never broken, if there is one.
  package var lastingSilence: Silent? { silences.last { !$0.isOver && $0.kind == .all } }

  /// Whether one side said nothing at all. A server that answered the SYN was heard, although the capture may end before
  /// it answers the opening.
  package var isOneSided: Bool {
    guard let whole, connection?.synAck == nil else { return false }
    return whole.client.packets == 0 || whole.server.packets == 0
  }

  /// The end of the path that the capture point is next to, by how many hops the packets have left: hosts send with a time
  /// to live of 64, 128 or 255, so packets that still have that much were not forwarded yet.
  package var nextTo: Side? {
    guard let whole, whole.clientTTL != 0, whole.serverTTL != 0 else { return nil }
    switch (Self.isInitial(whole.clientTTL), Self.isInitial(whole.serverTTL)) {
    case (true, false): return .client
    case (false, true): return .server
    default: return nil
    }
  }

  /// Whether the client's packets were not forwarded before the capture point, whoever answers them.
  var isBesideClient: Bool { whole.map { Self.isInitial($0.clientTTL) } ?? false }

  /// Whether they were.
  var isForwarded: Bool { whole.map { $0.clientTTL != 0 && !Self.isInitial($0.clientTTL) } ?? false }

  private static func isInitial(_ timeToLive: UInt8) -> Bool { [64, 128, 255].contains(timeToLive) }

  /// Whether the side that began asks again and hears nothing.
  package var asksInVain: Bool { lastSpeaker == initiator && messagesInARow >= 2 }

  /// Whether the gateway goes on repeating its answer: it hears nothing of what follows. One repetition may be one loss.
  package var repeatsAnswer: Bool { answersAgain >= 2 }

  /// The last handshake message of a side that is no opening.
  package func lastMessage(of side: Side) -> MessageName? {
    side == .client ? lastClientMessage : lastGatewayMessage
  }

  mutating func noteSpeaker(_ side: Side) {
    messagesInARow = side == lastSpeaker ? messagesInARow + 1 : 1
    lastSpeaker = side
  }

  /// Whether its connection was refused before a byte was sent.
  package var isRefusedByReset: Bool { refusals.contains { $0.refusal.kind == .reset } && firstAnswer == nil }

  package func lastPayload(from side: Side) -> Timestamp? { side == .client ? whole?.client.last : whole?.server.last }
}

extension Association {
  /// The same with its times moved by `offset` nanoseconds, to the clock of the report.
  func shifted(by offset: Int64) -> Association {
    guard offset != 0 else { return self }
    var copy = self
    copy.start = start.shifted(by: offset)
    copy.last = last.shifted(by: offset)
    copy.openings = openings.map { $0.shifted(by: offset) }
    copy.firstAnswer = firstAnswer?.shifted(by: offset)
    copy.established = established?.shifted(by: offset)
    copy.clientData = clientData?.shifted(by: offset)
    copy.gatewayData = gatewayData?.shifted(by: offset)
    copy.closing = closing?.shifted(by: offset)
    copy.rejection = rejection.map { ($0.sighting.shifted(by: offset), $0.word) }
    copy.failures = failures.map { ($0.sighting.shifted(by: offset), $0.cause) }
    copy.addressChanges = addressChanges.map { ($0.sighting.shifted(by: offset), $0.change.shifted(by: offset)) }
    copy.connection = connection.map {
      TCPOpening(
        synTime: $0.synTime.adding(nanoseconds: offset), syn: $0.syn, clientMSS: $0.clientMSS, synAck: $0.synAck,
        serverMSS: $0.serverMSS)
    }
    copy.refusals = refusals.map {
      Refused(sighting: $0.sighting.shifted(by: offset), refusal: $0.refusal, wasEstablished: $0.wasEstablished)
    }
    copy.silences = silences.map { silence in
      var moved = silence
      moved.lastHeard = silence.lastHeard?.adding(nanoseconds: offset)
      moved.since = silence.since.shifted(by: offset)
      moved.noticed = silence.noticed.shifted(by: offset)
      moved.latest = silence.latest.shifted(by: offset)
      moved.until = silence.until.adding(nanoseconds: offset)
      return moved
    }
    copy.whole?.end = end.adding(nanoseconds: offset)
    copy.whole?.turnMarks = (whole?.turnMarks ?? []).map {
      CountMark(time: $0.time.adding(nanoseconds: offset), frame: $0.frame)
    }
    copy.whole?.client.last = whole?.client.last?.adding(nanoseconds: offset)
    copy.whole?.server.last = whole?.server.last?.adding(nanoseconds: offset)
    if let first = whole?.client.largest?.first {
      copy.whole?.client.largest?.first = first.adding(nanoseconds: offset)
    }
    if let first = whole?.server.largest?.first {
      copy.whole?.server.largest?.first = first.adding(nanoseconds: offset)
    }
    return copy
  }
}

// MARK: Troubles

extension Association {
  package var refusals: [Refused] {
    get { troubles.value.refusals }
    set { troubles.value.refusals = newValue }
  }
  package var rejection: Rejected? {
    get { troubles.value.rejection }
    set { troubles.value.rejection = newValue }
  }
  /// A side's own word that it failed.
  package var failures: [Failed] {
    get { troubles.value.failures }
    set { troubles.value.failures = newValue }
  }
  package var silences: [Silent] {
    get { troubles.value.silences }
    set { troubles.value.silences = newValue }
  }
  package var deadPeer: Sighting? {
    get { troubles.value.deadPeer }
    set { troubles.value.deadPeer = newValue }
  }
  package var addressChanges: [Moved] {
    get { troubles.value.addressChanges }
    set { troubles.value.addressChanges = newValue }
  }
  /// The gateway's word that it dropped the opening.
  package var drop: DroppedPacket? {
    get { troubles.value.drop }
    set { troubles.value.drop = newValue }
  }
  /// By what its data is known again from another address of the client.
  var marks: SessionMarks? {
    get { troubles.value.marks }
    set { troubles.value.marks = newValue }
  }
  /// A log's word of its end.
  package var ended: Ended? {
    get { troubles.value.ended }
    set { troubles.value.ended = newValue }
  }

  package typealias Rejected = (sighting: Sighting, word: Rejection)
  package typealias Failed = (sighting: Sighting, cause: HandshakeFailure.Cause)
  package typealias Moved = (sighting: Sighting, change: AddressChange)
  package typealias Ended = (sighting: Sighting, end: SessionEnd)

  fileprivate struct Troubles: Sendable {
    var refusals: [Refused] = []
    var rejection: Rejected?
    var failures: [Failed] = []
    var silences: [Silent] = []
    var deadPeer: Sighting?
    var addressChanges: [Moved] = []
    var drop: DroppedPacket?
    var ended: Ended?
    var marks: SessionMarks?
  }
}
