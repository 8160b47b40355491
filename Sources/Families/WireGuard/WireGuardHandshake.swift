import Observations

/// One attempt to agree on keys: initiations of one side, repeated until one is answered and the answer accepted.
@usableFromInline
struct WireGuardHandshake {
  let flow: Flow
  /// Who sends the initiations.
  let sender: Side
  /// The session that it renews; nil when it begins one.
  let renews: HandshakeID?
  let first: Timestamp
  let firstFrame: PackedFrame
  /// The ephemeral key of its first initiation; nil when the capture shows none.
  let firstToken: HandshakeToken?
  /// Of its last initiation.
  private(set) var token: HandshakeToken?
  private(set) var last: Timestamp
  /// The sender's index in its last initiation.
  private(set) var senderIndex: UInt32
  /// In the one before, to which an answer may still be on its way; 0 for none.
  private var earlierIndex: UInt32 = 0
  /// The other side's index in its response to the last initiation; 0 while there is none.
  var responderIndex: UInt32 = 0
  /// Whether a cookie came that no initiation has used yet.
  var isChallenged = false
  /// Data of the other side since the last initiation.
  var dataMeanwhile = 0

  init(
    flow: Flow, sender: Side, renews: HandshakeID?, token: HandshakeToken?, senderIndex: UInt32,
    _ context: PacketContext
  ) {
    self.flow = flow
    self.sender = sender
    self.renews = renews
    firstToken = token
    self.token = token
    self.senderIndex = senderIndex
    first = context.time
    firstFrame = context.frame
    last = context.time
  }

  var id: HandshakeID { HandshakeID(.wireguard, firstFrame: firstFrame.reference) }

  /// Whether an initiation of its sender repeats those before.
  func isRepeated(at time: Timestamp) -> Bool {
    time.nanoseconds(since: last) <= WireGuardTimers.repetition
      && time.nanoseconds(since: first) < WireGuardTimers.rekeyAttemptTime
  }

  /// An initiation repeats the one before, with a key and an index of its own.
  mutating func `repeat`(token: HandshakeToken, senderIndex: UInt32, at time: Timestamp) {
    self.token = token
    earlierIndex = self.senderIndex
    self.senderIndex = senderIndex
    responderIndex = 0
    last = time
  }

  /// Whether a message of the other side with this receiver index answers one of its initiations.
  func isAnswered(by receiverIndex: UInt32) -> Bool {
    receiverIndex == senderIndex || (earlierIndex != 0 && receiverIndex == earlierIndex)
  }

  /// Whether the response to the initiation with this sender index came, and the initiation itself did not.
  func isAnswered(withoutInitiation senderIndex: UInt32) -> Bool { token == nil && senderIndex == self.senderIndex }

  /// Whether data of its sender with this receiver index shows that the sender accepted the response.
  func isAccepted(byDataTo index: UInt32, at time: Timestamp) -> Bool {
    guard responderIndex == 0 else { return index == responderIndex }
    // The capture lacks the response. Keys that come into use before the initiation would be repeated are its own.
    return time.nanoseconds(since: last) < WireGuardTimers.rekeyTimeout
  }

  /// What there is to say of it when it leads to no session.
  func summary(client: WireGuardSide, server: WireGuardSide) -> ChannelSummary {
    let heard = [client, server].map { side in side.lastHeard.flatMap { $0 < first ? nil : $0 } }
    return ChannelSummary(
      id: id, flow: flow, start: first, startFrame: firstFrame.reference, sawStart: firstToken != nil,
      token: firstToken, end: heard.compactMap(\.self).max() ?? first, client: PayloadTotals(last: heard[0]),
      server: PayloadTotals(last: heard[1]), clientTTL: heard[0] == nil ? 0 : client.timeToLive,
      serverTTL: heard[1] == nil ? 0 : server.timeToLive)
  }
}
