import Observations

/// What a NAT in front of the client did to a tunnel that was lost.
public enum MappingLoss: Sendable, Hashable {
  /// It forgot the flow while the client was quiet. What the client must send that often, in seconds, keeps it.
  case forgotten(keepAliveSeconds: Int)
  /// It gave the flow another port in the middle.
  case moved(nat: String)

  /// The timeout may be half the pause that was seen; every 25 s is what most protocols send.
  ///
  /// - Parameter pause: Seconds for which the client had sent nothing.
  init(after pause: Double) { self = .forgotten(keepAliveSeconds: min(25, max(5, Int(pause / 2)))) }
}

/// A NAT in front of the client that lost the mapping of the tunnel's flow.
///
/// It shows where the same session goes on from another port of the same address: what the client sends next makes a new
/// mapping. Until then nothing of the gateway finds the client; and a gateway that does not follow a session to another port
/// never answers again. NATs should keep a quiet UDP flow for two minutes (RFC 4787 section 4.3); many keep it for 30 seconds.
struct LostMapping {
  /// When the client went on, from which port to which.
  private let moved: Association.Moved
  /// How long the client had sent nothing when the mapping was found gone, in seconds: its idle timeout is no longer. nil where
  /// the client was not quiet.
  private let quietSeconds: Double?
  /// The NAT's word that it does not know the flow: ICMP errors of the address that stands for the client.
  private let errors: [Association.Refused]
  private let silence: Association.Silent
  /// The gateway's first data: from then on it worked.
  private let beginning: Sighting?
  /// How long it worked until the client was last heard from the old port, in seconds.
  private let established: Double?

  /// The first one of a session, by any view of it.
  init?(of handshake: Handshake) {
    for view in handshake.views where !view.addressChanges.isEmpty {
      for silence in view.silences {
        if let found = LostMapping(silence, in: view) {
          self = found
          return
        }
      }
    }
    return nil
  }

  private init?(_ silence: Association.Silent, in view: Association) {
    let since = silence.since.moment
    let moves = view.addressChanges.filter { Self.isNewPort($0.change) }
    let (heard, quiet): (Timestamp, Double)
    switch silence.side {
    case .client:
      // The silence ends as the client goes on. Without a pause before it, the path may have been down.
      guard let last = silence.lastHeard, silence.isOver, since.seconds(since: last) >= Self.leastQuietSeconds,
        let moved = moves.first(where: { Self.areTogether($0.sighting.moment, silence.until) })
      else { return nil }
      (heard, quiet) = (last, since.seconds(since: last))
      self.moved = moved
    case .server:
      // The silence begins as the client goes on: the gateway does not follow.
      guard let moved = moves.last(where: { Self.areTogether($0.sighting.moment, since) }),
        let last = moved.change.lastHeard
      else { return nil }
      (heard, quiet) = (last, moved.sighting.moment.seconds(since: last))
      self.moved = moved
    }
    quietSeconds = quiet >= Self.leastQuietSeconds ? quiet : nil
    let address = moved.change.from.address
    errors = view.refusals.filter {
      $0.wasEstablished && $0.refusal.reporter == address && $0.refusal.quotedSide == .server
        && $0.sighting.moment >= since
    }
    self.silence = silence
    beginning = view.gatewayData
    established = view.gatewayData.map { max(heard.seconds(since: $0.moment), 0) }
  }

  /// Where the client went on from another port of its address at a moment, by any view of the session.
  static func move(of handshake: Handshake, at moment: Timestamp) -> Association.Moved? {
    handshake.views.lazy.flatMap(\.addressChanges)
      .first { isNewPort($0.change) && areTogether($0.sighting.moment, moment) }
  }

  private static func areTogether(_ a: Timestamp, _ b: Timestamp) -> Bool { abs(a.seconds(since: b)) <= 1 }

  private static func isNewPort(_ change: AddressChange) -> Bool {
    change.from.address == change.to.address && change.from.port != change.to.port
  }

  /// For how long a client had sent nothing when it went on from another port of its address, in seconds; nil for no pause.
  static func pause(before moved: Association.Moved) -> Double? {
    guard isNewPort(moved.change), let last = moved.change.lastHeard else { return nil }
    let seconds = moved.sighting.moment.seconds(since: last)
    return seconds >= leastQuietSeconds ? seconds : nil
  }

  /// No NAT is known to forget sooner.
  private static let leastQuietSeconds = 10.0

  /// A pause and a new port once may be a NAT that was restarted just then.
  private func isSure(amongAlike losses: Int) -> Bool { quietSeconds == nil || !errors.isEmpty || losses > 1 }

  /// What the remedies depend on.
  private var kind: MappingLoss { quietSeconds.map(MappingLoss.init(after:)) ?? .moved(nat: nat) }

