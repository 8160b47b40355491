import Logs
import Observations

/// What pluto writes of its IKE SAs. Each state has a serial number; those of CHILD_SAs name that of their IKE SA, or are the
/// same connection's.
struct PlutoLog: LogFormatReader {
  private var associations: [Int: IKEAssociation] = [:]
  /// The newest IKE SA of a connection.
  private var newest: [Place: Int] = [:]
  /// What a client offered that does not match.
  private var offers: [Int: String] = [:]
  private var strangers = IKEStrangers()
  /// When the last line of a state was written.
  private var latest: LogTime?
  /// The client whom no connection is for, by the line before.
  private var unwanted: IPAddress?
  private var writer = WritersSide(.plutoInitiator, .plutoResponder)

  /// What is repeated in a session with less to wait for, in seconds, is no sign of anything.
  private static let secondsOfSleep = 4
  /// That a request waits for so long says how often it was repeated.
  private static let repetitionsOfSession = 4

  private struct Place: Hashable {
    let connection: String
    let client: IPAddress?
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = PlutoLine(offered.text, offered.leadingTime, offered.daemonHeader) else {
      guard offered.text.isPlutoDebugging(offered.leadingTime, offered.daemonHeader) else {
        return readStranger(&offered, into: &sink)
      }
      writer.understand(lines: 1, into: &sink)
      return true
    }
    return take(line, at: line.time, into: &sink)
  }

