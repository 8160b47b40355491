import Logs
import Observations

/// What a log of charon shows of one IKE SA. Whoever initiates it is the client.
struct CharonAssociation {
  enum Phase { case opening, answered, authenticated, up, over }

  let isInitiator: Bool
  private(set) var subject: LogSubject
  /// An opening whose line does not say from where it is sent: the next line does.
  private var opening: (time: LogTime?, line: Int)?
  private(set) var phase = Phase.opening
  /// Whether a new one has its place: its end is no news.
  var isReplaced = false
  /// Messages that could not be decrypted.
  private var undecrypted = 0

  /// One garbled message may be a stray one.
  private static let undecryptedMessages = 2

  /// The writer of the log initiates it.
  init(to gateway: IPAddress) {
    isInitiator = true
    subject = LogSubject(gateway: gateway)
  }

  /// The writer of the log answers.
  init(from client: IPAddress) {
    isInitiator = false
    subject = LogSubject(client: client)
  }

  /// The same with new keys.
  func renewed() -> CharonAssociation {
    var copy = self
    copy.isReplaced = false
    copy.phase = .up
    return copy
  }

  var isOpen: Bool { opening != nil }

  mutating func open(at time: LogTime?, into sink: inout LogSink) {
    phase = .opening
    undecrypted = 0
    opening = (time, sink.line)
    if !isInitiator || subject.client != nil { endOpening(into: &sink) }
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

  private mutating func take(_ event: LogEvent, at time: LogTime?, into sink: inout LogSink) {
    endOpening(into: &sink)
    sink.take(event, at: time, of: subject)
  }

  mutating func hearAnswer() { if phase == .opening { phase = .answered } }

  mutating func authenticate() { if phase != .up, phase != .over { phase = .authenticated } }

  /// There is a CHILD_SA for data, or the IKE SA goes on without one.
  mutating func establish(at time: LogTime?, into sink: inout LogSink) {
    guard phase != .up, phase != .over else { return }
    phase = .up
    take(.established(.ike), at: time, into: &sink)
  }

  mutating func fail(_ cause: HandshakeFailure.Cause, at time: LogTime?, into sink: inout LogSink) {
    guard phase != .up, phase != .over else { return }
    phase = .over
    take(.failed(.ike, cause), at: time, into: &sink)
  }

  mutating func failToDecrypt(at time: LogTime?, into sink: inout LogSink) {
    undecrypted += 1
    guard undecrypted >= Self.undecryptedMessages else { return }
    fail(.rejected(reason: "messages do not decrypt: the preshared keys differ"), at: time, into: &sink)
  }

  /// The last retransmission was not answered either.
  mutating func giveUp(at time: LogTime?, into sink: inout LogSink) {
    switch phase {
    case .opening: fail(.timedOut, at: time, into: &sink)
    case .answered: fail(.incomplete, at: time, into: &sink)
    case .authenticated, .up:
      // At the gateway this is a client that went away.
      take(
        isInitiator ? .deadPeer(.ike) : .ended(.ike, reason: "no answer to dead peer detection"), at: time, into: &sink)
      phase = .over
    case .over: break
    }
  }

  mutating func end(byPeer: Bool, at time: LogTime?, into sink: inout LogSink) {
    guard phase == .up || phase == .authenticated, !isReplaced else { return }
    phase = .over
    take(.tunnelEnded(reason: nil, byClient: byPeer != isInitiator), at: time, into: &sink)
  }
}
