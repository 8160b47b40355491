import Observations

extension Emitter {
  /// A client opened a connection for a channel, and a reset answered its SYN.
  ///
  /// - Parameter context: Of the reset.
  mutating func emitRefusedConnection(of flow: TrackedFlow, on channel: ChannelKind, _ context: PacketContext) {
    let ends = flow.flow
    let id = HandshakeID(channel, firstFrame: flow.firstFrame.reference)
    emit(.opened(Opening(id: id, flow: ends, transport: .tcp)), time: flow.first, frame: flow.firstFrame)
    emit(
      .refused(
        Refusal(
          id: id, flow: ends, kind: .reset, reporter: ends.server.address,
          quoted: QuotedFlow(transport: .tcp, source: ends.client, destination: ends.server, length: 0),
          quotedSide: .client)), context)
  }
}
