import Logs
import Observations

/// What a log shows of one IKE SA. Whoever initiates it is the client.
struct IKEAssociation {
  enum Phase { case opening, answered, authenticated, up, over }

  let isInitiator: Bool
  private(set) var subject: LogSubject
  /// An opening whose line does not say from where it is sent: the next line does.
  private var opening: (time: LogTime?, line: Int)?
  private(set) var phase = Phase.opening
  /// Whether a new one has its place: its end is no news.
  var isReplaced = false
  /// Whether an ICMP error answered the writer's packets.
  var isRefused = false
  /// Messages that could not be decrypted.
  private var undecrypted = 0
  /// Whether the writer has asked for keys for data.
  private var hasAskedForKeys = false
  /// The writer's request that waits for its answer.
  private var request: Request?
  /// The peer's last request that came again, by its message ID, and how often.
  private var repetition: (id: Int, count: Int)?
  /// Why new keys for the session are not agreed on, while none have been since.
  private var objection: (reason: String, time: LogTime?, line: Int, count: Int)?
  /// What the peer's answer to the handshake says against it, where the line that tells what comes of it may be missing.
  private var refusal: (reason: String, time: LogTime?, line: Int)?

  private struct Request {
    let isForKeys: Bool
    var repetitions = 0
    /// The last repetition.
    var last: (time: LogTime?, line: Int)?
    /// For how many seconds its answer is waited for before the next one, where the line tells.
    var patience: Int?
  }

  /// A request that was repeated so often is not answered: by the usual schedule that is 24 seconds, and on a path that loses
  /// every tenth packet it happens once in 800 times.
  private static let repetitionsUnanswered = 3

  static let asksForEAP = "AUTHENTICATION_FAILED: the client asks for EAP, which the connection does not have"

  /// After one objection the sides ask again, with other groups or one after the other.
  private static let objectionsInARow = 2

  /// One garbled message may be a stray one.
  private static let undecryptedMessages = 2

  /// The writer of the log initiates it.
  init(to gateway: IPAddress?) {
    isInitiator = true
    subject = LogSubject(gateway: gateway)
  }

  /// The writer of the log answers.
  ///
  /// - Parameter connection: What the writer calls it, where its lines do not say from where the client comes.
  init(from client: IPAddress?, connection: String? = nil) {
    isInitiator = false
    subject = LogSubject(user: client == nil ? connection : nil, client: client)
  }

  /// The same with new keys.
  func renewed() -> IKEAssociation {
    var copy = self
    copy.isReplaced = false
    copy.objection = nil
    copy.phase = .up
    return copy
  }

  var isOpen: Bool { opening != nil }

  /// A line says where the gateway is.
  mutating func find(_ gateway: IPAddress) { if isInitiator { subject.gateway = gateway } }

  /// A line says from where the client of a writer comes that is known by its connection's name alone.
  mutating func findClient(_ client: IPAddress) {
    if !isInitiator, subject.client == nil { subject.client = client }
  }

  /// The other side.
  var peer: IPAddress? { isInitiator ? subject.gateway : subject.client }

  /// Whether the peer has shown who it is.
  var isAuthenticated: Bool { phase == .authenticated || phase == .up }

  mutating func open(at time: LogTime?, into sink: inout LogSink) {
    phase = .opening
    undecrypted = 0
    request = nil
    refusal = nil
    hasAskedForKeys = false
    opening = (time, sink.line)
    if !isInitiator || subject.client != nil || subject.gateway == nil { endOpening(into: &sink) }
  }

  /// It is sent from there.
  mutating func send(from client: IPAddress, into sink: inout LogSink) {
    guard isInitiator, opening != nil else { return }
    subject.client = client
    endOpening(into: &sink)
  }

  mutating func endOpening(into sink: inout LogSink) {
    guard let opening else { return }
    self.opening = nil
    sink.take(.opened(.ike), at: opening.time, of: subject, line: opening.line)
  }

