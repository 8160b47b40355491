import Observations

// Which TCP connections came to nothing. Looked up in the table of flows when it is asked for: nothing of it costs a packet
// anything.
extension PointTracker {
  /// Complexity: linear in the flows that are remembered.
  public var failedConnections: FailedConnections {
    var failed = FailedConnections()
    for index in table.flows.indices where table.isLive(index) {
      let flow = table.flows[index]
      guard flow.isTCP, flow.sawSYN, flow.synAckFrame == .none else { continue }
      let serverDirection = 1 - flow.assumedClientDirection
      let client = table.directions[2 * index + flow.assumedClientDirection]
      let server = table.directions[2 * index + serverDirection]
      // One that goes on was answered, wherever the answer was captured.
      guard client.payloadPackets == 0, server.payloadPackets == 0 else { continue }
      failed.add(
        FailedConnections.Connection(
          flow: flow.flow, isRefused: hasSent(flow: index, serverDirection), frame: flow.firstFrame.reference.frame,
          start: flow.first, end: max(client.last, server.last)))
    }
    return failed
  }
}
