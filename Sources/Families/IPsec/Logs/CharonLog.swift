import Logs
import Observations

/// What strongSwan's charon writes of its IKE SAs.
struct CharonLog: LogFormatReader {
  /// By their unique number.
  private var associations: [Int: IKEAssociation] = [:]
  /// Those that the writer began.
  private var initiated: Set<Int> = []
  /// The newest with a peer.
  private var newest: [IPAddress: Int] = [:]
  /// What a thread's lines are about.
  private var threads: [Int: Thread] = [:]
  /// The one that repeated a request last, of those that the writer began.
  private var asking: Int?
  /// The message that was repeated last, while no line has said of which IKE SA.
  private var repeated: Int?
  private var strangers = IKEStrangers()
  /// Those whose writer asked last for new keys in place of those that run out.
  private var renewing: Set<Int> = []
  /// Those whose opening is read and not taken yet.
  private var opening: Set<Int> = []
  private var writer = WritersSide(.charonInitiator, .charonResponder)
  /// Why the daemon does not start, as far as it has said.
  private var startProblem: String?
  /// Its last start, where that failed and nothing has been read of the daemon's work since.
  private var startFailure: (reason: String, time: LogTime?, line: Int)?
  /// What stands in the place of a client's address.
  private var hiddenClient: String?
  /// An IKE SA that came up, with its number and whom with, where the log begins behind its opening and has not told who began.
  private var unopened: (number: Int, peer: IPAddress)?
  /// Whether a message did not decrypt while no IKE SA was known.
  private var hasGarbledAnswer = false
  /// The number given to the last IKE SA that the log does not number: below those of charon.
  private var nameless = 0

  private struct Thread {
    var association: Int?
    /// Whether it answers what a client asks.
    var isAnswering = false
    /// A client whose IKE SA has no number yet.
    var client: IPAddress?
    var received: String?
    var configured: String?
    var certificate: String?
    /// Whether its last retransmission was given up.
    var gaveUp = false
    /// Whether it read the answer to a message with which only an initiator opens an IKE SA.
    var hasHeardAnswer = false
    /// Whether the peer's last request is for new keys in place of those that run out.
    var isAskedForNewKeys = false
    /// What the kernel has said against the last IPsec SA.
    var kernelError: String?
    /// What the next packet that it sends is, where that matters.
    var sending = Sending.other
  }