  private mutating func take(_ event: LogEvent, at time: LogTime?, line: Int? = nil, into sink: inout LogSink) {
    endOpening(into: &sink)
    sink.take(event, at: time, of: subject, line: line)
  }

  mutating func hearAnswer() { if phase == .opening { phase = .answered } }

  mutating func authenticate() { if phase != .up, phase != .over { phase = .authenticated } }

  /// The hosts have shown who they are, and the user has not: so far the peer has only answered.
  mutating func askForUser() { if phase == .authenticated { phase = .answered } }

  /// There is a CHILD_SA for data, or the IKE SA goes on without one.
  mutating func establish(at time: LogTime?, line: Int? = nil, into sink: inout LogSink) {
    guard phase != .up, phase != .over else { return }
    phase = .up
    take(.established(.ike), at: time, line: line, into: &sink)
  }

  // MARK: New keys

  /// One side does not agree on new keys for the session.
  mutating func rejectKeys(_ reason: String, at time: LogTime?, into sink: inout LogSink) {
    guard phase == .up, !isReplaced else { return }
    objection = (reason, time, sink.line, (objection?.count ?? 0) + 1)
    if let objection, objection.count >= Self.objectionsInARow { endRejected(into: &sink) }
  }

  /// There are new keys for data.
  mutating func agreeOnKeys() { objection = nil }

  /// What is known of it is all: no new keys have been agreed on since.
  private mutating func endRejected(into sink: inout LogSink) {
    guard let objection else { return }
    self.objection = nil
    guard !isReplaced else { return }
    take(
      .failed(.ike, .renewalRejected(reason: objection.reason)), at: objection.time, line: objection.line, into: &sink)
  }

  /// The peer's answer to the handshake says no.
  mutating func hearRefusal(_ reason: String, at time: LogTime?, line: Int) {
    if isInitiator { refusal = (reason, time, line) }
  }

  /// The counters of its data are above zero in both directions.
  mutating func carryData(at time: LogTime?, into sink: inout LogSink) {
    take(.established(.esp), at: time, into: &sink)
  }

  // MARK: Failures

  /// It came to nothing, which is no news.
  mutating func forgo() { phase = .over }

  mutating func fail(_ cause: HandshakeFailure.Cause, at time: LogTime?, line: Int? = nil, into sink: inout LogSink) {
    guard phase != .up, phase != .over else { return }
    phase = .over
    take(.failed(.ike, cause), at: time, line: line, into: &sink)
  }

  /// The writer does not accept what the peer says. Of a gateway that is the word that the client gets; of a client it is
  /// the client's own.
  mutating func refuse(_ reason: String, at time: LogTime?, into sink: inout LogSink) {
    fail(isInitiator ? .other(reason: reason) : .rejected(reason: reason), at: time, into: &sink)
  }

  mutating func failToDecrypt(at time: LogTime?, into sink: inout LogSink) {
    undecrypted += 1
    guard undecrypted >= Self.undecryptedMessages else { return }
    fail(.other(reason: "messages do not decrypt: the preshared keys differ"), at: time, into: &sink)
  }

  /// The client says right after the gateway's last word that it does not accept it.
  mutating func beDisowned(at time: LogTime?, into sink: inout LogSink) {
    guard !isInitiator, isAuthenticated else { return }
    phase = .over
    take(
      .disowned(.ike, reason: "the client does not accept the gateway's answer: AUTHENTICATION_FAILED"), at: time,
      into: &sink)
  }

  // MARK: Requests and their answers

  /// The writer sends a request, or one more of those that IKE version 1 does not repeat but sends anew.
  mutating func ask(forKeys: Bool, at time: LogTime?, line: Int) {
    if forKeys { hasAskedForKeys = true }
    if request == nil { request = Request(isForKeys: forKeys) } else { repeatRequest(at: time, line: line) }
  }

