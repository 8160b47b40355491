import Observations

/// Handshakes of a channel that came to nothing in the same way: where they went, and what came of the channel in the end.
struct FailedAttempts: ChannelPlace {
  let channel: Channel
  /// By start; never empty.
  let handshakes: [Handshake]
  let first: Handshake
  let last: Handshake
  /// The port at the gateway that they went to: one that came up later may have gone elsewhere.
  let port: Int?

  init?(_ handshakes: [Handshake], of channel: Channel) {
    guard let first = handshakes.first, let last = handshakes.last else { return nil }
    self.channel = channel
    self.handshakes = handshakes
    self.first = first
    self.last = last
    port = last.view.port ?? channel.port
  }

  var profile: ChannelProfile { channel.profile }
  /// Whether TCP carries the openings: then the connection was accepted, whatever became of them.
  var isOverTCP: Bool { first.view.transport == .tcp }
  /// What carried them: one that came up later may have gone another way.
  var transport: String {
    switch first.view.transport {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .other, nil: channel.transport
    }
  }

  /// Whether the channel came up in the end.
  var passed: Bool { channel.outcome == .established }

  /// " A later attempt succeeds.", where one does.
  var sequel: String { passed ? " A later attempt succeeds." : "" }

  /// Users without a tunnel, without a part of it, or with one after all: that is worth a note, unless they had to wait.
  var severity: Severity {
    guard passed else { return channel.profile.fallback == nil ? .error : .warning }
    return keptWaiting ? .warning : .note
  }

  /// Whether users had to wait for the first session for long enough to ask why: several openings in a row came to nothing,
  /// or one handshake went on and on.
  ///
  /// After a loss the attempts to come back fail too; the loss is the finding then.
  var keptWaiting: Bool {
    let ids = Set(handshakes.map(\.view.id))
    var wait = Wait()
    for handshake in channel.handshakes where !handshake.isRenewal {
      switch handshake.outcome {
      case .established, .lost:
        if wait.isLong(until: handshake.start) { return true }
        if handshake.outcome == .lost { return false }
        wait = Wait()
      default:
        if ids.contains(handshake.view.id) { wait.go(on: handshake) }
      }
    }
    return false
  }

  /// Failed handshakes in a row.
  private struct Wait {
    private var openings = 0
    private var since: Timestamp?
    private var longest = 0.0

    mutating func go(on handshake: Handshake) {
      openings += handshake.openingCount
      since = since ?? handshake.start
      longest = max(longest, handshake.end.seconds(since: handshake.start))
    }

    func isLong(until success: Timestamp) -> Bool {
      guard let since, success.seconds(since: since) >= LongWait.leastSeconds else { return false }
      return openings >= LongWait.leastOpenings || longest >= LongWait.leastSeconds
    }
  }
}

extension FailedAttempts {
  /// Who began them: peers of a site-to-site tunnel both do.
  var opener: Side { first.view.initiator }

  /// Where they went: "UDP 500".
  var askedPort: String {
    opener == .client ? transportPort : first.view.flow.map { "\(transport) \($0.client.port)" } ?? transportPort
  }

  /// " on UDP 500".
  var onAskedPort: String { opener == .client ? onPort : " on \(askedPort)" }

  /// Whether the other side opened a session that carries data both ways until after the last of them.
  var areOutlived: Bool { outliving != nil }

  /// What the other side opened, in a sentence; empty where nothing of it outlives them.
  var outlivingWords: String {
    guard let outliving else { return "" }
    let theirs = "The tunnel that the \(opener.opposite.name)"
    return outliving.start <= last.end ? " \(theirs) opened works all the while." : " \(theirs) opened later works."
  }

  private var outliving: Handshake? { channel.handshakes.first { $0.outlives(last) } }
}

extension [Handshake] {
  /// Those of the client, where it began any, else those of the gateway: what each asks in vain has a path of its own.
  var ofOneOpener: [Handshake] {
    let clients = filter { $0.view.initiator == .client }
    return clients.isEmpty ? self : clients
  }
}

/// When users wait for their first session for so long that they ask why.
enum LongWait {
  /// Openings in vain: fewer are a password typed wrongly, or a client that finds out what both sides have in common.
  static let leastOpenings = 3
  /// A gateway that is just starting is up by then.
  static let leastSeconds = 60.0
}
