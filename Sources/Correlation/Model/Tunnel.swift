import Observations

/// One client and one gateway, with everything that happened between them, at all capture points and in all logs.
public struct Tunnel: Sendable, TunnelEnds {
  /// In one object, because every rule looks at every tunnel, and few tunnels change.
  private var body: Shared<Body>

  private struct Body: Sendable {
    var id: String
    let family: FamilyName
    let client: IPAddress?
    let gateway: IPAddress?
    let translatedClients: [IPAddress]
    let translatedGateways: [IPAddress]
    let seen: [Channel]
    var logged: [Channel] = []
    let points: [Int]
    let captureEnd: Timestamp
    let seenProduct: Product?
    /// Of most tunnels of a capture logs say nothing.
    var log = noLog
    static let noLog = Shared(TunnelLog())
  }

  package var id: String {
    get { body.value.id }
    set { body.value.id = newValue }
  }
  package var family: FamilyName { body.value.family }
  /// nil where only logs show the tunnel, and none names the address.
  package var client: IPAddress? { body.value.client }
  package var gateway: IPAddress? { body.value.gateway }
  /// The client's address behind translation, where it differs.
  package var translatedClients: [IPAddress] { body.value.translatedClients }
  /// The gateway's address behind translation, where it differs: a cloud's gateway never sees its public one.
  package var translatedGateways: [IPAddress] { body.value.translatedGateways }
  /// What packets show of it, the control channel first; empty for a tunnel that only logs show.
  package var seen: [Channel] { body.value.seen }
  /// What logs say of it.
  package var logged: [Channel] {
    get { body.value.logged }
    set { body.value.logged = newValue }
  }
  /// Capture points that show it, nearest to the client first.
  package var points: [Int] { body.value.points }
  /// When the last of those captures ends.
  package var captureEnd: Timestamp { body.value.captureEnd }
  /// What the gateway says in a handshake that it is.
  package var seenProduct: Product? { body.value.seenProduct }
  /// What else logs say of it.
  package var log: TunnelLog {
    _read { yield body.value.log.value }
    _modify { yield &body.value.log.value }
  }

  /// Whether logs say anything of it: asked for each tunnel before a look at what.
  package var hasLog: Bool { !body.value.log.value.facts.isEmpty || !body.value.log.value.beyond.isEmpty }

  package init(
    id: String = "", family: FamilyName, client: IPAddress?, gateway: IPAddress?, translatedClients: [IPAddress] = [],
    translatedGateways: [IPAddress] = [], seen: [Channel], points: [Int] = [],
    captureEnd: Timestamp = Timestamp(nanoseconds: .min)
  ) {
    body = Shared(
      Body(
        id: id, family: family, client: client, gateway: gateway, translatedClients: translatedClients,
        translatedGateways: translatedGateways, seen: seen, points: points, captureEnd: captureEnd,
        seenProduct: Self.product(in: seen)))
  }

  private static func product(in channels: [Channel]) -> Product? {
    for channel in channels {
      for handshake in channel.handshakes {
        if let product = handshake.product { return product }
      }
    }
    return nil
  }

  /// Whether packets show it.
  package var isSeen: Bool { !seen.isEmpty }

  /// What tells most of it: packets where there are any, otherwise logs.
  package var channels: [Channel] { isSeen ? seen : logged }
  /// Whether a channel's sessions belong to connections that the capture does not hold, which begin and end the session: the
  /// channel may begin anew within it, and a person may have begun a new one.
  package func hidesControl(of channel: Channel, _ family: (any FamilyProfile.Type)?) -> Bool {
    guard channel.profile.judgesHandshakes, !channel.isLogged else { return false }
    let controls = family?.channels.filter { !$0.judgesHandshakes }.map(\.kind) ?? []
    return !controls.isEmpty && !seen.contains { controls.contains($0.kind) && !$0.connections.isEmpty }
  }

  package func channel(_ kind: ChannelKind) -> Channel? { channels.first { $0.kind == kind } }

  /// The channel that control runs on beside another one: that shows whether the gateway is there at all.
  package func companion(of channel: Channel) -> Channel? {
    let all = channel.isLogged ? logged : seen
    return all.first { $0.kind != channel.kind && $0.profile.role != .data && !$0.connections.isEmpty }
  }

  /// When it was first and last seen.
  package var start: Timestamp? {
    isSeen ? seen.lazy.compactMap(\.start).min() : log.span?.lowerBound
  }

  package var end: Timestamp? { isSeen ? seen.lazy.compactMap(\.end).max() : log.span?.upperBound }

  package var serverName: String? {
    for channel in seen {
      if let name = channel.connections.lazy.compactMap({ $0.views.compactMap(\.serverName).first }).first {
        return name
      }
    }
    return nil
  }

  /// Whether what was read shows how the tunnel began.
  package var sawStart: Bool { seen.first { !$0.tracks.isEmpty }?.leadingSession?.view.sawStart ?? true }

  // MARK: Words

  /// How findings call the client: its address, or by logs its user.
  package var clientName: String {
    if isSeen, let client { return client.description }
    if let user = log.users.first { return "user \(user)" + (client.map { " (\($0))" } ?? "") }
    return client.map(\.description) ?? "the client"
  }

  /// The same at the beginning of a sentence.
  package var capitalizedClientName: String { clientName.capitalizedStart }

  package var gatewayName: String { gateway.map(\.description) ?? "the gateway" }

  package func name(of side: Side) -> String { side == .client ? clientName : gatewayName }
}

extension Tunnel {
  /// Whether a channel belongs to the sessions of a track. Where another session lives beside most of them, it is that
  /// one's, unless each of these begins a handshake of its own: else they are polls beside a living tunnel.
  package func hasDataChannel(of track: SessionTrack, in control: Channel) -> Bool {
    let handshakes = (control.isLogged ? logged : seen).filter { $0.kind != control.kind }.flatMap(\.handshakes)
    guard !handshakes.isEmpty else { return false }
    let starts = track.sessions.map(\.start)
    let own = Set(track.sessions.map(\.view.start.source))
    let livesBeside = control.tracks.flatMap(\.sessions).contains { other in
      !own.contains(other.view.start.source)
        && starts.filter { $0 >= other.start && $0 <= other.end }.count * 2 > starts.count
    }
    guard livesBeside else { return true }
    let followed = starts.filter { start in
      handshakes.contains { (0...Self.firstOpeningSeconds).contains($0.start.seconds(since: start)) }
    }
    return followed.count * 2 > starts.count
  }

  /// A client sends its first opening of the data channel within this time of the session's beginning.
  private static let firstOpeningSeconds = 5.0
}
