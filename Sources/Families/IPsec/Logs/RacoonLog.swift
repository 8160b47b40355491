import Logs
import Observations

/// What racoon and RouterOS write of IKE version 1. The writer's end stands in front of the peer's.
///
///     2024-03-02 10:00:00 ipsec,info initiate new phase 1 (Identity Protection): 198.51.100.10[500]<=>203.0.113.20[500]
///     2024-03-02 10:01:00 ipsec,error phase1 negotiation failed due to time up 198.51.100.10[500]<=>203.0.113.20[500] 5c1b…:0000…
///
/// Phase 2 is in no message of the usual level: a tunnel is never said to be up here, but for one that failed before, of which
/// nothing bad is said any more once phase 1 is done.
struct RacoonLog: LogFormatReader {
  private var associations: [IPAddress: IKEAssociation] = [:]
  private var strangers = IKEStrangers()
  /// Peers with whom an attempt has failed.
  private var failed: Set<IPAddress> = []
  /// When phase 1 was done with one of these, while nothing has failed since.
  private var recovered: [IPAddress: (time: LogTime?, line: Int)] = [:]
  /// The peer of the last line that names both ends: what follows without them is about it.
  private var latest: IPAddress?

  /// The responder's cookie before it has answered (RFC 2408 section 3.1).
  private static let unansweredCookie: StaticString = ":0000000000000000"

  /// All its messages are in the table.
  mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .racoon else { return false }
    let words = LogText(message.words.bytes)
    let ends = words.racoonEnds()
    latest = ends?.peer ?? message.endpoint(.address)?.address ?? latest
    guard let peer = latest else {
      sink.understand(.racoonResponder)
      return true
    }
    let time = sink.resolve(message.time)
    if case .channelStarted = message.meaning {
      recover(peer, into: &sink)
      begin(words, from: ends?.own, to: peer, time, into: &sink)
    }
    let isDone = words.starts(with: "ISAKMP-SA established ")
    let line = sink.line
    defer { note(peer, isDone: isDone, time, line: line) }
    let isInitiator = associations[peer]?.isInitiator ?? false
    sink.understand(isInitiator ? .racoonInitiator : .racoonResponder)
    switch message.meaning {
    case .channelUnanswered: endInTime(words, peer, time, into: &sink)
    case .channelRejected:
      guard isInitiator || strangers.comesAgain(peer) else { break }
      // The log need not have the line that the peer begins with.
      if associations[peer] == nil { open(IKEAssociation(from: peer), with: peer, time, into: &sink) }
      if case .channelRejected(_, .credentials) = message.meaning {
        associations[peer]?.fail(.rejected(reason: "AUTHENTICATION_FAILED"), at: time, into: &sink)
      } else {
        associations[peer]?.refuse("NO_PROPOSAL_CHOSEN", at: time, into: &sink)
      }
    case .authenticationFailed:
      // The hosts have shown who they are: it is a user's name or password.
      if associations[peer] == nil { open(IKEAssociation(from: peer), with: peer, time, into: &sink) }
      associations[peer]?.fail(.login, at: time, into: &sink)
    case .notDecrypted: associations[peer]?.failToDecrypt(at: time, into: &sink)
    default: break
    }
    return true
  }

  /// Keeps what is known of the peer behind the line.
  ///
  /// - Parameter isDone: Whether the line says that phase 1 is done.
  private mutating func note(_ peer: IPAddress, isDone: Bool, _ time: LogTime?, line: Int) {
    guard let association = associations[peer] else { return }
    if association.phase == .over {
      if failed.count >= IPsecLogLimits.associations { failed.removeAll() }
      failed.insert(peer)
      recovered[peer] = nil
    } else if isDone, failed.contains(peer) {
      associations[peer]?.authenticate()
      recovered[peer] = (time, line)
    }
  }

  private mutating func recover(_ peer: IPAddress, into sink: inout LogSink) {
    guard let moment = recovered.removeValue(forKey: peer) else { return }
    failed.remove(peer)
    associations[peer]?.establish(at: moment.time, line: moment.line, into: &sink)
  }

  mutating func finish(into sink: inout LogSink) {
    for peer in recovered.keys.sorted() { recover(peer, into: &sink) }
  }

  private mutating func begin(
    _ words: borrowing LogText, from own: IPAddress?, to peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    open(
      words.contains("initiate new phase 1") || words.contains("new ike2 SA (I)")
        ? IKEAssociation(to: peer) : IKEAssociation(from: peer), with: peer, time,
      into: &sink)
    if let own { associations[peer]?.send(from: own, into: &sink) }
  }

  private mutating func open(
    _ association: IKEAssociation, with peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    if associations[peer] == nil, associations.count >= IPsecLogLimits.associations { associations.removeAll() }
    var association = association
    association.open(at: time, into: &sink)
    associations[peer] = association
  }

  /// Whoever answers cannot tell a peer that gave up from a scanner: only the initiator's wait in vain is a failure.
  private mutating func endInTime(
    _ words: borrowing LogText, _ peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard associations[peer]?.isInitiator ?? false else { return }
    let cause: HandshakeFailure.Cause = words.contains(Self.unansweredCookie) ? .timedOut : .incomplete
    associations[peer]?.fail(cause, at: time, into: &sink)
  }
}

extension LogText {
  /// "198.51.100.10[500]<=>203.0.113.20[500]", "198.51.100.10[4500]-203.0.113.20[4500]": the writer's end and the peer's.
  fileprivate func racoonEnds() -> (own: IPAddress, peer: IPAddress)? {
    let (sign, length): (Int, Int)
    if let arrow = find("<=>") {
      (sign, length) = (arrow, 3)
    } else if contains("ISAKMP-SA ") || contains(" ike2 SA"), let bracket = find("]-") {
      (sign, length) = (bracket + 1, 1)
    } else {
      return nil
    }
    var peer = LogText(bytes, from: sign + length)
    var start = sign
    while start > 0, self[start - 1] != 0x20 { start -= 1 }
    var own = LogText(bytes, from: start)
    guard let ownAddress = own.address(), let peerAddress = peer.address() else { return nil }
    return (ownAddress, peerAddress)
  }
}
