import Observations

/// From a handshake that succeeded, or the first data seen, to the end of its last keys.
@usableFromInline
struct WireGuardSession {
  let flow: Flow
  let start: Timestamp
  let startFrame: PackedFrame
  /// Whether the capture shows its handshake.
  let sawStart: Bool
  let token: HandshakeToken?
  /// When its keys die, unless a handshake makes new ones.
  private(set) var keysEnd: Timestamp

  /// The session to which a handshake led.
  init(_ handshake: WireGuardHandshake, at time: Timestamp) {
    flow = handshake.flow
    start = handshake.first
    startFrame = handshake.firstFrame
    sawStart = handshake.firstToken != nil
    token = handshake.firstToken
    keysEnd = time.adding(nanoseconds: WireGuardTimers.rejectAfterTime)
  }

  /// A session under way: the capture began later.
  init(underWay flow: Flow, _ context: PacketContext) {
    self.flow = flow
    start = context.time
    startFrame = context.frame
    sawStart = false
    token = nil
    keysEnd = context.time.adding(nanoseconds: WireGuardTimers.rejectAfterTime)
  }

  var id: HandshakeID { HandshakeID(.wireguard, firstFrame: startFrame.reference) }

  mutating func renewKeys(at time: Timestamp) {
    keysEnd = time.adding(nanoseconds: WireGuardTimers.rejectAfterTime)
  }
}
