import Logs
import Observations

/// What a gateway's log shows of its clients, as far as one line matters for those after it.
///
/// A client that begins anew comes from another port, and the gateway finds its old session silent long after: what
/// happens to that is no news of the client.
struct OpenVPNLogClients {
  /// Whose sessions replace each other: the user's, or those of an address as long as nobody is known behind it.
  private enum Party: Hashable {
    case user(String)
    case address(IPAddress)
  }

  /// A session, by who has it and from where.
  private struct Place: Hashable {
    let party: Party
    let client: OpenVPNClient
  }

  /// Sessions that came up and whose end has not been read.
  private var up: Set<Place> = []
  /// Where they come from.
  private var ends: Set<OpenVPNClient> = []
  private var newest: [Party: OpenVPNClient] = [:]
  /// Whom the last line gives its settings.
  private var served: (place: Place, subject: LogSubject, time: LogTime?, line: Int)?
  /// Users whose next session takes the place of those before.
  private var replaced: Set<String> = []
  /// Handshakes that were not done in time, by the address from which nobody got in.
  private var failures: [IPAddress: Int] = [:]
  private var garbled = OpenVPNGarbledData()
  /// What the TLS library has said of a client's handshake under way; nil once the failure is reported.
  private var reasons: [OpenVPNClient: String?] = [:]

  /// Scanners of the Internet leave a handshake unfinished, too; a client does so again and again.
  private static let failuresOfClient = 2

  /// Why a session ended for which no new keys were agreed on.
  static let noKeys = "no new keys were agreed on"

  mutating func take(
    _ event: OpenVPNLogEvent, of client: OpenVPNClient, user: String?, at time: LogTime?, into sink: inout LogSink
  ) {
    let subject = LogSubject(user: user, client: client.address, clientPort: client.port)
    let place = Place(party: user.map(Party.user) ?? .address(client.address), client: client)
    settle(before: event, place, into: &sink)
    switch event {
    case .nothing, .asks, .refused, .answered, .pingRestart, .stranger, .hiddenStranger, .replay, .connects, .pulls,
      .proxyAnswers, .upAtClient, .tooLarge, .scriptNotRun, .loginRestart:
      break
    case .replaced(let user): replace(user)
    case .answers:
      reasons[client] = nil
      sink.take(.opened(.openvpn), at: time, of: subject)
    case .library(let reason): note(reason, of: client)
    case .handshakeFailed: failHandshake(place, subject, time, into: &sink)
    case .renews: _ = note(place)
    case .served: served = (place, subject, time, sink.line)
    case .up: bringUp(place, subject, time, line: sink.line, into: &sink)
    case .garbled:
      guard garbled.shows(from: client) else { return }
      sink.take(.unusable(.openvpn, reason: OpenVPNGarbledData.reason), at: time, of: subject)
    case .timedOut: timeOut(place, isKnown: user != nil, subject, time, into: &sink)
    case .failed(let cause):
      note(nil, of: client)
      sink.take(.failed(.openvpn, cause), at: time, of: subject)
    case .unheard: end(place, .deadPeer(.openvpn), subject, time, into: &sink)
    case .tlsRestart:
      if up.contains(place) { end(place, .ended(.openvpn, reason: Self.noKeys), subject, time, into: &sink) }
    case .ends(let reason): end(place, .ended(.openvpn, reason: reason), subject, time, into: &sink)
    case .exits: end(place, .ended(.openvpn, reason: nil), subject, time, into: &sink)
    }
  }

  /// Whether it depends on the next line when a session came up.
  var isOpen: Bool { served != nil }

  /// OpenVPN before 2.5 does not say in front of the client's name that data can flow: a client that has its settings is served.
  private mutating func settle(before event: OpenVPNLogEvent, _ place: Place, into sink: inout LogSink) {
    guard let served else { return }
    self.served = nil
    if case .up = event, place == served.place { return }
    bringUp(served.place, served.subject, served.time, line: served.line, into: &sink)
  }

  /// No more lines come, or none for long.
  mutating func finish(into sink: inout LogSink) {
    guard let served else { return }
    self.served = nil
    bringUp(served.place, served.subject, served.time, line: served.line, into: &sink)
  }

