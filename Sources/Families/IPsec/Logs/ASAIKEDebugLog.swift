import Logs
import Observations

/// What an ASA writes when IKE version 1 is debugged (`debug crypto ikev1`), where no number stands in front.
///
///     [IKEv1]IP = 203.0.113.20, IKE Initiator: New Phase 1, Intf inside, IKE Peer 203.0.113.20  local Proxy Address …
///     Mar 12 14:02:09 [IKEv1]IP = 203.0.113.20, IKE_DECODE RESENDING Message (msgid=0) with payloads : HDR + SA (1) + …
///     [IKEv1 DEBUG]Group = g, IP = 203.0.113.20, processing SA payload
///     [IKEv1]: Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Group 5  Cfg'd: Group 2
struct ASAIKEDebugLog: LogFormatReader {
  private var associations: [IPAddress: IKEAssociation] = [:]
  private var strangers = IKEStrangers()
  /// In what the peer's offer first differs from what is configured, while no line has said what comes of it.
  private var mismatch: String?
  private var writer = WritersSide(.asaIKEInitiator, .asaIKEResponder)

  /// In front of the tag stands a time, and behind a collector a host.
  private static let headerLength = 96

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let tag = offered.text.part(0..<min(Self.headerLength, offered.text.end)).find("[IKEv1") else { return false }
    var text = LogText(offered.text.bytes, from: tag + 6)
    guard text.skip("]") || text.skip(" DEBUG]") || text.skip(" DECODE]") else { return false }
    _ = text.skip(UInt8(ascii: ":"))
    text.skipSpaces()
    var start = LogText(offered.text.bytes)
    let time = sink.resolve(tag > 0 ? start.syslogTime() : nil)
    if let difference = text.mismatchOfASA {
      mismatch = mismatch ?? difference
    } else if text.skip(past: "IP = "), let peer = text.address() {
      _ = text.skip(", ")
      take(&text, of: peer, time, into: &sink)
    }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func finish(into sink: inout LogSink) {
    for peer in associations.keys.sorted() { associations[peer]?.endUnanswered(into: &sink) }
    writer.finish(into: &sink)
  }

  private mutating func insert(
    _ association: IKEAssociation, _ peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    writer.isInitiator = association.isInitiator
    associations.open(association, peer, at: time, into: &sink)
  }

  /// The SA with the peer that is not over.
  private func isKnown(_ peer: IPAddress) -> Bool { associations[peer].map { $0.phase != .over } ?? false }

  private mutating func change(_ peer: IPAddress, _ change: (inout IKEAssociation) -> Void) {
    associations.change(peer, change)
  }

  private mutating func take(
    _ text: inout LogText, of peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    if text.starts(with: "IKE Initiator: New Phase 1") {
      insert(IKEAssociation(to: peer), peer, time, into: &sink)
    } else if text.starts(with: "IKE_DECODE RESENDING Message ") {
      change(peer) { $0.repeatRequest(at: time, line: sink.line) }
    } else if text.starts(with: "IKE_DECODE RECEIVED Message ") || text.starts(with: "processing SA payload") {
      // Whoever hears an offer, and has made none, answers.
      if !isKnown(peer) {
        guard text.contains("HDR + SA ") || text.starts(with: "processing SA payload") else { return }
        insert(IKEAssociation(from: peer), peer, time, into: &sink)
      }
      change(peer) {
        $0.hearAnswer()
        $0.hear()
      }
    } else if text.starts(with: "PHASE 1 COMPLETED") {
      change(peer) {
        $0.hear()
        $0.authenticate()
      }
    } else if text.starts(with: "PHASE 2 COMPLETED") {
      change(peer) {
        $0.hear()
        $0.establish(at: time, into: &sink)
      }
    } else if text.contains(" FSM error history "), text.contains("EV_TIMEOUT") {
      timeOut(text, of: peer, time, into: &sink)
    } else if text.starts(with: "IKE lost contact with remote peer") {
      change(peer) { $0.giveUp(at: time, into: &sink) }
    } else if text.starts(with: "Connection terminated for peer") {
      let isByPeer = text.contains("Peer Terminate")
      change(peer) { $0.end(byPeer: isByPeer, at: time, into: &sink) }
    } else {
      takeObjection(text, of: peer, time, into: &sink)
    }
  }