  /// What a packet is.
  private enum Sending { case request, requestForKeys, repetition, other }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = CharonLine(&offered) else { return false }
    var text = LogText(line.message.bytes, from: line.message.position)
    return take(
      &text, thread: line.thread, association: line.association, time: line.time,
      isTechnical: offered.text.isCharonGroup(line.group), into: &sink)
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .charon else { return false }
    var text = LogText(message.words.bytes)
    let association = text.skipCharonName()
    return take(&text, thread: 0, association: association, time: message.time, isTechnical: true, into: &sink)
  }

  mutating func readOther(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard CharonLine(&line) != nil else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  var isOpen: Bool { !opening.isEmpty || startFailure != nil }

  mutating func endBuriedBlock(into sink: inout LogSink) {
    for number in opening { associations[number]?.endOpening(into: &sink) }
    opening.removeAll()
  }

  mutating func finish(into sink: inout LogSink) {
    endBuriedBlock(into: &sink)
    for number in associations.keys.sorted() { endUnanswered(number, into: &sink) }
    if let startFailure {
      sink.take(
        .failed(.ike, .setup(reason: startFailure.reason)), at: startFailure.time, of: LogSubject(user: "charon"),
        line: startFailure.line)
    }
    writer.finish(into: &sink)
  }

  /// - Parameter isTechnical: Whether the line is of a part of the daemon whose complaints are not about a peer.
  private mutating func take(
    _ text: inout LogText, thread number: Int, association: Int?, time written: CivilTime?, isTechnical: Bool,
    into sink: inout LogSink
  ) -> Bool {
    if threads[number] == nil, threads.count >= IPsecLogLimits.associations { threads.removeAll() }
    var thread = threads[number] ?? Thread()
    let time = sink.resolve(written)
    if let association {
      thread.association = association
      name(association, &thread, time, into: &sink)
    }
    let isKnown = (Self.words?.areIn(text) ?? true) && readWords(&text, &thread, time, into: &sink)
    threads[number] = thread
    guard isKnown || isTechnical else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  private mutating func readWords(
    _ text: inout LogText, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    readBeginning(&text, &thread, time, into: &sink) || readFailure(&text, &thread, time, into: &sink)
      || readCourse(&text, &thread, time, into: &sink)
  }

  /// With which words the messages below begin, and what is in them that begin otherwise.
  private static let words = TellingWords(
    beginnings: [
      "initiating ", "IKE_SA ", "received ", "configured proposals: ", "no acceptable ", "no matching ",
      "no proposal found", "no peer config found", "no IKE config found", "traffic selectors ", "DH group ",
      "key exchange method ",
      "no virtual IP found", "expected a virtual IP request", "calculated HASH does not match",
      "Aggressive Mode PSK disabled", "no shared key found for ", "no private key found for ", "no trusted ",
      "subject certificate invalid ", "certificate was revoked on ", "no issuer certificate found ",
      "constraint check failed: ", "authentication of '", "peer requested EAP", "EAP method ", "parsed ",
      "unable to install ", "DPD check timed out", "no socket implementation registered", "giving up after ",
      "establishing ", "Timeout trying to establish", "destroying IKE_SA ", "initialization failed", "failed to ",
      "deleting half open IKE_SA ", "CHILD_SA ", "inbound CHILD_SA ", "closing CHILD_SA ", "sending ", "generating ",
      "retransmit ", "message parsing failed", "peer not responding", "ignore malformed ", "could not decrypt payloads",
    ],
    inner: [
      " is initiating a", "roposals unacceptable", "roposals inacceptable", "but MAC mismatched", "decryption failed?",
      " processing failed",
    ])

  private mutating func change(
    _ thread: Thread, _ change: (inout IKEAssociation) -> Void
  ) {
    // Where the log leaves packets out, a writer with one IKE SA speaks of that.
    let only = associations.count == 1 ? initiated.first : nil
    guard let number = thread.association ?? only, var association = associations[number] else { return }
    change(&association)
    associations[number] = association
    if !opening.isEmpty, !association.isOpen { opening.remove(number) }
  }

  /// The IKE SA of a client that has just come has this number.
  private mutating func name(
    _ number: Int, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let client = thread.client, associations[number] == nil else { return }
    var association = IKEAssociation(from: client)
    association.open(at: time, into: &sink)
    insert(association, number, with: client, into: &sink)
    thread.client = nil
  }

  private mutating func insert(
    _ association: IKEAssociation, _ number: Int, with peer: IPAddress?, into sink: inout LogSink
  ) {
    if associations.count >= IPsecLogLimits.associations {
      endBuriedBlock(into: &sink)
      associations.removeAll()
      initiated.removeAll()
      newest.removeAll()
      renewing.removeAll()
    }
    startFailure = nil
    associations[number] = association
    if association.isInitiator { initiated.insert(number) }
    if let peer { newest[peer] = number }
  }

  /// A gateway's log need not number its IKE SAs; what fails is the client's that the thread heard last.
  private mutating func nameNameless(_ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink) {
    guard thread.association == nil, writer.isInitiator == false, thread.client != nil else { return }
    nameless -= 1
    thread.association = nameless
    name(nameless, &thread, time, into: &sink)
  }

  /// The only client that the log tells of, whose address is hidden in it, has come as far as its request to authenticate.
  private mutating func nameHidden(_ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink) {
    guard let hiddenClient, thread.association == nil, thread.client == nil, associations.isEmpty else { return }
    nameless -= 1
    var association = IKEAssociation(from: nil, connection: hiddenClient)
    association.open(at: time, into: &sink)
    insert(association, nameless, with: nil, into: &sink)
    thread.association = nameless
  }

  /// Whoever refuses what a peer asks for, right behind its proof of who it is, answers.
  private mutating func nameUnopened(_ thread: Thread, _ time: LogTime?, into sink: inout LogSink) {
    guard let (number, peer) = unopened, thread.association == number, associations[number] == nil else { return }
    unopened = nil
    writer.isInitiator = writer.isInitiator ?? false
    var association = IKEAssociation(from: peer)
    association.open(at: time, into: &sink)
    association.authenticate()
    insert(association, number, with: peer, into: &sink)
  }

  // MARK: How it begins

  private mutating func readBeginning(
    _ text: inout LogText, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    if text.starts(with: "initiating "), let found = text.charonAssociation(), text.has(" to ", at: found.end) {
      var text = LogText(text.bytes, from: found.end + 4)
      // Where its address is hidden, the IKE SA has its number all the same.
      let gateway = text.address()
      writer.isInitiator = true
      // The same IKE SA may try again.
      var association = associations[found.number] ?? IKEAssociation(to: gateway)
      association.open(at: time, into: &sink)
      thread = Thread(association: found.number)
      insert(association, found.number, with: gateway, into: &sink)
      if association.isOpen { opening.insert(found.number) }
      return true
    }
    if text.contains(" is initiating a") {
      let client = text.address()
      if client == nil {
        guard let name = text.hiddenClient else { return false }
        hiddenClient = name
      }
      thread = Thread(client: client)
      writer.isInitiator = false
      return true
    }
    guard text.starts(with: "IKE_SA "), let found = text.charonAssociation() else { return false }
    name(found.number, &thread, time, into: &sink)
    thread.association = found.number
    if text.has(" established between ", at: found.end) {
      if associations[found.number] == nil, thread.isAnswering || writer.isInitiator == false {
        answer(text, found.number, &thread, time, into: &sink)
      } else if associations[found.number] == nil, thread.hasHeardAnswer {
        ask(text, found.number, time, into: &sink)
      } else if associations[found.number] == nil {
        var ends = LogText(text.bytes, from: text.position)
        unopened = ends.skip(past: "]...") ? ends.address().map { (found.number, $0) } : nil
      }
      change(thread) { $0.authenticate() }
    } else if text.has(" rekeyed between ", at: found.end) {
      renew(text, found.number, into: &sink)
    } else if text.has(" state change: ", at: found.end) {
      changeState(text, found.number, &thread, time, into: &sink)
    }
    return true
  }

  /// The log begins behind a client's opening: "IKE_SA vpn[2] established between 203.0.113.20[vpn]...198.51.100.10[alice]".
  private mutating func answer(
    _ text: borrowing LogText, _ number: Int, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: "]..."), let client = text.address() else { return }
    thread.client = client
    writer.isInitiator = writer.isInitiator ?? false
    name(number, &thread, time, into: &sink)
  }

  /// The log begins behind the writer's own opening: "IKE_SA vpn[1] established between 198.51.100.10[alice]...203.0.113.20[vpn]".
  private mutating func ask(
    _ text: borrowing LogText, _ number: Int, _ time: LogTime?, into sink: inout LogSink
  ) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: "]..."), let gateway = text.address() else { return }
    writer.isInitiator = true
    var association = IKEAssociation(to: gateway)
    association.open(at: time, into: &sink)
    association.endOpening(into: &sink)
    association.hearAnswer()
    insert(association, number, with: gateway, into: &sink)
  }

  /// "IKE_SA vpn[2] rekeyed between 198.51.100.10[alice]...203.0.113.20[vpn]".
  private mutating func renew(_ text: borrowing LogText, _ number: Int, into sink: inout LogSink) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: "]..."), let peer = text.address(), let old = newest[peer], let known = associations[old]
    else {
      return
    }
    associations[old]?.isReplaced = true
    insert(known.renewed(), number, with: peer, into: &sink)
  }

  private mutating func changeState(
    _ text: borrowing LogText, _ number: Int, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) {
    if text.contains("=> REKEYED") {
      associations[number]?.isReplaced = true
    } else if text.contains("=> DESTROYING") {
      // What was not given up by name shows here whose it was.
      if thread.gaveUp, isNews(number) { change(thread) { $0.giveUp(at: time, into: &sink) } }
      thread.gaveUp = false
      endUnanswered(number, into: &sink)
      if asking == number { asking = nil }
      associations[number]?.endOpening(into: &sink)
      opening.remove(number)
      initiated.remove(number)
      associations[number] = nil
    }
  }

  /// What a peer with a newer IKE SA no longer answers is that one's past.
  private func isNews(_ number: Int) -> Bool {
    guard let association = associations[number], !association.isInitiator, let peer = association.peer else {
      return true
    }
    return newest[peer] == number
  }

  private mutating func endUnanswered(_ number: Int, into sink: inout LogSink) {
    guard isNews(number) else { return }
    associations[number]?.endUnanswered(into: &sink)
  }

  // MARK: How it fails

  /// The log begins behind the opening of its only IKE SA, whose number no line has told.
  private mutating func begin(_ time: LogTime?, into sink: inout LogSink) {
    guard associations.isEmpty, writer.isInitiator != false else { return }
    writer.isInitiator = true
    var association = IKEAssociation(to: nil)
    association.open(at: time, into: &sink)
    associations[0] = association
    initiated.insert(0)
  }

  private mutating func readFailure(
    _ text: inout LogText, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    func reject(_ reason: String) { change(thread) { $0.fail(.rejected(reason: reason), at: time, into: &sink) } }
    func refuse(_ reason: String) {
      nameNameless(&thread, time, into: &sink)
      if thread.hasHeardAnswer { begin(time, into: &sink) }
      nameHidden(&thread, time, into: &sink)
      nameUnopened(thread, time, into: &sink)
      change(thread) { $0.refuse(reason, at: time, into: &sink) }
    }
    if text.starts(with: "received "),
      text.contains(" notify error") || text.contains(" error notify") || text.contains(" notify, no CHILD_SA built")
    {
      _ = text.skip("received ")
      let name = text.string(text.word())
      if takeObjection(name, thread, time, into: &sink) { return true }
      begin(time, into: &sink)
      reject(name)
    } else if text.starts(with: "received proposals: ") {
      thread.received = text.skip("received proposals: ") ? text.restString : nil
    } else if text.starts(with: "configured proposals: ") {
      thread.configured = text.skip("configured proposals: ") ? text.restString : nil
    } else if text.contains("roposals unacceptable") || text.contains("roposals inacceptable")
      || text.starts(with: "no acceptable proposal found") || text.starts(with: "no matching proposal found")
      || text.starts(with: "no proposal found")
    {
      nameNameless(&thread, time, into: &sink)
      let offers = thread.received.flatMap { received in
        thread.configured.map { ": offered \(received), configured \($0)" }
      }
      if thread.isAskedForNewKeys {
        change(thread) { $0.rejectKeys("NO_PROPOSAL_CHOSEN\(offers ?? "")", at: time, into: &sink) }
      }
      failStranger(.rejected(reason: "NO_PROPOSAL_CHOSEN\(offers ?? "")"), thread, time, into: &sink)
    } else if text.starts(with: "no matching peer config found") || text.starts(with: "no peer config found")
      || text.starts(with: "no IKE config found")
    {
      nameNameless(&thread, time, into: &sink)
      failStranger(.rejected(reason: "no connection is configured for this peer"), thread, time, into: &sink)
    } else if text.starts(with: "traffic selectors "), text.contains("unacceptable") {
      refuse("TS_UNACCEPTABLE: \(text.restString)")
    } else if let group = text.charonGroupOfBoth {
      // Its proposals have a group that it cannot do: the client has nothing else to come back with.
      nameNameless(&thread, time, into: &sink)
      failStranger(
        .setup(reason: "it asks for the very group that it was offered, which no plugin has: \(group)"), thread, time,
        into: &sink)
    } else if text.starts(with: "no acceptable traffic selectors found") {
      if thread.isAskedForNewKeys {
        change(thread) { $0.rejectKeys("TS_UNACCEPTABLE: no acceptable traffic selectors", at: time, into: &sink) }
      }
      refuse("TS_UNACCEPTABLE: no acceptable traffic selectors")
    } else if text.starts(with: "no virtual IP found, sending INTERNAL_ADDRESS_FAILURE") {
      refuse("INTERNAL_ADDRESS_FAILURE: no virtual IP address for the client")
    } else if text.starts(with: "expected a virtual IP request, sending FAILED_CP_REQUIRED") {
      refuse("FAILED_CP_REQUIRED: the client asks for no virtual IP address")
    } else if text.contains("but MAC mismatched") || text.starts(with: "calculated HASH does not match HASH payload") {
      refuse("the preshared keys differ")
    } else if text.starts(with: "Aggressive Mode PSK disabled for security reasons") {
      nameNameless(&thread, time, into: &sink)
      failStranger(.rejected(reason: "aggressive mode with a preshared key is not allowed"), thread, time, into: &sink)
    } else if text.starts(with: "no shared key found for ") || text.starts(with: "no private key found for ") {
      if associations.isEmpty, writer.isInitiator == nil {
        // Nothing says which side has no key.
        begin(time, into: &sink)
        change(Thread(association: 0)) { $0.fail(.setup(reason: text.restString), at: time, into: &sink) }
      } else {
        refuse(text.restString)
      }
    } else if text.starts(with: "no trusted ") {
      refuse("certificate: \(thread.certificate ?? text.restString)")
    } else if text.starts(with: "subject certificate invalid ") || text.starts(with: "certificate was revoked on ")
      || text.starts(with: "no issuer certificate found ") || text.starts(with: "constraint check failed: ")
    {
      thread.certificate = text.restString
    } else if text.starts(with: "authentication of '"), text.contains("' (myself) with "), text.endsWithFailed {
      refuse("AUTHENTICATION_FAILED: \(text.restString)")
    } else if text.starts(with: "peer requested EAP, config ") {
      refuse(IKEAssociation.asksForEAP)
    } else if text.starts(with: "EAP method "), text.contains(" failed for peer ") {
      reject("EAP authentication failed")
    } else if text.starts(with: "received EAP_FAILURE") {
      begin(time, into: &sink)
      reject("EAP authentication failed")
    } else if text.starts(with: "parsed INFORMATIONAL request "), text.contains(" N(AUTH_FAILED) ") {
      change(thread) { $0.beDisowned(at: time, into: &sink) }
    } else if text.skip("received netlink error: ") {
      thread.kernelError = text.restString
    } else if text.starts(with: "unable to install inbound and outbound IPsec SA (SAD) in kernel")
      || text.starts(with: "unable to install IPsec policies (SPD) in kernel")
    {
      let reason = thread.kernelError ?? text.restString
      nameNameless(&thread, time, into: &sink)
      if thread.hasHeardAnswer { begin(time, into: &sink) }
      nameHidden(&thread, time, into: &sink)
      change(thread) { $0.fail(.setup(reason: "the kernel refuses the IPsec SA: \(reason)"), at: time, into: &sink) }
    } else if text.starts(with: "DPD check timed out") {
      if let number = thread.association, isNews(number) { change(thread) { $0.giveUp(at: time, into: &sink) } }
    } else if text.starts(with: "no socket implementation registered, sending failed") {
      change(thread) { $0.fail(.setup(reason: text.restString), at: time, into: &sink) }
    } else if text.contains("decryption failed?") {
      if repeated != nil, associations.isEmpty {
        // The log begins behind the opening: the writer repeats its request, and what comes back does not decrypt.
        begin(time, into: &sink)
        if hasGarbledAnswer { change(Thread(association: 0)) { $0.failToDecrypt(at: time, into: &sink) } }
      }
      hasGarbledAnswer = associations.isEmpty
      change(thread) { $0.failToDecrypt(at: time, into: &sink) }
    } else if text.starts(with: "giving up after "), text.contains("retransmits") {
      giveUp(&thread, time, into: &sink)
    } else if text.starts(with: "establishing IKE_SA failed, peer not responding") {
      // Behind the line that it was given up it says nothing new.
      begin(time, into: &sink)
      change(thread) { if !$0.isAuthenticated { $0.giveUp(at: time, into: &sink) } }
    } else if text.starts(with: "establishing connection '"), text.contains("' failed") {
      // What `ipsec up` and NetworkManager are told; why, the lines before it say, if they are here.
      begin(time, into: &sink)
      let number = thread.association.flatMap { associations[$0] == nil ? nil : $0 }
      change(Thread(association: number)) { $0.fail(.other(reason: nil), at: time, into: &sink) }
    } else if text.starts(with: "Timeout trying to establish IPsec connection") {
      // NetworkManager's plugin for L2TP stops waiting.
      change(Thread()) { $0.giveUpWaiting(into: &sink) }
    } else if text.starts(with: "destroying IKE_SA in state CONNECTING without notification") {
      // The daemon is stopped while a request of the handshake is repeated: whoever started it did not wait longer.
      change(thread) { $0.giveUpWaiting(into: &sink) }
    } else if text.starts(with: "initialization failed - aborting charon") {
      startFailure = (startProblem ?? text.restString, time, sink.line)
    } else if text.starts(with: "failed to load "), text.contains(" critical plugin feature") {
      startProblem = text.restString
    } else if text.starts(with: "deleting half open IKE_SA with ") {
      _ = text.skip("deleting half open IKE_SA with ")
      if let client = text.address(), let number = newest[client] {
        thread.association = number
        failStranger(.incomplete, thread, time, into: &sink)
      }
    } else {
      return false
    }
    return true
  }

  /// The peer says no to the request for new keys. What both sides ask for at a time is put off, and another group is asked
  /// for again: these say nothing of the keys.
  ///
  /// - Returns: Whether it was new keys that were asked for.
  private mutating func takeObjection(
    _ name: String, _ thread: Thread, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    let only = associations.count == 1 ? associations.keys.first : nil
    guard let number = thread.association ?? only, renewing.contains(number) else { return false }
    guard name == "NO_PROPOSAL_CHOSEN" || name == "TS_UNACCEPTABLE" else { return true }
    if associations[number] == nil, writer.isInitiator != false {
      // The log begins behind the handshake of this one, which is up.
      writer.isInitiator = true
      var association = IKEAssociation(to: nil)
      association.open(at: time, into: &sink)
      association.establish(at: time, into: &sink)
      insert(association, number, with: nil, into: &sink)
    }
    change(Thread(association: number)) { $0.rejectKeys(name, at: time, into: &sink) }
    return true
  }

  /// The peer has not shown who it is: it counts when it comes again.
  private mutating func failStranger(
    _ cause: HandshakeFailure.Cause, _ thread: Thread, _ time: LogTime?, into sink: inout LogSink
  ) {
    if let number = thread.association, let association = associations[number], !association.isInitiator,
      !association.isAuthenticated, !strangers.comesAgain(association.peer)
    {
      return
    }
    change(thread) { $0.fail(cause, at: time, into: &sink) }
  }

  /// The line does not say whose request was given up: of those that the writer began it is the one that repeated last.
  private mutating func giveUp(_ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink) {
    if let repeated, associations.isEmpty {
      begin(time, into: &sink)
      // The opening, IKE_AUTH, or a request of a session.
      change(thread) {
        if repeated > 0 { $0.hearAnswer() }
        if repeated > 1 { $0.authenticate() }
        $0.giveUp(at: time, into: &sink)
      }
    } else if let asking, associations[asking] != nil {
      thread.association = asking
      change(thread) { $0.giveUp(at: time, into: &sink) }
      self.asking = nil
    } else {
      thread.gaveUp = true
    }
  }

  // MARK: How it goes on

  private mutating func readCourse(
    _ text: inout LogText, _ thread: inout Thread, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    if text.starts(with: "CHILD_SA ") || text.starts(with: "inbound CHILD_SA ") {
      if text.contains(" established with SPIs ") {
        change(thread) {
          $0.agreeOnKeys()
          $0.establish(at: time, into: &sink)
        }
      }
    } else if text.starts(with: "closing CHILD_SA ") {
      if text.tellsOfDataBothWays { change(thread) { $0.carryData(at: time, into: &sink) } }
    } else if text.starts(with: "sending packet: from ") || text.starts(with: "received packet: from ") {
      let isSent = text.starts(with: "sending ")
      _ = text.skip(past: " from ")
      let first = text.charonEnd()
      _ = text.skip(" to ")
      guard let peer = isSent ? text.charonEnd() : first, let number = newest[peer] else {
        if !isSent, writer.isInitiator == false, let first { thread = Thread(client: first) }
        return true
      }
      let sending = thread.sending
      if thread.association != number { thread = Thread(association: number, client: thread.client) }
      thread.sending = .other
      if isSent, let first { change(thread) { $0.send(from: first, into: &sink) } }
      if isSent { send(sending, thread, time, line: sink.line) }
    } else if text.starts(with: "generating "), text.contains(" request ") {
      // IKE version 1 answers no notifies but those of dead peer detection, and not the last message of quick mode.
      let isAnswered =
        text.starts(with: "generating INFORMATIONAL_V1 ")
        ? text.contains("N(DPD)") : !(text.starts(with: "generating QUICK_MODE ") && text.contains("[ HASH ]"))
      let isForKeys =
        text.starts(with: "generating CREATE_CHILD_SA ") || text.starts(with: "generating QUICK_MODE ")
      if isForKeys, let number = thread.association {
        if text.contains(" N(REKEY_SA) ") { renewing.insert(number) } else { renewing.remove(number) }
      }
      thread.sending = !isAnswered ? .other : isForKeys ? .requestForKeys : .request
    } else if text.starts(with: "retransmit ") || text.starts(with: "sending retransmit ") {
      // A single client is the usual writer of such lines; with several, the packet behind this line names the peer.
      thread.sending = .repetition
      if associations.isEmpty { repeated = text.charonMessage() }
      if initiated.count == 1 {
        asking = initiated.first
      } else if let number = thread.association, initiated.contains(number) {
        asking = number
      } else {
        return true
      }
      thread.sending = .other
      if let asking { associations[asking]?.repeatRequest(at: time, line: sink.line) }
    } else if text.starts(with: "received retransmit of request with ID ") {
      _ = text.skip("received retransmit of request with ID ")
      if let id = text.number() { change(thread) { $0.hearAgain(id, at: time, into: &sink) } }
    } else if text.starts(with: "parsed ID_PROT response ") || text.starts(with: "parsed AGGRESSIVE response ")
      || text.starts(with: "parsed IKE_SA_INIT response ") && !text.contains("[ N(")
    {
      change(thread) {
        $0.hearAnswer()
        $0.hear()
      }
    } else if text.starts(with: "parsed "), text.contains(" response ") || text.contains("_V1 request ") {
      thread.isAnswering = false
      if text.starts(with: "parsed IKE_AUTH response ") { thread.hasHeardAnswer = true }
      change(thread) { $0.hear() }
      if let refusal = text.charonRefusal {
        change(thread) { $0.hearRefusal(refusal, at: time, line: sink.line) }
      }
    } else if text.starts(with: "parsed IKE_AUTH request ") || text.starts(with: "parsed ID_PROT request ") {
      (thread.isAnswering, thread.isAskedForNewKeys) = (true, false)
    } else if text.starts(with: "parsed "), text.contains(" request ") {
      thread.isAskedForNewKeys = text.contains("CREATE_CHILD_SA ") && text.contains(" N(REKEY_SA) ")
      // Of what an answered client asks for besides, nothing is to be told.
      return false
    } else if text.starts(with: "received DELETE for IKE_SA ") || text.starts(with: "sending DELETE for IKE_SA ") {
      guard let found = text.charonAssociation() else { return true }
      thread.association = found.number
      change(thread) { $0.end(byPeer: text.starts(with: "received "), at: time, into: &sink) }
    } else if text.starts(with: "sending DPD request") {
      // An IKE SA without CHILD_SA is watched, too.
      change(thread) { $0.establish(at: time, into: &sink) }
    } else {
      return text.starts(with: "failed to establish CHILD_SA") || text.starts(with: "message parsing failed")
        || text.contains(" processing failed") || text.starts(with: "peer not responding, trying again")
        || text.starts(with: "ignore malformed INFORMATIONAL request")
        || text.starts(with: "could not decrypt payloads")
    }
    return true
  }

  private mutating func send(_ sending: Sending, _ thread: Thread, _ time: LogTime?, line: Int) {
    switch sending {
    case .request: change(thread) { $0.ask(forKeys: false, at: time, line: line) }
    case .requestForKeys: change(thread) { $0.ask(forKeys: true, at: time, line: line) }
    case .repetition: change(thread) { $0.repeatRequest(at: time, line: line) }
    case .other: break
    }
  }
}

