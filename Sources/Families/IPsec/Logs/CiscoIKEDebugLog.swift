import Logs
import Observations

/// What an ASA and an IOS router write of their IKE SAs when IKE is debugged, and what an IOS router's syslog says without.
struct CiscoIKEDebugLog: LogFormatReader {
  /// By what the lines call them.
  private var associations: [String: IKEAssociation] = [:]
  /// The packet that was read last: an ASA tells of it before the SA has a number.
  private var packet: (peer: IPAddress, isReceived: Bool)?
  /// Whom the last packet of quick mode went to that the writer began.
  private var asked: IPAddress?
  private var strangers = IKEStrangers()
  /// Whether the last line about offers was that none of them is accepted.
  private var hasRefused = false
  private var writer = WritersSide(.ciscoIKEInitiator, .ciscoIKEResponder)
  /// Whether the last word on an SA that is debugged is that a message of the peer's is none.
  private var hasGarbledAnswer = false

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = CiscoIKEDebugLine(offered.text) else { return false }
    let time = sink.resolve(line.time)
    var text = LogText(line.message.bytes, from: line.message.position)
    switch line.version {
    case .one: takeVersionOne(&text, time, into: &sink)
    case .two: takeVersionTwo(&text, line.name, time, into: &sink)
    }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .ciscoIOS else { return false }
    let time = sink.resolve(message.time)
    writer.understand(lines: 1, into: &sink)
    guard let peer = message.endpoint(.client)?.address else { return true }
    switch message.meaning {
    case .notDecrypted(.ike): takeGarbledMessage(of: peer, time, into: &sink)
    case .channelFailed(.ike):
      let name = beginUndebugged(with: peer, time, into: &sink)
      refuseStranger("phase 1 failed", name, time, into: &sink)
    case .informational where message.words.contains("Crypto tunnel "): tell(message.words, of: peer, time, into: &sink)
    default: break
    }
    return true
  }

  /// "Crypto tunnel is UP": news of a peer with whom it failed before.
  private mutating func tell(
    _ words: borrowing LogText, of peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    let name = "syslog \(peer)"
    guard associations[name] != nil else { return }
    if words.contains(" is UP") {
      _ = beginUndebugged(with: peer, time, into: &sink)
      change(name) { $0.establish(at: time, into: &sink) }
    } else {
      associations[name] = nil
    }
  }

  /// Behind the keys, a message that is none was encrypted with others.
  private mutating func takeGarbledMessage(of peer: IPAddress, _ time: LogTime?, into sink: inout LogSink) {
    if let association = associations[Self.versionOne], association.phase != .over,
      association.peer ?? peer == peer
    {
      change(Self.versionOne) { $0.failToDecrypt(at: time, into: &sink) }
      hasGarbledAnswer = true
    } else {
      let name = beginUndebugged(with: peer, time, into: &sink)
      change(name) { $0.failToDecrypt(at: time, into: &sink) }
    }
  }

  /// The SA of a peer of which only the syslog tells.
  ///
  /// - Returns: What it is called.
  private mutating func beginUndebugged(
    with peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) -> String {
    let name = "syslog \(peer)"
    if associations[name] == nil || associations[name]?.phase == .over {
      insert(IKEAssociation(from: peer), name, time, into: &sink)
    }
    return name
  }

  mutating func finish(into sink: inout LogSink) {
    for name in associations.keys.sorted() { associations[name]?.endUnanswered(into: &sink) }
    writer.finish(into: &sink)
  }

  private mutating func insert(
    _ association: IKEAssociation, _ name: String, _ time: LogTime?, into sink: inout LogSink
  ) {
    writer.isInitiator = association.isInitiator
    associations.open(association, name, at: time, into: &sink)
  }

  private mutating func change(_ name: String, _ change: (inout IKEAssociation) -> Void) {
    associations.change(name, change)
  }

  /// The writer does not accept a peer that has not shown who it is: once may be anybody.
  private mutating func refuseStranger(
    _ reason: String, _ name: String, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let association = associations[name], association.phase != .over else { return }
    guard association.isInitiator || strangers.comesAgain(association.peer) else {
      change(name) { $0.forgo() }
      return
    }
    change(name) { $0.refuse(reason, at: time, into: &sink) }
  }

  // MARK: IKE version 2

  private mutating func takeVersionTwo(
    _ text: inout LogText, _ name: String, _ time: LogTime?, into sink: inout LogSink
  ) {
    if text.skip("RECV PKT ") {
      if text.skip(past: "] ["), let peer = text.address() { packet = (peer, true) }
      return
    }
    if text.skip("SENT PKT ") {
      if text.skip(past: "->["), let peer = text.address() { packet = (peer, false) }
      return
    }
    guard !name.isEmpty else { return }
    if text.skip("Received Packet [From "), let peer = text.address() {
      packet = (peer, true)
      begin(name, time, into: &sink)
      change(name) {
        $0.hearAnswer()
        $0.hear()
      }
    } else if text.skip("Sending Packet [To "), let peer = text.address() {
      packet = (peer, false)
      begin(name, time, into: &sink)
    } else if text.starts(with: "Retransmitting packet") {
      change(name) { $0.repeatRequest(at: time, line: sink.line) }
    } else if text.contains("Maximum number of retransmissions reached") {
      change(name) { $0.giveUp(at: time, into: &sink) }
    } else if text.contains("Failed to find a matching policy")
      || text.starts(with: "Sending no proposal chosen notify")
    {
      begin(name, time, into: &sink)
      refuseStranger("NO_PROPOSAL_CHOSEN: no policy matches", name, time, into: &sink)
    } else if text.contains("NO_PROPOSAL_CHOSEN"), associations[name]?.isInitiator ?? false {
      change(name) { $0.fail(.rejected(reason: "NO_PROPOSAL_CHOSEN"), at: time, into: &sink) }
    } else if text.contains("authentication data FAILED") {
      begin(name, time, into: &sink)
      change(name) {
        $0.refuse("AUTHENTICATION_FAILED: the peer's authentication is not valid", at: time, into: &sink)
      }
    } else if text.contains("AUTHENTICATION_FAILED"), associations[name]?.isInitiator ?? false {
      change(name) { $0.fail(.rejected(reason: "AUTHENTICATION_FAILED"), at: time, into: &sink) }
    } else if text.contains("There was no IPSEC policy found for received TS") {
      change(name) { $0.refuse("TS_UNACCEPTABLE", at: time, into: &sink) }
    } else if text.contains("SA created; inserting SA into database") {
      change(name) {
        $0.hear()
        $0.establish(at: time, into: &sink)
      }
    }
  }

  private mutating func begin(_ name: String, _ time: LogTime?, into sink: inout LogSink) {
    guard associations[name] == nil, let packet else { return }
    insert(
      packet.isReceived ? IKEAssociation(from: packet.peer) : IKEAssociation(to: packet.peer), name, time, into: &sink)
  }

  // MARK: IKE version 1

  /// The number in the lines is 0 until phase 1 is done: the SA is that of the peer.
  private static let versionOne = "ISAKMP"

  private mutating func takeVersionOne(_ text: inout LogText, _ time: LogTime?, into sink: inout LogSink) {
    let name = Self.versionOne
    if text.starts(with: "beginning Main Mode exchange") || text.starts(with: "beginning Aggressive Mode exchange") {
      insert(IKEAssociation(to: nil), name, time, into: &sink)
    } else if text.skip("sending packet to ") {
      if let peer = text.address() {
        change(name) { $0.find(peer) }
        asked = text.contains("(I) QM_IDLE") ? peer : nil
      }
    } else if text.starts(with: "processing NOTIFY PROPOSAL_NOT_CHOSEN") {
      if associations[name] == nil, let asked {
        // The log begins behind phase 1.
        insert(IKEAssociation(to: asked), name, time, into: &sink)
        change(name) { $0.hearAnswer() }
      }
      change(name) { $0.fail(.rejected(reason: "NO_PROPOSAL_CHOSEN in quick mode"), at: time, into: &sink) }
    } else if text.skip("received packet from "), let peer = text.address() {
      // The log may begin behind the first message: "(R)" is what answers.
      if text.contains("NEW SA") || associations[name] == nil && text.contains(" (R) ") {
        insert(IKEAssociation(from: peer), name, time, into: &sink)
      } else {
        change(name) {
          $0.hearAnswer()
          $0.hear()
        }
      }
    } else if text.starts(with: "retransmitting phase ") {
      change(name) { $0.repeatRequest(at: time, line: sink.line) }
      if hasGarbledAnswer { change(name) { $0.failToDecrypt(at: time, into: &sink) } }
      hasGarbledAnswer = false
    } else if text.contains("reason \"Death by retransmission") {
      change(name) { $0.giveUp(at: time, into: &sink) }
    } else if text.starts(with: "no offers accepted!") {
      hasRefused = associations[name] != nil
      refuseStranger("NO_PROPOSAL_CHOSEN: no policy matches", name, time, into: &sink)
    } else if text.skip("phase 1 SA policy not acceptable!") {
      // It says so once more.
      defer { hasRefused = false }
      guard !hasRefused else { return }
      if text.skip(past: "remote "), let peer = text.address(), associations[name]?.isInitiator != true {
        insert(IKEAssociation(from: peer), name, time, into: &sink)
      }
      refuseStranger("NO_PROPOSAL_CHOSEN: no policy matches", name, time, into: &sink)
    } else if text.starts(with: "SA has been authenticated with") {
      change(name) { $0.authenticate() }
    } else if text.contains("IKE_QM_PHASE2_COMPLETE") {
      change(name) {
        $0.hear()
        $0.establish(at: time, into: &sink)
      }
    }
  }
}
