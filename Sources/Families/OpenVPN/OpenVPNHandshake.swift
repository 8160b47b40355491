import Observations

/// One attempt to agree on keys: hard resets for a session, soft resets for its next keys.
@usableFromInline
struct OpenVPNHandshake {
  let flow: Flow
  /// Who sends the resets.
  let sender: Side
  /// The session that it renews; nil when it begins one.
  let renews: HandshakeID?
  /// The key that it makes.
  let keyID: UInt8
  /// Of its sender; 0 when the capture does not show its reset.
  let sessionID: UInt64
  let first: Timestamp
  let firstFrame: PackedFrame
  /// Whether the other side answered its reset.
  var isAnswered = false
  /// Whether the client went on from the gateway's answer to its last reset.
  var clientWentOn = false
  /// With which it did; 0 for none.
  private var laterSessionID: UInt64 = 0
  /// Data of the other side since its last reset.
  var dataMeanwhile = 0
  /// Messages that were emitted one by one.
  var messages = 0

  /// Later ones of one handshake tell nothing new: a handshake takes about ten.
  static let mostMessages = 64

  init(
    flow: Flow, sender: Side, renews: HandshakeID? = nil, keyID: UInt8 = 0, sessionID: UInt64, _ context: PacketContext
  ) {
    self.flow = flow
    self.sender = sender
    self.renews = renews
    self.keyID = keyID
    self.sessionID = sessionID
    first = context.time
    firstFrame = context.frame
  }

  /// The client sends something other than a reset.
  mutating func goOn(with sessionID: UInt64) {
    clientWentOn = true
    laterSessionID = sessionID
  }

  /// Whether the client, whose reset was not seen, went on with this session ID.
  func wentOn(with sessionID: UInt64) -> Bool { !sawStart && laterSessionID != 0 && laterSessionID == sessionID }

  var id: HandshakeID { HandshakeID(.openvpn, firstFrame: firstFrame.reference) }
  var sawStart: Bool { sessionID != 0 }
  /// The session ID and, where new keys are made, which: the same at every capture point.
  var token: HandshakeToken? { sawStart ? HandshakeToken(sessionID, UInt64(keyID), 0, 0) : nil }
}