extension LogText {
  /// "… with message ID 1", "… message ID 0, seq 3": which message it is, 0 for the one that opens. All of main mode have the
  /// ID 0, and count by themselves.
  fileprivate mutating func charonMessage() -> Int? {
    guard skip(past: " message ID "), let id = number() else { return nil }
    guard id == 0, skip(", seq "), let place = number() else { return id }
    return place > 1 ? 1 : 0
  }
}

extension LogText {
  /// "DH group ECP_521 unacceptable, requesting ECP_521": the group, where the gateway wants the one that it does not accept.
  fileprivate var charonGroupOfBoth: String? {
    var text = LogText(bytes, from: position)
    guard text.skip("DH group ") || text.skip("key exchange method ") else { return nil }
    let offered = text.string(text.word())
    guard text.skip(past: "acceptable, requesting ") else { return nil }
    return text.string(text.word()) == offered ? offered : nil
  }

  /// "parsed IKE_AUTH response 1 [ IDr AUTH N(TS_UNACCEPT) ]": what the answer to the handshake says against it; nil where it
  /// says nothing.
  fileprivate var charonRefusal: String? {
    guard starts(with: "parsed IKE_AUTH response ") || starts(with: "parsed IKE_SA_INIT response ") else { return nil }
    for (mark, name) in Self.charonRefusals where contains(mark) { return name }
    return nil
  }

