/// Why a packet is among the evidence; the first reasons are the last to go when there are too many packets.
enum EvidenceReason: Int, Comparable {
  /// A finding names it.
  case cited
  /// A SYN, or its answer.
  case opening
  /// A FIN or RST.
  case closing
  /// A handshake message, an alert or ChangeCipherSpec.
  case handshake
  /// An ICMP error about a conversation that matters.
  case icmpError
  /// Larger than the path carries.
  case oversized
  /// Larger than a segment can be: offload on the capturing host.
  case offload
  /// A fragment of the tunnel's packets.
  case fragment
  /// The last packet of the capture: how far a silence can be judged.
  case captureEnd
  /// In a stretch in which the other side is not heard.
  case silence
  /// Of a connection that loses packets.
  case lossy
  /// Around a packet that a finding names.
  case surroundings
  /// Among the first, or the last, of its conversation.
  case boundary
  /// Says which side speaks, between the stretches above.
  case turn

  static func < (a: EvidenceReason, b: EvidenceReason) -> Bool { a.rawValue < b.rawValue }

  /// What a packet comment says of it.
  var words: String {
    switch self {
    case .cited: "evidence"
    case .opening: "context: the connection opens"
    case .closing: "context: the connection closes"
    case .handshake: "context: the handshake"
    case .icmpError: "context: an ICMP error"
    case .oversized: "context: larger than the path carries"
    case .offload: "context: larger than a segment can be"
    case .fragment: "context: a fragment"
    case .captureEnd: "context: the capture ends here"
    case .silence: "context: sent while the other side is not heard"
    case .lossy: "context: a connection that loses packets"
    case .surroundings: "context: around the evidence"
    case .boundary: "context: begins or ends its conversation"
    case .turn: "context: a side is heard"
    }
  }
}
