import Dissection
import Families
import Observations

// TCP: sequence numbers, MSS, what is retransmitted and what arrives; the payload goes to the trackers.
// State: `TrackedFlow` and two `DirectionState` for each connection, in the flow table.
extension PointTracker {
  /// Segments with payload after which a connection that no tracker recognises is left alone.
  private static var undecidedSegmentsBeforePlain: UInt8 { 32 }

  @inline(__always)
  mutating func readTCP(_ payload: RawSpan, _ packet: IPHeader, _ context: PacketContext) {
    guard let header = TCPHeader(payload) else { return }
    let (index, direction) = flowIndex(
      packet, sourcePort: header.sourcePort, destinationPort: header.destinationPort, context)
    if !table.flows[index].marks.isEmpty, !counts(header, flow: index, direction: direction, packet, context) { return }
    let flags = header.flags
    if flags.rawValue & (TCPFlags.syn.rawValue | TCPFlags.fin.rawValue | TCPFlags.rst.rawValue) != 0 {
      guard readControl(header, flow: index, direction: direction, packet, context) else { return }
    }
    let own = 2 &* index &+ direction
    let other = own ^ 1
    if flags.contains(.ack) {
      if table.directions[other].isNews(header.acknowledgmentNumber) {
        table.directions[other].acknowledge(header.acknowledgmentNumber)
        if table.flows[index].stuck >= 0 { resolveStuckSegment(flow: index, direction: other, context) }
      } else if table.directions[other].isMissing(header.acknowledgmentNumber) {
        noteMissing(header.acknowledgmentNumber, flow: index, direction: other, context)
      }
    }

    // The IP header says how long the payload was, also when the snap length cut it.
    let length = packet.payloadLength &- header.headerLength
    guard length > 0 else {
      if table.directions[own].send(packet, context) {
        noteOversized(packet.length, direction: own, flow: index, context)
      }
      return
    }
    // No wire carries a super-packet of segmentation offload: nothing is concluded from its size or its fate, while
    // its payload is what the segments held.
    let isSegment = !isSuperPacket(packet, payload: length, receiverMSS: Int(table.directions[other].mss))
    let sent = table.directions[own].send(
      packet, payload: length, from: header.sequenceNumber, isSegment: isSegment, context)
    if sent.isOversized { noteOversized(packet.length, direction: own, flow: index, context) }
    if !isSegment {
      qualities.current.superPackets &+= 1
    } else if !sent.isNew {
      retransmission(header.sequenceNumber, flow: index, direction: own, packet, context)
    }
    let claim = table.flows[index].claim
    if claim.isTracked {
      let segment = Segment(header.payload, sequence: header.sequenceNumber, direction: direction)
      channels.read(segment, context, of: &table.flows[index], &emitter)
    } else if claim == .undecided {
      offer(
        Segment(header.payload, sequence: header.sequenceNumber, direction: direction), context, flow: index)
    }
  }

  @inline(never)
  private mutating func offer(_ segment: borrowing Segment, _ context: PacketContext, flow index: Int) {
    switch channels.recognize(segment, context, of: &table.flows[index]) {
    case .claimed: channels.read(segment, context, of: &table.flows[index], &emitter)
    case .undecided: table.flows[index].giveUp(after: Self.undecidedSegmentsBeforePlain)
    case .never: table.flows[index].claim = .plain
    }
  }

  @inline(__always)
  private func isSuperPacket(_ packet: IPHeader, payload: Int, receiverMSS mss: Int) -> Bool {
    // Without the receiver's offer, 9,216 bytes is more than the jumbo frames in use carry.
    mss > 0 ? payload > mss : packet.length > 9_216
  }