  /// "IKE MM Initiator FSM error history (struct &0xcd1b2a40)  <state>, <event>:  MM_DONE, EV_ERROR-->MM_WAIT_MSG2, EV_RETRY-->…",
  /// the last state first.
  private mutating func timeOut(
    _ text: borrowing LogText, of peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    let isInitiator = text.contains(" Initiator FSM error history ")
    if !isKnown(peer) {
      guard associations[peer] == nil else { return }
      insert(isInitiator ? IKEAssociation(to: peer) : IKEAssociation(from: peer), peer, time, into: &sink)
    }
    guard associations[peer]?.isInitiator == isInitiator else { return }
    if isInitiator {
      let isAnswered = text.contains("_WAIT_MSG4, ") || text.contains("_WAIT_MSG6, ")
      change(peer) {
        if isAnswered { $0.hearAnswer() }
        $0.giveUp(at: time, into: &sink)
      }
    } else if strangers.comesAgain(peer) {
      change(peer) { $0.fail(.incomplete, at: time, into: &sink) }
    }
  }

  private mutating func takeObjection(
    _ text: borrowing LogText, of peer: IPAddress, _ time: LogTime?, into sink: inout LogSink
  ) {
    if text.starts(with: "All SA proposals found unacceptable") {
      let difference = mismatch.map { ": \($0)" } ?? ""
      mismatch = nil
      if !isKnown(peer) { insert(IKEAssociation(from: peer), peer, time, into: &sink) }
      guard associations[peer]?.isInitiator == true || strangers.comesAgain(peer) else {
        change(peer) { $0.forgo() }
        return
      }
      change(peer) { $0.refuse("NO_PROPOSAL_CHOSEN\(difference)", at: time, into: &sink) }
    } else if text.starts(with: "All IPSec SA proposals found unacceptable") {
      // Who asks for data has shown who it is.
      if !isKnown(peer) { insert(IKEAssociation(from: peer), peer, time, into: &sink) }
      change(peer) { $0.refuse("NO_PROPOSAL_CHOSEN in quick mode", at: time, into: &sink) }
    } else if text.contains("no matching crypto map entry for ") {
      if !isKnown(peer) { insert(IKEAssociation(from: peer), peer, time, into: &sink) }
      change(peer) {
        $0.refuse("TS_UNACCEPTABLE: no crypto map for the networks asked for", at: time, into: &sink)
      }
    } else if text.contains("NO_PROPOSAL_CHOSEN notify message") || text.contains("Notify message: No proposal chosen")
    {
      // It is told to whoever has asked.
      if !isKnown(peer) {
        guard associations[peer] == nil else { return }
        insert(IKEAssociation(to: peer), peer, time, into: &sink)
      }
      guard associations[peer]?.isInitiator == true else { return }
      change(peer) { $0.fail(.rejected(reason: "NO_PROPOSAL_CHOSEN"), at: time, into: &sink) }
    } else if text.contains("probably due to mismatched pre-shared key") {
      // One garbled message may be a stray one: the device itself is sure of none.
      change(peer) { $0.failToDecrypt(at: time, into: &sink) }
    }
  }
}

extension LogText {
  /// "Phase 1 failure:  Mismatched attribute types for class Group Description:  Rcv'd: Group 5  Cfg'd: Group 2": in what both
  /// sides differ.
  fileprivate var mismatchOfASA: String? {
    var text = LogText(bytes, from: position)
    guard text.skip(past: "Mismatched attribute types for class "), let name = text.string(upTo: ":"),
      text.skip(past: "Rcv'd: "), let received = text.string(upTo: "  "), text.skip(past: "Cfg'd: ")
    else { return nil }
    return "\(name): received \(received), configured \(text.restString)"
  }
}
