import Dissection
import Observations

// TCP: sequence numbers, MSS, what is retransmitted and what arrives; the payload goes on to TLS.
// State: `FlowState` and two `DirectionState` for each connection, in the flow table.
extension PointTracker {
  @inline(__always)
  mutating func readTCP(_ segment: RawSpan, _ ip: IPContext, _ context: PacketContext) {
    guard let header = TCPHeader(segment) else { return }
    let (index, direction) = flowIndex(
      ip, protocolNumber: IPProtocol.tcp, sourcePort: header.sourcePort, destinationPort: header.destinationPort,
      context)
    let flags = header.flags
    if flags.rawValue & (TCPFlags.syn.rawValue | TCPFlags.fin.rawValue | TCPFlags.rst.rawValue) != 0 {
      readControl(header, flow: index, direction: direction, ip, context)
    }
    let own = 2 &* index &+ direction
    let other = own ^ 1
    table.directions[own].last = context.time
    if table.flows[index].isWatched { paths.heard(ip.source, by: ip.destination, at: context.time) }
    if flags.contains(.ack) {
      let acknowledged = header.acknowledgmentNumber
      if table.directions[other].hasSequence,
        Int32(bitPattern: acknowledged &- table.directions[other].acknowledged) > 0
      {
        advance(acknowledged, direction: other, flow: index, context)
      }
    }

    // The IP header says how long the payload was, also when the snap length cut it.
    let length = ip.length &- ip.headerLength &- header.headerLength
    guard length > 0 else {
      noteSize(ip, payload: 0, direction: own, flow: index, context)
      return
    }
    let isSegment = noteSize(ip, payload: length, direction: own, flow: index, context)
    let end = header.sequenceNumber &+ UInt32(truncatingIfNeeded: length)
    if !table.directions[own].hasSequence {
      table.directions[own].hasSequence = true
      table.directions[own].next = header.sequenceNumber
      table.directions[own].acknowledged = header.sequenceNumber
    }
    if Int32(bitPattern: end &- table.directions[own].next) > 0 {
      table.directions[own].next = end
      if isSegment { expectAcknowledgment(of: ip.length, endingAt: end, direction: own) }
    } else if isSegment {
      retransmission(header.sequenceNumber, flow: index, direction: own, ip, context)
    }
    table.directions[own].payloadPackets &+= 1
    table.directions[own].payloadBytes &+= UInt64(truncatingIfNeeded: length)
    if table.flows[index].kind == .tls || table.flows[index].kind == .undecided {
      readTLS(
        header.payload, sequence: header.sequenceNumber, flow: index, direction: direction, context)
    }
    table.directions[own].lastPayload = context.time
  }

  /// Remembers the size of a packet towards a destination. False for a segmentation-offload super-packet, which
  /// no wire carries: nothing is concluded from its size or its fate, while its payload is what the segments held.
  @inline(__always) @discardableResult
  private mutating func noteSize(
    _ ip: IPContext, payload: Int, direction own: Int, flow index: Int, _ context: PacketContext
  ) -> Bool {
    if payload > 0 {
      let mss = Int(table.directions[own ^ 1].mss)
      // Without the receiver's offer, 9,216 bytes is more than the jumbo frames in use carry.
      if mss > 0 ? payload > mss : ip.length > 9_216 {
        countSuperPacket()
        return false
      }
    }
    if ip.dontFragment { noteDFPacket(ip.length, direction: own, flow: index, context) }
    return true
  }

  @inline(__always)
  mutating func noteDFPacket(_ length: Int, direction own: Int, flow index: Int, _ context: PacketContext) {
    let size = UInt16(clamping: length)
    if size >= table.directions[own].largest {
      if size > table.directions[own].largest {
        table.directions[own].largest = size
        table.directions[own].largestCount = 0
        table.directions[own].largestFrame = context.frame
        table.directions[own].largestTime = context.time
      }
      table.directions[own].largestCount &+= 1
    }
    if size > table.directions[own].pathMTU { noteOversized(length, direction: own, flow: index, context) }
  }