  /// SYN, FIN and RST.
  ///
  /// - Returns: Whether the packet counts; not when it is another's copy.
  @inline(never)
  private mutating func readControl(
    _ header: borrowing TCPHeader, flow index: Int, direction: Int, _ packet: IPHeader, _ context: PacketContext
  ) -> Bool {
    let own = 2 * index + direction
    if header.flags.contains(.syn) {
      let isAnswer = header.flags.contains(.ack)
      if !isAnswer, isRenumbered(header, flow: index, direction: direction, packet, context) {
        table.flows[index].marks.insert(.renumbered)
        qualities.current.copies &+= 1
        return false
      }
      let isLate = isLate(
        header.sequenceNumber, isAnswer: isAnswer, flow: index, table.directions[own])
      if !isAnswer, !isLate, isNewConnection(header.sequenceNumber, flow: index) { restart(flow: index, context) }
      table.directions[own].mss = header.maximumSegmentSize ?? 0
      table.directions[own].offerFrame = context.frame
      table.directions[own].offerTime = context.time
      if !isLate {
        table.directions[own].hasSequence = true
        table.directions[own].next = header.sequenceNumber &+ 1
        table.directions[own].acknowledged = header.sequenceNumber &+ 1
      }
      table.flows[index].clientDirection = Int8(truncatingIfNeeded: isAnswer ? 1 - direction : direction)
      if isAnswer {
        table.flows[index].synAckFrame = context.frame
        table.flows[index].serverMSS = table.directions[own].mss
      } else {
        table.flows[index].clientMSS = table.directions[own].mss
        table.flows[index].sawSYN = true
        table.flows[index].synSequence = header.sequenceNumber
        table.flows[index].synIdentification = packet.identification
      }
      checkOffer(flow: index, direction: direction, packet, context)
    }
    if header.flags.contains(.rst), answersSYN(header, flow: index, direction: direction) {
      channels.readRefusal(of: table.flows[index], context, &emitter)
    }
    if header.flags.contains(.fin) || header.flags.contains(.rst), table.flows[index].claim.isTracked {
      let isClient = table.flows[index].side(of: direction) == .client
      let ending: ConnectionEnding =
        header.flags.contains(.rst)
        ? (isClient ? .clientReset : .serverReset) : (isClient ? .clientClosed : .serverClosed)
      // The last payload may ride on the FIN itself.
      if packet.payloadLength - header.headerLength > 0 {
        table.directions[own].lastPayload = context.time
      }
      endChannel(ofFlow: index, FlowEnd(ending, context))
    }
    return true
  }

  /// Whether a reset refuses a connection that never came to be (RFC 9293 section 3.10.7.1).
  private func answersSYN(_ header: borrowing TCPHeader, flow index: Int, direction: Int) -> Bool {
    let flow = table.flows[index]
    return flow.claim == .undecided && flow.sawSYN && flow.synAckFrame == .none && flow.side(of: direction) == .server
      && header.acknowledgmentNumber == flow.synSequence &+ 1
  }

  /// Whether a SYN, or its answer, begins what was read already: packets are out of order in the file, or its clock went
  /// back. The number of a new connection is far from those of the one before.
  private func isLate(_ sequence: UInt32, isAnswer: Bool, flow index: Int, _ direction: DirectionState) -> Bool {
    let wasSeen = isAnswer ? table.flows[index].synAckFrame != .none : table.flows[index].sawSYN
    return !wasSeen && direction.hasSequence && direction.next &- (sequence &+ 1) < Self.lateBytes
  }

  /// What a side may send before its SYN comes.
  private static let lateBytes: UInt32 = 65_536

  /// A SYN on known ports opens a new connection unless it repeats the SYN of this one.
  private func isNewConnection(_ sequence: UInt32, flow index: Int) -> Bool {
    let hadPackets = table.directions[2 * index].hasSequence || table.directions[2 * index + 1].hasSequence
    return hadPackets && !(table.flows[index].sawSYN && table.flows[index].synSequence == sequence)
  }

  private mutating func restart(flow index: Int, _ context: PacketContext) {
    end(flow: index)
    let key = table.flows[index].key
    table.flows[index] = TrackedFlow(key: key, first: context.time, firstFrame: context.frame)
    table.directions[2 * index] = DirectionState()
    table.directions[2 * index + 1] = DirectionState()
    if !paths.isEmpty { learnPathMTU(ofFlow: index) }
  }
}
