import Logs
import Observations

/// How far IKE is on an ASA or an IOS router, as `show crypto isakmp sa`, `show crypto ikev1 sa` and `show crypto ikev2 sa`
/// name it (Cisco's command references; "IKEv1 main mode states" in Cisco's troubleshooting notes).
enum CiscoIKEState {
  case up
  /// It is under way, and such a state may last: a user logs in, or the SA is being deleted.
  case underWay
  /// It waits for the other side.
  ///
  /// - Parameters:
  ///   - words: The name and what it means.
  ///   - isAnswered: Whether the first message has been answered; nil where the state does not tell.
  ///   - isFirst: Whether the other side has sent no more than its first message, as a stranger does, where it began.
  case waiting(words: String, isAnswered: Bool?, isFirst: Bool)

  /// The state that `line` names.
  init?(in line: borrowing LogText) {
    guard line.contains("_") || line.contains("READY") || line.contains("IN-NEG") || line.contains("DELETE"),
      let (name, state) = Self.state(in: line)
    else { return nil }
    switch state {
    case .up: self = .up
    case .underWay: self = .underWay
    case .waiting(let words, let isAnswered, let isFirst):
      self = .waiting(words: "\(name), \(words)", isAnswered: isAnswered, isFirst: isFirst)
    }
  }

  private static func state(in line: borrowing LogText) -> (StaticString, CiscoIKEState)? {
    for entry in all where has(entry.0, line) { return entry }
    return nil
  }

  /// Whether the name stands in the line as a word of its own.
  private static func has(_ name: StaticString, _ line: borrowing LogText) -> Bool {
    guard let found = line.find(name), found > 0, line[found - 1].isSpace else { return false }
    let behind = line[found + name.utf8CodeUnitCount]
    return !behind.isLetter && !behind.isDigit && behind != UInt8(ascii: "_") && behind != UInt8(ascii: "-")
  }

  private static let proofFails = "the preshared keys differ, or UDP 4500 is blocked"

  private static let all: [(StaticString, CiscoIKEState)] = [
    ("READY", .up), ("QM_IDLE", .up), ("MM_ACTIVE", .up), ("AM_ACTIVE", .up), ("MM_ACTIVE_REKEY", .up),
    ("AM_ACTIVE_REKEY", .up),
    ("DELETE", .underWay), ("DELETED", .underWay), ("MM_KEY_AUTH", .underWay), ("AG_AUTH", .underWay),
    ("CONF_XAUTH", .underWay), ("CONF_ADDR", .underWay), ("AM_TM_INIT_XAUTH", .underWay),
    ("AM_TM_INIT_XAUTH_V6H", .underWay), ("MM_TM_INIT_XAUTH", .underWay),
    (
      "IN-NEG",
      .waiting(
        words: "the SA is negotiated and not up; the first message, or the proof of identity, has no answer",
        isAnswered: nil, isFirst: true)
    ),
    // ASA, where it asks.
    (
      "MM_WAIT_MSG2",
      .waiting(
        words:
          "the first message is sent, and no answer has come: UDP 500 is blocked, nothing listens there, or the peer "
          + "does not serve this address",
        isAnswered: false, isFirst: false)
    ),
    (
      "MM_WAIT_MSG4",
      .waiting(
        words:
          "the peer has accepted a proposal and does not answer the key exchange: it has no preshared key for this "
          + "address, or the message is lost",
        isAnswered: true, isFirst: false)
    ),
    (
      "MM_WAIT_MSG6",
      .waiting(
        words: "the proof of identity is sent, and no answer has come: \(proofFails)", isAnswered: true, isFirst: false)
    ),
    (
      "AM_WAIT_MSG2",
      .waiting(
        words: "the first message of aggressive mode is sent, and no answer has come: UDP 500 is blocked, or the peer "
          + "does not know this group or its key",
        isAnswered: false, isFirst: false)
    ),
    // ASA, where it is asked.
    (
      "MM_WAIT_MSG3",
      .waiting(
        words: "a proposal is accepted, and the client does not go on: the answer does not reach it", isAnswered: true,
        isFirst: true)
    ),
    (
      "MM_WAIT_MSG5",
      .waiting(
        words: "the keys are exchanged, and the client's proof of identity has not come: \(proofFails)",
        isAnswered: true,
        isFirst: false)
    ),
    (
      "AM_WAIT_MSG3",
      .waiting(
        words:
          "aggressive mode is answered, and the client's proof of identity has not come: the preshared keys differ, "
          + "or the answer does not reach it",
        isAnswered: true, isFirst: true)
    ),
    // IOS, on either side.
    (
      "MM_NO_STATE",
      .waiting(
        words: "main mode got no further than its first message: no answer came, or no ISAKMP policy is common to both",
        isAnswered: false, isFirst: true)
    ),
    (
      "MM_SA_SETUP",
      .waiting(
        words: "a proposal is agreed on, and the key exchange has no answer", isAnswered: true, isFirst: true)
    ),
    (
      "MM_KEY_EXCH",
      .waiting(
        words: "the keys are exchanged, and the proof of identity is not accepted or does not arrive: \(proofFails)",
        isAnswered: true, isFirst: false)
    ),
    (
      "AG_NO_STATE",
      .waiting(
        words: "aggressive mode got no further than its first message: no answer came, or nothing in it was accepted",
        isAnswered: false, isFirst: true)
    ),
    (
      "AG_INIT_EXCH",
      .waiting(
        words:
          "the first exchange of aggressive mode is done, and the proof of identity is missing: the preshared keys "
          + "differ, or it is lost",
        isAnswered: true, isFirst: false)
    ),
  ]
}
