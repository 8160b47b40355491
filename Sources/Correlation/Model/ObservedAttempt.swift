import Observations

/// A packet that matters, with its time on the report's clock.
struct Sighting: Hashable {
  var time: Timestamp
  let frame: FrameReference

  func shifted(by offset: Int64) -> Sighting { Sighting(time: time.adding(nanoseconds: offset), frame: frame) }
}

/// An attempt to establish DTLS, and what came of it, as one capture point saw it.
struct ObservedAttempt {
  /// An ICMP error about the attempt.
  struct Refusal {
    var sighting: Sighting
    let error: DestinationUnreachable
  }

  /// A stretch in which one side sent and heard nothing.
  struct Silence {
    let silentSide: Side
    var lastHeard: Timestamp?
    var since: Sighting
    var packets: Int
    /// The packet with which it had lasted long enough to matter.
    var noticed: Sighting
    /// When it was last told: until then it lasted.
    var until: Timestamp
  }

  /// Hellos kept one by one; more are counted.
  static let hellosKept = 64

  let point: Int
  var flow: Flow
  let random: HandshakeToken?
  /// Whether the capture shows its hello.
  let sawStart: Bool
  var sessionID = ""
  var offersSRTP = false
  var hellos: [Sighting] = []
  var helloCount = 0
  /// Hellos without cookie that came again although the gateway had answered.
  var repeatedAfterAnswer = 0
  var firstAnswer: Sighting?
  var firstAnswerMessage: DTLSHandshake.Message?
  var gatewayMessages = 0
  var lastClientMessage: DTLSHandshake.Message?
  var lastGatewayMessage: DTLSHandshake.Message?
  var clientFinished = false
  var gatewayFinished = false
  var version: TLSVersion?
  var cipherSuite: CipherSuite?
  var clientData: Sighting?
  var gatewayData: Sighting?
  var alert: Sighting?
  var alertSender: Side?
  var refusals: [Refusal] = []
  var silences: [Silence] = []
  /// The last thing seen of it.
  var last: Sighting

  init(point: Int, flow: Flow, random: HandshakeToken?, sawStart: Bool, first: Sighting) {
    self.point = point
    self.flow = flow
    self.random = random
    self.sawStart = sawStart
    self.last = first
    self.start = first
  }

  var start: Sighting

  var wasAnswered: Bool { gatewayMessages > 0 || gatewayData != nil }

  /// The silence that was never broken, if there is one.
  var lastingSilence: Silence? { silences.last }

  func shifted(by offset: Int64) -> ObservedAttempt {
    guard offset != 0 else { return self }
    var copy = self
    copy.start = start.shifted(by: offset)
    copy.last = last.shifted(by: offset)
    copy.hellos = hellos.map { $0.shifted(by: offset) }
    copy.firstAnswer = firstAnswer?.shifted(by: offset)
    copy.clientData = clientData?.shifted(by: offset)
    copy.gatewayData = gatewayData?.shifted(by: offset)
    copy.alert = alert?.shifted(by: offset)
    copy.refusals = refusals.map { Refusal(sighting: $0.sighting.shifted(by: offset), error: $0.error) }
    copy.silences = silences.map { silence in
      var moved = silence
      moved.lastHeard = silence.lastHeard?.adding(nanoseconds: offset)
      moved.since = silence.since.shifted(by: offset)
      moved.noticed = silence.noticed.shifted(by: offset)
      moved.until = silence.until.adding(nanoseconds: offset)
      return moved
    }
    return copy
  }
}
