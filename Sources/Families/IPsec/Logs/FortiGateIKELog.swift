import Logs
import Observations

/// What a FortiGate writes of its IKE SAs when IKE is debugged.
struct FortiGateIKELog: LogFormatReader {
  private var associations: [Int: IKEAssociation] = [:]
  /// Where the last packet came from.
  private var sender: IPAddress?
  private var strangers = IKEStrangers()
  private var writer = WritersSide(.fortiGateIKEInitiator, .fortiGateIKEResponder)

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = FortiGateIKELine(offered.text, offered.leadingTime) else { return false }
    let time = sink.resolve(line.time)
    var text = LogText(line.message.bytes, from: line.message.position)
    if text.skip("comes ") {
      sender = text.address()
    } else if let number = line.number {
      if associations[number] == nil { begin(&text, number, line.connection, time, into: &sink) }
      take(&text, number, time, into: &sink)
    }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func finish(into sink: inout LogSink) {
    for number in associations.keys.sorted() { associations[number]?.endUnanswered(into: &sink) }
    writer.finish(into: &sink)
  }

  private mutating func begin(
    _ text: inout LogText, _ number: Int, _ connection: String?, _ time: LogTime?, into sink: inout LogSink
  ) {
    let association: IKEAssociation
    if text.starts(with: "initiator: main mode is sending 1st message")
      || text.starts(with: "initiator: aggressive mode is sending 1st message")
    {
      association = IKEAssociation(to: nil)
    } else if text.starts(with: "sent IKE msg (SA_INIT): ") {
      association = IKEAssociation(to: Self.receiver(text))
    } else if text.starts(with: "responder: main mode get 1st message")
      || text.starts(with: "responder: aggressive mode get 1st message")
      || text.starts(with: "responder received SA_INIT msg"), let sender
    {
      association = IKEAssociation(from: sender)
    } else if text.isFortiGateRefusal {
      // The log begins behind the first message.
      association = IKEAssociation(from: sender, connection: connection)
    } else {
      return
    }
    writer.isInitiator = association.isInitiator
    associations.open(association, number, at: time, into: &sink)
  }

  /// "sent IKE msg (SA_INIT): 198.51.100.10:500->203.0.113.20:500, len=…".
  private static func receiver(_ line: borrowing LogText) -> IPAddress? {
    var text = LogText(line.bytes, from: line.position)
    return text.skip(past: "->") ? text.address() : nil
  }

  private mutating func take(_ text: inout LogText, _ number: Int, _ time: LogTime?, into sink: inout LogSink) {
    guard var association = associations[number] else { return }
    if text.starts(with: "sent IKE msg (RETRANSMIT") || text.starts(with: "sent IKE msg (P1_RETRANSMIT") {
      association.repeatRequest(at: time, line: sink.line)
    } else if text.starts(with: "sent IKE msg ("), let gateway = Self.receiver(text) {
      association.find(gateway)
    } else if text.starts(with: "initiator: main mode get 1st response") {
      association.hearAnswer()
      association.hear()
    } else if text.starts(with: "established IKE SA") {
      association.hear()
      association.authenticate()
    } else if text.starts(with: "added IPsec SA: SPIs=") {
      association.establish(at: time, into: &sink)
    } else if text.contains("no SA proposal chosen") || text.contains("no suitable proposal found") {
      if association.isInitiator || association.isAuthenticated || strangers.comesAgain(association.peer) {
        association.refuse("NO_PROPOSAL_CHOSEN: no SA proposal chosen", at: time, into: &sink)
      }
    } else if text.contains("probable pre-shared secret mismatch") {
      association.fail(
        .other(reason: "messages do not decrypt: the preshared keys differ"), at: time, into: &sink)
    } else if text.starts(with: "negotiation timeout, deleting") {
      if association.isInitiator {
        association.giveUp(at: time, into: &sink)
      } else if strangers.comesAgain(association.peer) {
        association.fail(.incomplete, at: time, into: &sink)
      }
    }
    associations[number] = association
  }
}

extension LogText {
  /// Whether a FortiGate says why it does not go on with a peer.
  fileprivate var isFortiGateRefusal: Bool {
    contains("no SA proposal chosen") || contains("no suitable proposal found")
      || contains("probable pre-shared secret mismatch")
  }
}