  /// A line that stands in something else: the subject and the message are as pluto writes them.
  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .pluto else { return false }
    if let line = PlutoLine(message.words, LeadingTime(message.words), nil), take(line, at: message.time, into: &sink) {
      return true
    }
    // What the daemon does for itself.
    _ = sink.resolve(message.time)
    writer.understand(lines: 1, into: &sink)
    return true
  }

  private mutating func take(_ line: borrowing PlutoLine, at time: CivilTime?, into sink: inout LogSink) -> Bool {
    var text = LogText(line.message.bytes, from: line.message.position)
    let time = sink.resolve(time)
    latest = time ?? latest
    let place = Place(connection: line.connection, client: line.client)
    let isKnown =
      readBeginning(&text, line.serial, place, time, into: &sink)
      || readCourse(&text, line.serial, place, time, line.waiting, isOfSession: line.isOfSession, into: &sink)
      || readFailure(&text, line.serial, place, time, isOfSession: line.isOfSession, into: &sink)
    guard isKnown else { return false }
    if let isInitiator = association(line.serial, place).flatMap({ associations[$0]?.isInitiator }) {
      writer.isInitiator = isInitiator
    }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  /// "packet from 198.51.100.10:500: initial parent SA message received on 203.0.113.20:500 but no suitable connection found
  /// with IKEv2 policy": no connection, so no name of one stands in front.
  private mutating func readStranger(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    var text = LogText(offered.text.bytes)
    let time = text.skipPlutoHeader(offered.leadingTime, offered.daemonHeader)
    guard text.skip("packet from ") else { return false }
    let client = text.address()
    if client != nil {
      guard text.skip(UInt8(ascii: ":")), text.port() != nil, text.skip(": ") else { return false }
    } else {
      // Something else stands in the place of the address: "-snip-", "<client>:500".
      let word = text.word()
      guard text[word.upperBound - 1] == UInt8(ascii: ":") else { return false }
      text.skipSpaces()
    }
    // Libreswan 5 drops IKE version 1 unless `ikev1-policy` says otherwise.
    let isOldVersion = text.contains("IKEv1 packet as ") && text.contains("policy is set to ")
    let isUnwanted =
      isOldVersion || text.contains(" but no suitable connection found ")
      || text.contains(" but no connection has been authorized ")
    let isAnswer = text.starts(with: "responding to ") || text.starts(with: "sending notification ")
    guard isUnwanted || isAnswer else { return false }
    sink.understand(.plutoResponder)
    let moment = sink.resolve(time)
    let cause: HandshakeFailure.Cause
    if isUnwanted {
      unwanted = client
      cause =
        isOldVersion
        ? .ignored(reason: "IKE version 1 is not accepted (ikev1-policy)")
        : .rejected(reason: "no connection is configured for this peer")
    } else {
      // The line before has said why, of the same attempt.
      let isExplained = client != nil && unwanted == client
      unwanted = nil
      guard !isExplained, let name = text.rejectionByPluto else { return true }
      cause = .rejected(reason: name)
    }
    guard strangers.comesAgain(client) else { return true }
    var association = IKEAssociation(from: client, connection: "a client")
    association.open(at: moment, into: &sink)
    association.fail(cause, at: moment, into: &sink)
    return true
  }

  mutating func finish(into sink: inout LogSink) {
    for serial in associations.keys.sorted() {
      associations[serial]?.pass(latest)
      associations[serial]?.endUnanswered(into: &sink)
    }
    writer.finish(into: &sink)
  }

  /// The IKE SA that a line of a state is about.
  private func association(_ serial: Int, _ place: Place) -> Int? {
    associations[serial] == nil ? newest[place] : serial
  }

  private mutating func insert(_ association: IKEAssociation, _ serial: Int, _ place: Place) {
    if associations.count >= IPsecLogLimits.associations {
      associations.removeAll()
      newest.removeAll()
      offers.removeAll()
    }
    associations[serial] = association
    newest[place] = serial
  }

  private mutating func open(
    _ association: IKEAssociation, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) {
    var association = association
    association.open(at: time, into: &sink)
    insert(association, serial, place)
  }

  private mutating func change(_ serial: Int, _ place: Place, _ change: (inout IKEAssociation) -> Void) {
    guard let number = association(serial, place), var association = associations[number] else { return }
    change(&association)
    associations[number] = association
  }

  // MARK: How it begins

  private mutating func readBeginning(
    _ text: inout LogText, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    if text.starts(with: "initiating ") {
      // "initiating Quick Mode" is of a CHILD_SA; "… to replace #1" makes new keys of a session that is up.
      guard !text.starts(with: "initiating Quick Mode"), !text.contains(" rekey ") else { return true }
      if let old = newest[place], associations[old]?.phase == .up, text.contains(" to replace ") { return true }
      let gateway = text.skip(past: " to ") ? text.address() : nil
      open(IKEAssociation(to: gateway ?? place.client), serial, place, time, into: &sink)
    } else if text.starts(with: "sent v2I1, ") {
      begin(serial, place, time, into: &sink)
    } else if text.skip("sent IKE_SA_INIT request to ") {
      if let gateway = text.address() { change(serial, place) { $0.find(gateway) } }
    } else if text.skip("processed IKE_SA_INIT request from ") || text.skip("processing IKE_SA_INIT request from ")
      || text.starts(with: "responding to Main Mode")
      || text.starts(with: "responding to Aggressive Mode")
    {
      guard associations[serial] == nil else { return true }
      open(
        IKEAssociation(from: place.client ?? Self.client(&text), connection: place.connection), serial, place, time,
        into: &sink)
    } else if text.starts(with: "proposal "), text.contains(" chosen from remote proposals ") {
      // The first line of a responder's IKE SA, where the connection has one peer; new keys have the SPI in it, too.
      guard text.contains(":IKE="), !text.contains(" SPI="), associations[serial] == nil else { return true }
      open(IKEAssociation(from: place.client, connection: place.connection), serial, place, time, into: &sink)
    } else if text.starts(with: "sent IKE_SA_INIT reply") || text.starts(with: "sent IKE_SA_INIT response") {
      return true
    } else {
      return false
    }
    return true
  }

  /// "198.51.100.10:UDP/500 {…}", "… from unknown peer 198.51.100.10:500", "… from unknown peer 198.51.100.10".
  private static func client(_ text: inout LogText) -> IPAddress? {
    _ = text.skip(past: " peer ")
    return text.address()
  }

  // MARK: How it goes on

  /// - Parameter waiting: What an initiator waits for in the state that the line names.
  private mutating func readCourse(
    _ text: inout LogText, _ serial: Int, _ place: Place, _ time: LogTime?, _ waiting: PlutoLine.Waiting?,
    isOfSession: Bool, into sink: inout LogSink
  ) -> Bool {
    if text.starts(with: "sent IKE_AUTH request") || text.starts(with: "sent v2I2, ") || text.starts(with: "sent MI2, ")
      || text.starts(with: "sent MI3, ") || text.starts(with: "sent Main Mode I2")
      || text.starts(with: "sent Main Mode I3")
    {
      change(serial, place) {
        $0.hearAnswer()
        $0.hear()
      }
    } else if text.starts(with: "processing decrypted IKE_AUTH request") {
      change(serial, place) { $0.hearAnswer() }
    } else if text.contains(" rekeyed IKE SA #") {
      rekey(text, serial, place)
    } else if text.contains(" rekeyed Child SA #") || text.starts(with: "sent CREATE_CHILD_SA request") {
      if !text.starts(with: "sent ") {
        change(serial, place) {
          $0.hear()
          $0.agreeOnKeys()
        }
      }
    } else if text.contains("established Child SA using #") || text.contains("IPsec SA established ") {
      beginLate(text, serial, place, time, into: &sink)
      change(serial, place) {
        $0.hear()
        $0.agreeOnKeys()
        $0.establish(at: time, into: &sink)
      }
    } else if text.contains("established IKE SA") || text.contains("ISAKMP SA established")
      || text.starts(with: "IKE SA established")
    {
      beginLate(text, serial, place, time, into: &sink)
      change(serial, place) {
        $0.hear()
        $0.authenticate()
      }
    } else if text.starts(with: "XAUTH: Sending Username/Password request") {
      // Who the user is has still to be shown.
      change(serial, place) { $0.askForUser() }
    } else if text.starts(with: "retransmission; will wait ") {
      // No line says that a request of a session is answered: it shows in the next one's, which begins at half a second. A phone
      // that sleeps lets one wait for a few.
      if isOfSession, let seconds = text.secondsOfWaiting, seconds < Self.secondsOfSleep {
        if seconds == 0 { change(serial, place) { $0.hear() } }
        return true
      }
      if let waiting, association(serial, place) == nil {
        begin(serial, place, time, into: &sink)
        if waiting == .forLaterAnswer { change(serial, place) { $0.hearAnswer() } }
      } else if isOfSession, association(serial, place) == nil {
        beginSession(serial, place, time, into: &sink)
      }
      // Each waits twice as long as the one before, the first half a second.
      let count = isOfSession ? Self.repetitionsOfSession : 1
      let patience = isOfSession ? text.secondsOfWaiting : nil
      change(serial, place) { $0.repeatRequest(at: time, line: sink.line, count: count, patience: patience) }
    } else if text.starts(with: "received Delete SA payload: self-deleting ISAKMP State")
      || text.starts(with: "received delete request for IKE SA")
    {
      change(serial, place) { $0.end(byPeer: true, at: time, into: &sink) }
    } else if text.starts(with: "deleting incomplete state after ") {
      // What an initiator waits for in vain shows in its retransmissions.
      guard let association = associations[serial], !association.isInitiator, !association.isAuthenticated,
        strangers.comesAgain(association.peer)
      else { return true }
      change(serial, place) { $0.fail(.incomplete, at: time, into: &sink) }
    } else if text.starts(with: "deleting state ("), text.contains(" and NOT sending notification") {
      // The peer knows: it ended it itself, began anew, or is not there any more.
      guard associations[serial] != nil else { return true }
      change(serial, place) {
        $0.pass(time)
        $0.endUnanswered(into: &sink)
        $0.end(byPeer: true, at: time, into: &sink)
      }
    } else if text.starts(with: "deleting "), text.contains(" and sending notification") {
      // A CHILD_SA's state goes with its IKE SA, or for another.
      guard associations[serial] != nil else { return true }
      change(serial, place) { $0.end(byPeer: false, at: time, into: &sink) }
    } else {
      return false
    }
    return true
  }

  /// "initiator rekeyed IKE SA #3 {…}": the session goes on under the state's own number.
  private mutating func rekey(_ text: borrowing LogText, _ serial: Int, _ place: Place) {
    var text = LogText(text.bytes, from: text.position)
    guard text.skip(past: " rekeyed IKE SA #"), let old = text.number(), old != serial,
      var association = associations.removeValue(forKey: old)
    else { return }
    association.hear()
    insert(association, serial, place)
  }

  // MARK: How it fails

  private mutating func readFailure(
    _ text: inout LogText, _ serial: Int, _ place: Place, _ time: LogTime?, isOfSession: Bool, into sink: inout LogSink
  ) -> Bool {
    func fail(_ cause: HandshakeFailure.Cause) {
      begin(serial, place, time, into: &sink)
      change(serial, place) { $0.fail(cause, at: time, into: &sink) }
    }
    if text.contains(" second timeout exceeded after ") || text.starts(with: "max number of retransmissions (") {
      // An exchange of a CHILD_SA alone is its own matter while the IKE SA lives.
      guard associations[serial] != nil || !text.contains("our first") || newest[place] == nil else { return true }
      let isUnknown = association(serial, place) == nil
      // The log begins behind the answer, or behind the whole handshake.
      if isUnknown, isOfSession { beginSession(serial, place, time, into: &sink) }
      begin(serial, place, time, into: &sink)
      change(serial, place) {
        if isUnknown, !text.contains("our first") { $0.hearAnswer() }
        $0.giveUp(at: time, into: &sink)
      }
    } else if text.contains("asynchronous network error report on "), text.contains("origin ICMP type 3 ") {
      change(serial, place) { $0.isRefused = true }
    } else if text.starts(with: "liveness action - ") || text.starts(with: "DPD action - ")
      || text.starts(with: "DPD: No response from peer - declaring peer dead")
    {
      change(serial, place) { $0.giveUp(at: time, into: &sink) }
    } else if text.starts(with: "unable to locate my private key") {
      // What was looked for stands in the line before: a certificate, a key of its database.
      fail(.setup(reason: text.restString))
    } else if text.starts(with: "Can't find the certificate or private key ")
      || text.starts(with: "sending ") && text.contains("notification ") && text.contains(" to ")
      || text.starts(with: "state transition '") && text.contains(" failed with ")
    {
      return true
    } else if text.skip("IKE SA authentication request rejected by peer: ") {
      fail(.rejected(reason: text.string(text.word())))
    } else if text.skip("received unauthenticated v2N_"), text.contains(" - ignored") {
      // What is not signed is not obeyed, and repeated instead.
      fail(.rejected(reason: text.string(text.word())))
    } else if text.contains(" message containing "),
      text.contains(" notification; message payloads: N;") || text.contains("IKE_AUTH message containing ")
    {
      // "dropping unexpected IKE_SA_INIT message containing NO_PROPOSAL_CHOSEN notification": what is not signed is not obeyed,
      // and repeated instead.
      _ = text.skip(past: " message containing ")
      _ = text.skip("v2N_")
      fail(.rejected(reason: text.string(text.word())))
    } else if text.skip("ignoring informational payload NO_PROPOSAL_CHOSEN") {
      fail(.rejected(reason: "NO_PROPOSAL_CHOSEN"))
    } else if text.contains("probable authentication failure (mismatch of preshared secrets?)") {
      fail(.other(reason: "messages do not decrypt: the preshared keys differ"))
    } else if text.skip("IKE_AUTH response rejected Child SA with ") {
      fail(.rejected(reason: text.string(text.word())))
    } else if text.contains("No IKEv2 connection found with compatible Traffic Selectors") {
      reject("TS_UNACCEPTABLE", serial, place, time, into: &sink)
    } else if text.skip("cannot respond to IPsec SA request because no connection is known for ") {
      // The client has shown who it is; the notification that comes next says less.
      reject("TS_UNACCEPTABLE: no connection for \(text.string(text.word()))", serial, place, time, into: &sink)
    } else if text.starts(with: "Peer attempted EAP authentication") {
      reject(
        IKEAssociation.asksForEAP, serial, place, time,
        into: &sink)
    } else if text.contains("unexpected IKE_AUTH message "), text.contains("; missing payloads: AUTH") {
      // A client that leaves AUTH out asks for EAP (RFC 7296, section 2.16).
      fail(
        .rejected(reason: IKEAssociation.asksForEAP))
    } else if text.starts(with: "dropping unexpected CREATE_CHILD_SA message containing REKEY_SA notification") {
      // What is dropped is asked for again, until the peer gives up.
      let payloads = text.skip(past: "unexpected payloads: ") ? ": \(text.restString)" : ""
      if association(serial, place) == nil {
        open(IKEAssociation(from: place.client, connection: place.connection), serial, place, time, into: &sink)
        change(serial, place) { $0.establish(at: time, into: &sink) }
      }
      change(serial, place) {
        $0.rejectKeys("the request has payloads that are not expected\(payloads)", at: time, into: &sink)
      }
    } else if text.starts(with: "no acceptable Oakley Transform") {
      reject("NO_PROPOSAL_CHOSEN", serial, place, time, into: &sink)
    } else if text.starts(with: "Failed to find our ") {
      // "… PreShared Key", "… RSA key": the writer has none for this peer.
      fail(.setup(reason: text.restString))
    } else if text.contains("request failed, responder SA processing returned ") {
      // The answer that comes next says the same to the client.
      return true
    } else if text.contains("IKE_AUTH "), text.contains(", responder SA processing returned ") {
      // The answer that accepts the IKE SA rejects the CHILD_SA, and no line says that it is sent.
      _ = text.skip(past: ", responder SA processing returned ")
      reject(text.string(text.word()), serial, place, time, into: &sink)
    } else if text.skip("no local proposal matches remote proposals ") {
      if offers.count < IPsecLogLimits.associations { offers[serial] = text.restString }
    } else if text.starts(with: "responding to "), text.contains(" notification ") {
      beginAnswered(text, serial, place, time, into: &sink)
      var words = LogText(text.bytes, from: text.position)
      guard text.skip(past: "crypted notification ") else { return true }
      let name = text.string(text.word())
      let isOpening = words.contains(" IKE_SA_INIT message ")
      let client = words.skip(past: " from ") ? words.address() : nil
      if isOpening, association(serial, place) == nil, let client {
        rejectOpening(name, of: client, serial, place, time, into: &sink)
      } else {
        if let client { change(serial, place) { $0.findClient(client) } }
        reject(name, serial, place, time, into: &sink)
      }
    } else {
      return false
    }
    return true
  }

  /// The log begins behind the opening of an IKE SA, of which only an initiator's lines say how it fails.
  private mutating func begin(_ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink) {
    guard association(serial, place) == nil else { return }
    open(IKEAssociation(to: place.client), serial, place, time, into: &sink)
  }

  /// The log begins behind the handshake of an IKE SA that is up. An instance of a connection for any client is a gateway's,
  /// unless the log says otherwise of its writer.
  private mutating func beginSession(_ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink) {
    guard association(serial, place) == nil else { return }
    let isInitiator = writer.isInitiator ?? (place.client == nil)
    open(
      isInitiator
        ? IKEAssociation(to: place.client) : IKEAssociation(from: place.client, connection: place.connection),
      serial, place, time, into: &sink)
    change(serial, place) { $0.establish(at: time, into: &sink) }
  }

  /// The log begins behind the opening of an IKE SA that is up now.
  private mutating func beginLate(
    _ text: borrowing LogText, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard association(serial, place) == nil else { return }
    // An instance of a connection for any client is a gateway's.
    guard place.client != nil || text.contains("responder established"), !text.contains("initiator established") else {
      begin(serial, place, time, into: &sink)
      return
    }
    open(IKEAssociation(from: place.client, connection: place.connection), serial, place, time, into: &sink)
  }

  /// The log begins behind the opening of an IKE SA whose later request is answered: "responding to CREATE_CHILD_SA message
  /// (ID 2) from 198.51.100.10:4500 with encrypted notification …", after IKE_AUTH if it is not that itself.
  private mutating func beginAnswered(
    _ text: borrowing LogText, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) {
    var text = LogText(text.bytes, from: text.position)
    let isOfSession = text.contains(" CREATE_CHILD_SA message ")
    guard association(serial, place) == nil, isOfSession || text.contains(" IKE_AUTH message "),
      let client = text.skip(past: " from ") ? text.address() : place.client
    else { return }
    var association = IKEAssociation(from: client)
    association.open(at: time, into: &sink)
    association.hearAnswer()
    if isOfSession { association.authenticate() }
    insert(association, serial, place)
  }

  /// The first message of a client is answered with a rejection. One that has not shown who it is counts when it comes again.
  private mutating func rejectOpening(
    _ name: String, of client: IPAddress, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) {
    let offer = offers.removeValue(forKey: serial)
    guard name != "COOKIE", name != "INVALID_KE_PAYLOAD", strangers.comesAgain(client) else { return }
    var association = IKEAssociation(from: client)
    association.open(at: time, into: &sink)
    association.fail(
      .rejected(reason: name + (offer.map { ": offered \($0)" } ?? "")), at: time, into: &sink)
    insert(association, serial, place)
  }

  /// A gateway tells a client why not. One that has not shown who it is counts when it comes again.
  private mutating func reject(
    _ name: String, _ serial: Int, _ place: Place, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let number = association(serial, place), let association = associations[number] else { return }
    // The client comes back with what is asked for.
    if name == "COOKIE" || name == "INVALID_KE_PAYLOAD" { return }
    let reason = name + (offers.removeValue(forKey: serial).map { ": offered \($0)" } ?? "")
    guard association.isAuthenticated || association.phase == .answered || strangers.comesAgain(association.peer)
    else { return }
    change(serial, place) { $0.fail(.rejected(reason: reason), at: time, into: &sink) }
  }
}

extension LogText {
  /// "retransmission; will wait 16 seconds for response": whole seconds.
  fileprivate var secondsOfWaiting: Int? {
    var text = LogText(bytes, from: position)
    return text.skip(past: " will wait ") ? text.number() : nil
  }

  /// "responding to IKE_SA_INIT message (ID 0) from … with unencrypted notification NO_PROPOSAL_CHOSEN", "sending notification
  /// NO_PROPOSAL_CHOSEN to 198.51.100.10:500": what is said no with; nil for what asks the client to come back.
  fileprivate var rejectionByPluto: String? {
    var text = LogText(bytes, from: position)
    guard text.skip(past: " notification ") else { return nil }
    let name = text.string(text.word())
    return name == "COOKIE" || name == "INVALID_KE_PAYLOAD" ? nil : name
  }
}
