import Logs
import Observations

/// What a log shows of one peer.
///
/// Both ends write the same lines. The one that sends the first initiation is taken for the client. New keys every two
/// minutes are no news: only the first handshake is reported, and those after the peer was lost.
struct WireGuardLogPeer {
  private var subject: LogSubject
  /// Where its messages come from, if a line says.
  private var end: Endpoint?
  /// Whether the writer of the log is the gateway; nil before a handshake.
  private(set) var isGateway: Bool?
  private var isUp = false
  /// Initiations in a row that had to be repeated.
  private var timeouts = 0
  /// Whether it is said of the session that it gets no new keys.
  private var hasNoKeys = false
  /// Initiations in a row that repeated the one before.
  private var repetitions = 0
  /// When its last initiation came, while nothing shows that it accepted the answer.
  private var initiation: LogTime?
  /// When the writer's last initiation was sent, while nothing answers it.
  private var sent: LogTime?
  /// The writer's initiations in a row that were sent again before an answer came.
  private var resent = 0
  /// Whether the writer does not know where it is: a gateway's client that has not come yet is not asked.
  private var isAddressUnknown = false

  /// Initiations that must time out in a row before a failure is reported: of two, both may be lost by chance.
  private static let timeoutsOfFailure = 3
  /// An initiation this soon after the last, in seconds, repeats it: the peer did not get or accept the answer (after 5
  /// seconds), or sent data and heard nothing for 15 seconds, twice that when it pauses. Otherwise it asks for new keys
  /// every two minutes.
  private static let repetitionSeconds = 30.0
  /// The same where it is asked for keys alone, and whole seconds.
  private static let scheduleSeconds = 7.0
  /// Seconds after which an initiation that is sent anew shows that the one before was not answered: it is not sent within
  /// five, written in whole ones here, and a session that works gets new keys after two minutes.
  private static let resendingSeconds = 4.0...30.0
  /// Repetitions in a row of a session that is up before they are reported: of two initiations both answers may be lost.
  private static let repetitionsOfSession = 3

  init(name: String, interface: String) {
    subject = LogSubject(user: name.isEmpty ? nil : name, device: interface.isEmpty ? nil : interface)
  }

  mutating func comeFrom(_ end: Endpoint) {
    self.end = end
    locate()
  }

  private mutating func locate() {
    guard let isGateway, let end else { return }
    if isGateway {
      subject.client = end.address
      subject.clientPort = end.port
    } else {
      subject.gateway = end.address
      subject.gatewayPort = end.port
    }
  }

  private mutating func takePart(asGateway: Bool) {
    guard isGateway == nil else { return }
    isGateway = asGateway
    locate()
  }

  // MARK: The writer begins

  mutating func sendInitiation(at time: LogTime?, into sink: inout LogSink) {
    takePart(asGateway: false)
    guard !isUp else { return }
    countResent(at: time)
    // With data waiting, each initiation is the first try again.
    if resent >= Self.timeoutsOfFailure { fail(.timedOut, at: time, into: &sink) }
    sent = time
    sink.take(.opened(.wireguard), at: time, of: subject)
  }

  private mutating func countResent(at time: LogTime?) {
    // Lines without a name may be of several peers.
    guard !isAddressUnknown, subject.user != nil, let sent, let time else { return }
    let isAgain = Self.resendingSeconds.contains(time.written.seconds(since: sent.written))
    resent = isAgain ? resent + 1 : 0
  }

  /// Nothing was sent, because no address of the peer is known.
  mutating func missAddress() {
    isAddressUnknown = true
    forgetAttempts()
  }

  /// What was sent in vain so far counts no more.
  private mutating func forgetAttempts() {
    timeouts = 0
    sent = nil
    resent = 0
  }

  /// An initiation was not answered in time.
  ///
  /// - Parameter count: How many in a row that makes, where the line says so: what is pasted leaves lines out.
  mutating func timeOut(isLast: Bool, count: Int?, at time: LogTime?, into sink: inout LogSink) {
    guard !isAddressUnknown else { return }
    // The one that it repeats was sent, whether its line is here or not.
    takePart(asGateway: false)
    timeouts = max(timeouts + 1, count ?? 0)
    guard isLast || timeouts >= Self.timeoutsOfFailure else { return }
    guard isUp else {
      fail(.timedOut, at: time, into: &sink)
      return
    }
    // No line said that nothing is heard any more: what is not answered is the wish for new keys.
    if !hasNoKeys { sink.take(.failed(.wireguard, .renewalTimedOut), at: time, of: subject) }
    hasNoKeys = true
    if isLast {
      isUp = false
      timeouts = 0
    }
  }

  mutating func fail(_ cause: HandshakeFailure.Cause, at time: LogTime?, into sink: inout LogSink) {
    sink.take(.failed(.wireguard, cause), at: time, of: subject)
    isUp = false
    forgetAttempts()
  }

  /// Packets were sent, and nothing was heard for 15 seconds.
  mutating func losePeer(at time: LogTime?, into sink: inout LogSink) {
    sink.take(.deadPeer(.wireguard), at: time, of: subject)
    isUp = false
  }

  // MARK: The peer is heard

  /// A response, or data: keys are agreed on.
  mutating func comeUp(at time: LogTime?, into sink: inout LogSink) {
    if !isUp { sink.take(.established(.wireguard), at: time, of: subject) }
    isUp = true
    forgetAttempts()
    isAddressUnknown = false
    hasNoKeys = false
    initiation = nil
  }

  mutating func receiveInitiation(at time: LogTime?, into sink: inout LogSink) {
    takePart(asGateway: true)
    isAddressUnknown = false
    let last = initiation
    let seconds = last.flatMap { last in time.map { $0.written.seconds(since: last.written) } }
    if let seconds, seconds <= Self.repetitionSeconds {
      repetitions = seconds <= Self.scheduleSeconds ? repetitions + 1 : 0
      if !isUp || repetitions >= Self.repetitionsOfSession {
        sink.take(.failed(.wireguard, .repeated), at: time, of: subject)
      }
    } else {
      repetitions = 0
      if seconds != nil {
        // It was not repeated: the answer was accepted, and data came, of which no line tells.
        comeUp(at: last, into: &sink)
      } else if !isUp {
        sink.take(.opened(.wireguard), at: time, of: subject)
      }
    }
    initiation = time
  }
}