  private static let charonRefusals: [(StaticString, String)] = [
    (" N(AUTH_FAILED) ", "AUTHENTICATION_FAILED"), (" N(NO_PROP) ", "NO_PROPOSAL_CHOSEN"),
    (" N(TS_UNACCEPT) ", "TS_UNACCEPTABLE"), (" N(INT_ADDR_FAIL) ", "INTERNAL_ADDRESS_FAILURE"),
    (" N(FAIL_CP_REQ) ", "FAILED_CP_REQUIRED"), (" N(INVAL_SYN) ", "INVALID_SYNTAX"),
  ]
}

extension LogText {
  /// Whether the three letters are those of a part of the daemon whose complaints are not about a peer: libraries, jobs,
  /// messages in detail.
  fileprivate func isCharonGroup(_ group: Range<Int>) -> Bool {
    let place = group.lowerBound
    return has("LIB", at: place) || has("DMN", at: place) || has("JOB", at: place) || has("ENC", at: place)
      || has("ESP", at: place) || has("MGR", at: place) || has("CHD", at: place)
  }
}

extension LogText {
  /// "{{client}} is initiating an IKE_SA": what stands in the place of the address.
  fileprivate var hiddenClient: String? {
    var rest = LogText(bytes, from: position)
    let word = rest.word()
    return !word.isEmpty && rest.starts(with: " is initiating a") ? string(word) : nil
  }

  fileprivate var endsWithFailed: Bool { has(" failed", at: end - 7) }

  /// Whether the counters of a CHILD_SA that is closed are above zero in both directions: "c1_i (84 bytes) c2_o (84 bytes)".
  fileprivate var tellsOfDataBothWays: Bool {
    var text = LogText(bytes, from: position)
    return ["_i (", "_o ("].allSatisfy { text.skip(past: $0) && (text.number() ?? 0) > 0 }
  }
}