  private mutating func bringUp(
    _ place: Place, _ subject: LogSubject, _ time: LogTime?, line: Int, into sink: inout LogSink
  ) {
    // The same line comes with each set of keys.
    guard note(place) else { return }
    failures[place.client.address] = nil
    garbled.begin(with: place.client)
    let isReplacing = subject.user.map { replaced.remove($0) != nil } ?? false
    sink.take(
      isReplacing ? .sessionEstablished(.openvpn, .replacing) : .established(.openvpn), at: time, of: subject,
      line: line)
  }

  /// Whose the session is, where just one is up.
  var onlySession: LogSubject? {
    guard up.count == 1, let place = up.first else { return nil }
    let user: String? = if case .user(let name) = place.party { name } else { nil }
    return LogSubject(user: user, client: place.client.address, clientPort: place.client.port)
  }

  /// Whether any session is up.
  var hasSessions: Bool { !up.isEmpty }

  /// Whether a session is up with this end.
  func hasSession(_ end: Endpoint) -> Bool {
    ends.contains(OpenVPNClient(address: end.address, port: end.port))
      || ends.contains(OpenVPNClient(address: end.address, port: nil))
  }

  mutating func replace(_ user: String) {
    if replaced.count >= OpenVPNLogLimits.sessions { replaced.removeAll() }
    replaced.insert(user)
    // Lines of a client over IPv6 have no port: its next session may be at the same place.
    if let client = newest[.user(user)] { up.remove(Place(party: .user(user), client: client)) }
  }

  /// Whether a session was not known to be up.
  private mutating func note(_ place: Place) -> Bool {
    if up.count >= OpenVPNLogLimits.sessions, !up.contains(place) {
      up.removeAll()
      ends.removeAll()
      newest.removeAll()
    }
    newest[place.party] = place.client
    ends.insert(place.client)
    return up.insert(place).inserted
  }

  private mutating func end(
    _ place: Place, _ event: LogEvent, _ subject: LogSubject, _ time: LogTime?, into sink: inout LogSink
  ) {
    up.remove(place)
    ends.remove(place.client)
    guard newest[place.party].map({ $0 == place.client }) ?? true else { return }
    sink.take(event, at: time, of: subject)
  }

  /// - Parameter isKnown: Whether the line names a user, whose session is up then.
  private mutating func timeOut(
    _ place: Place, isKnown: Bool, _ subject: LogSubject, _ time: LogTime?, into sink: inout LogSink
  ) {
    if isKnown || up.contains(place) {
      guard newest[place.party].map({ $0 == place.client }) ?? true else { return }
      sink.take(.failed(.openvpn, .renewalTimedOut), at: time, of: subject)
      return
    }
    guard failsAgain(place.client) else { return }
    sink.take(.failed(.openvpn, .incomplete), at: time, of: subject)
  }

  /// Whether nobody got in from the client's address, and not for the first time.
  private mutating func failsAgain(_ client: OpenVPNClient) -> Bool {
    let address = client.address
    if failures[address] == nil, failures.count >= OpenVPNLogLimits.strangers { failures.removeAll() }
    failures[address, default: 0] += 1
    return failures[address, default: 0] >= Self.failuresOfClient
  }

  /// The first that the library says of a handshake says most; nil for one whose failure is reported.
  private mutating func note(_ reason: String?, of client: OpenVPNClient) {
    if reasons.count >= OpenVPNLogLimits.strangers, reasons[client] == nil { reasons.removeAll() }
    if reason == nil || reasons[client] == nil { reasons.updateValue(reason, forKey: client) }
  }

  private mutating func failHandshake(
    _ place: Place, _ subject: LogSubject, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let reason = reasons.removeValue(forKey: place.client) ?? nil, !up.contains(place), failsAgain(place.client)
    else { return }
    sink.take(.failed(.openvpn, .other(reason: reason)), at: time, of: subject)
  }
}

/// Where a gateway's client comes from; of one over IPv6 the lines leave out the port.
struct OpenVPNClient: Hashable {
  let address: IPAddress
  let port: UInt16?
}