  /// Remembers the two largest packets in flight, so that an acknowledgment tells what size gets through.
  @inline(__always)
  private mutating func expectAcknowledgment(of length: Int, endingAt end: UInt32, direction own: Int) {
    let size = UInt16(clamping: length)
    if size > table.directions[own].pending {
      table.directions[own].earlier = table.directions[own].pending
      table.directions[own].earlierEnd = table.directions[own].pendingEnd
      table.directions[own].pending = size
      table.directions[own].pendingEnd = end
    }
  }

  @inline(__always)
  private mutating func advance(_ acknowledged: UInt32, direction own: Int, flow index: Int, _ context: PacketContext) {
    table.directions[own].acknowledged = acknowledged
    if table.directions[own].earlier > 0,
      Int32(bitPattern: acknowledged &- table.directions[own].earlierEnd) >= 0
    {
      table.directions[own].delivered = max(table.directions[own].delivered, table.directions[own].earlier)
      table.directions[own].earlier = 0
    }
    if table.directions[own].pending > 0,
      Int32(bitPattern: acknowledged &- table.directions[own].pendingEnd) >= 0
    {
      table.directions[own].delivered = max(table.directions[own].delivered, table.directions[own].pending)
      table.directions[own].pending = 0
    }
    if table.flows[index].stuck >= 0 { resolveStuckSegment(flow: index, direction: own, context) }
  }

  /// SYN, FIN and RST.
  @inline(never)
  private mutating func readControl(
    _ header: borrowing TCPHeader, flow index: Int, direction: Int, _ ip: IPContext, _ context: PacketContext
  ) {
    let own = 2 * index + direction
    if header.flags.contains(.syn) {
      let isAnswer = header.flags.contains(.ack)
      if !isAnswer, isNewConnection(header.sequenceNumber, flow: index) { restart(flow: index, context) }
      table.directions[own].mss = header.maximumSegmentSize ?? 0
      table.directions[own].offerFrame = context.frame
      table.directions[own].offerTime = context.time
      table.directions[own].hasSequence = true
      table.directions[own].next = header.sequenceNumber &+ 1
      table.directions[own].acknowledged = header.sequenceNumber &+ 1
      table.flows[index].clientDirection = Int8(truncatingIfNeeded: isAnswer ? 1 - direction : direction)
      if isAnswer {
        table.flows[index].synAckFrame = context.frame
      } else {
        table.flows[index].sawSYN = true
        table.flows[index].synSequence = header.sequenceNumber
      }
      checkOffer(flow: index, direction: direction, ip, context)
    }
    if header.flags.contains(.fin) || header.flags.contains(.rst), table.flows[index].kind == .tls {
      let isClient = table.flows[index].side(of: direction) == .client
      let ending: ConnectionEnding =
        header.flags.contains(.rst)
        ? (isClient ? .clientReset : .serverReset) : (isClient ? .clientClosed : .serverClosed)
      // The last payload may ride on the FIN itself.
      if ip.length - ip.headerLength - header.headerLength > 0 {
        table.directions[own].lastPayload = context.time
      }
      endTLS(flow: index, ending: ending, at: context.time, frame: context.frame)
    }
  }

  /// A SYN on known ports opens a new connection unless it repeats the SYN of this one.
  private func isNewConnection(_ sequence: UInt32, flow index: Int) -> Bool {
    let hadPackets = table.directions[2 * index].hasSequence || table.directions[2 * index + 1].hasSequence
    return hadPackets && !(table.flows[index].sawSYN && table.flows[index].synSequence == sequence)
  }

  private mutating func restart(flow index: Int, _ context: PacketContext) {
    end(flow: index)
    let key = table.flows[index].key
    table.flows[index] = FlowState(key: key, first: context.time, firstFrame: context.frame)
    table.directions[2 * index] = DirectionState()
    table.directions[2 * index + 1] = DirectionState()
    if !paths.isEmpty { learnPathMTU(ofFlow: index) }
  }
}
