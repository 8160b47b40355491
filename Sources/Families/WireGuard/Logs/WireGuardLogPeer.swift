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
  private var isGateway: Bool?
  private var isUp = false
  /// Initiations in a row that had to be repeated.
  private var timeouts = 0
  /// When its last initiation came, while nothing shows that it accepted the answer.
  private var initiation: LogTime?

  /// Initiations that must time out in a row before a failure is reported: of two, both may be lost by chance.
  private static let timeoutsOfFailure = 3
  /// An initiation this soon after the last, in seconds, repeats it: the peer did not get or accept the answer (after 5
  /// seconds), or sent data and heard nothing for 15 seconds, twice that when it pauses. Otherwise it asks for new keys
  /// every two minutes.
  private static let repetitionSeconds = 30.0

  init(name: String, interface: String) { subject = LogSubject(user: name, device: interface) }

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
    if !isUp { sink.take(.opened(.wireguard), at: time, of: subject) }
  }

  /// An initiation was not answered in time.
  mutating func timeOut(isLast: Bool, at time: LogTime?, into sink: inout LogSink) {
    timeouts += 1
    guard isLast || timeouts >= Self.timeoutsOfFailure else { return }
    fail(.timedOut, at: time, into: &sink)
  }

  mutating func fail(_ cause: HandshakeFailure.Cause, at time: LogTime?, into sink: inout LogSink) {
    sink.take(.failed(.wireguard, cause), at: time, of: subject)
    isUp = false
    timeouts = 0
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
    timeouts = 0
    initiation = nil
  }

  mutating func receiveInitiation(at time: LogTime?, into sink: inout LogSink) {
    takePart(asGateway: true)
    if let last = initiation, let time {
      if time.written.seconds(since: last.written) <= Self.repetitionSeconds {
        sink.take(.failed(.wireguard, .repeated), at: time, of: subject)
      } else {
        // It was not repeated: the answer was accepted, and data came, of which no line tells.
        comeUp(at: last, into: &sink)
      }
    } else if !isUp {
      sink.take(.opened(.wireguard), at: time, of: subject)
    }
    initiation = time
  }
}