  /// The mapping that the NAT at `address` forgot, where the client moves to another port of it after pauses; nil where it does
  /// not.
  static func whichIsForgotten(by address: IPAddress, in view: Association) -> MappingLoss? {
    view.addressChanges.filter { $0.change.from.address == address }.compactMap(pause(before:)).min()
      .map(MappingLoss.init(after:))
  }
}

// MARK: The finding

extension LostMapping {
  /// The loss of a channel whose mapping was lost, the shortest pause first; nil where no mapping was.
  ///
  /// - Parameter losses: All losses of the channel.
  static func finding(
    about channel: Channel, of tunnel: Tunnel, _ losses: [Handshake], in situation: Situation
  ) -> Finding? {
    let mappings = losses.compactMap(LostMapping.init(of:))
    return mappings.min { $0.quietSeconds ?? .infinity < $1.quietSeconds ?? .infinity }
      .map { $0.finding(about: channel, of: tunnel, in: situation, alike: mappings.count, losses: losses.count) }
  }

  /// - Parameters:
  ///   - alike: Losses of the channel that a lost mapping explains, this one among them.
  ///   - losses: All of them.
  private func finding(
    about channel: Channel, of tunnel: Tunnel, in situation: Situation, alike: Int, losses: Int
  ) -> Finding {
    let lived = established.map { " for \(Phrase.duration($0))" } ?? ""
    return Finding(
      rule: TunnelLost.name, about: .channel(channel.kind, port: channel.port), severity: .error,
      confidence: isSure(amongAlike: alike) ? .certain : .likely, confidenceReason: reason, tunnel: tunnel.id,
      title: "\(channel.profile.name) was lost: \(title)", headline: headline(channel.place),
      explanation: """
        \(channel.place) worked\(lived). \(words)\(alike > 1 ? " It happened \(Phrase.times(alike))." : "")
        """,
      remedies: situation.remedies(TunnelLost.self, for: tunnel, channel: channel) { $0.mapping = kind },
      start: silence.since.time, end: silence.until,
      facts: channel.portFact + (established.map { [("established_seconds", .number($0))] } ?? []) + [
        ("silent_side", .text(silence.side.name)), ("silence_seconds", .number(silence.seconds)),
        ("packets", .integer(silence.packets)),
      ] + (quietSeconds.map { [("quiet_seconds", .number($0))] } ?? []),
      amount: losses, seconds: established,
      evidence: evidence(next: channel.nextHandshake(after: silence.since.moment)))
  }
}

// MARK: In words

extension LostMapping {
  private var nat: String { "the NAT at \(moved.change.from.address)" }
  private var ports: String { "from port \(moved.change.to.port) instead of \(moved.change.from.port)" }
  private var packets: String { Phrase.count(silence.packets, "packet") }
  private var silent: String { Phrase.duration(silence.seconds) }

  /// What happened, after "DTLS was lost: ".
  private var title: String {
    quietSeconds == nil ? "a NAT gave it another port" : "a NAT forgot it while it was quiet"
  }

  private func headline(_ place: String) -> String {
    quietSeconds.map { "\(nat) forgot \(place) while the client sent nothing for \(Phrase.duration($0))" }
      ?? "\(nat) gave \(place) another port, and the gateway does not follow"
  }

  /// What happened, in sentences after "It worked for a minute.".
  private var words: String {
    let ignored = "The gateway did not answer there: \(packets) over \(silent) stayed unanswered."
    guard let quietSeconds else {
      return """
        Then the client's packets came \(ports): \(nat) made a new mapping, as after a restart or when its table is full. \(ignored)
        """
    }
    let forgot = "Then the client sent nothing for \(Phrase.duration(quietSeconds)), and \(nat) forgot the flow:"
    guard silence.side == .client else { return "\(forgot) what the client sent next came \(ports). \(ignored)" }
    let refused = errors.isEmpty ? "" : ", and \(nat) answered that nobody listens there"
    return """
      \(forgot) \(packets) of the gateway over \(silent) found no way to it\(refused). The client went on \(ports), which made \
      a new mapping.
      """
  }

  private var reason: String {
    "the same session goes on from another port of the same address\(quietSeconds == nil ? "" : " after a pause")"
      + (errors.isEmpty ? "" : ", and the address itself refused the old port")
  }

  /// - Parameter next: The handshake with which the client began anew.
  private func evidence(next: Handshake?) -> [Evidence] {
    var evidence = beginning.map { [$0.evidence("the gateway's first data: the channel is up")] } ?? []
    evidence.append(silence.since.evidence("the first packet that stays unanswered"))
    for error in errors.prefix(1) {
      evidence.append(error.sighting.evidence("port unreachable, by the address that stands for the client"))
    }
    evidence.append(moved.sighting.evidence("the client goes on from port \(moved.change.to.port)"))
    guard silence.side == .server else { return evidence }
    evidence.append(silence.noticed.evidence("still nothing from the gateway"))
    if let opening = next?.view.openings.first {
      evidence.append(opening.evidence("a new opening: the client gave up"))
    }
    return evidence
  }
}