  /// - Parameters:
  ///   - count: How often that makes at least, where the line tells: a log may leave the first ones out.
  ///   - patience: For how many seconds an answer is waited for before the next one, where the line tells.
  mutating func repeatRequest(at time: LogTime?, line: Int, count: Int = 1, patience: Int? = nil) {
    var repeated = request ?? Request(isForKeys: false)
    repeated.repetitions = max(repeated.repetitions + 1, count)
    repeated.last = (time, line)
    repeated.patience = patience
    request = repeated
  }

  /// The log has gone on until `now`: a request that is not repeated when its time is up was answered.
  mutating func pass(_ now: LogTime?) {
    guard let patience = request?.patience, let last = request?.last?.time, let now else { return }
    if now.written.seconds(since: last.written) > Double(patience) + 1 { hear() }
  }

  mutating func hear() { request = nil }

  /// The peer sends a request again that the writer has answered.
  mutating func hearAgain(_ id: Int, at time: LogTime?, into sink: inout LogSink) {
    let count = repetition.map { $0.id == id ? $0.count + 1 : 1 } ?? 1
    repetition = (id, count)
    // Strangers repeat their openings, too.
    guard phase == .up, count >= Self.repetitionsUnanswered else { return }
    take(.failed(.ike, .repeated), at: time, into: &sink)
  }

  /// The writer ends before its handshake is done, and its last request was repeated.
  mutating func giveUpWaiting(into sink: inout LogSink) {
    guard isInitiator, phase == .opening || phase == .answered, let last = request?.last else { return }
    giveUp(at: last.time, line: last.line, into: &sink)
  }

  /// It ends, by whatever: that its last request was repeated in vain is what there is to know.
  mutating func endUnanswered(into sink: inout LogSink) {
    endRejected(into: &sink)
    if let refusal { fail(.rejected(reason: refusal.reason), at: refusal.time, line: refusal.line, into: &sink) }
    guard let request, request.repetitions >= Self.repetitionsUnanswered, let last = request.last else { return }
    giveUp(at: last.time, line: last.line, into: &sink)
  }

  /// The last retransmission was not answered either.
  mutating func giveUp(at time: LogTime?, line: Int? = nil, into sink: inout LogSink) {
    switch phase {
    case .opening: fail(isRefused ? .sendFailed : .timedOut, at: time, line: line, into: &sink)
    case .answered: fail(.incomplete, at: time, line: line, into: &sink)
    case .authenticated, .up:
      if request?.isForKeys ?? false {
        // That the other side is silent altogether shows in other requests first, as a rule.
        take(.failed(.ike, .renewalTimedOut), at: time, line: line, into: &sink)
        take(.ended(.ike, reason: "no answer to the request for new keys"), at: time, line: line, into: &sink)
      } else {
        take(.deadPeer(.ike), at: time, line: line, into: &sink)
      }
      phase = .over
    case .over: break
    }
  }

  mutating func end(byPeer: Bool, at time: LogTime?, into sink: inout LogSink) {
    if byPeer { endRejected(into: &sink) } else { endUnanswered(into: &sink) }
    guard phase == .up || phase == .authenticated, !isReplaced else { return }
    if phase == .authenticated, isInitiator, byPeer, hasAskedForKeys {
      // IKE version 1: the gateway's answer to quick mode is that it ends what the hosts have agreed on.
      fail(
        .rejected(reason: "the gateway deleted the IKE SA when it was asked for a CHILD_SA (quick mode)"), at: time,
        into: &sink)
      return
    }
    phase = .over
    take(.tunnelEnded(reason: nil, byClient: byPeer != isInitiator), at: time, into: &sink)
  }
}

/// The IKE SAs of a log, by what its lines name them with.
extension Dictionary where Value == IKEAssociation {
  /// A new one begins, in the place of all when there are too many.
  mutating func open(_ association: IKEAssociation, _ key: Key, at time: LogTime?, into sink: inout LogSink) {
    var association = association
    association.open(at: time, into: &sink)
    if count >= IPsecLogLimits.associations { removeAll() }
    self[key] = association
  }

  mutating func change(_ key: Key, _ change: (inout IKEAssociation) -> Void) {
    guard var association = self[key] else { return }
    change(&association)
    self[key] = association
  }
}
