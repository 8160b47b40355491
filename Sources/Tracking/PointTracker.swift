import Capture
import Dissection
import Families
import Observations

/// Follows the packets of one capture point and emits observations; its state is bounded.
///
/// Packets go in with `read`; observations come out of `takeObservations`. `finish` emits what only the end of the
/// capture can tell. What a channel is, the trackers of the families know: here are flows, paths and the way of a packet to
/// them.
public struct PointTracker {
  /// Index of the capture point.
  public let point: Int
  public let limits: TrackingLimits
  /// The hosts it tracks; nil for all.
  private let share: HostPairShare?
  var table: FlowTable
  var channels: RegisteredFamilies
  var stuck = Pool<StuckState>()
  var paths: PathTable
  var fragments: FragmentTable
  var emitter: Emitter
  var qualities = PacketQualities()
  private var copies = PacketCopies()
  /// Who sends to whom by ARP and ICMP.
  var exchanges = HostExchange()
  /// ICMP errors with cut quotes whose conversation was looked for.
  var cutQuotes = 0
  /// What is known of the directions of flows that are forgotten.
  var forgottenDirections = SeenDirections()

  public init(point: Int, limits: TrackingLimits = TrackingLimits(), share: HostPairShare? = nil) {
    self.point = point
    self.limits = limits
    self.share = share
    self.table = FlowTable(capacity: limits.flows)
    self.channels = RegisteredFamilies(limits: limits)
    self.paths = PathTable(capacity: limits.paths)
    self.fragments = FragmentTable(capacity: limits.fragmentedPaths)
    self.emitter = Emitter(point: point)
  }

  /// Whether what two hosts do is tracked here.
  @inline(__always)
  func holds(_ source: IPAddress, _ destination: IPAddress) -> Bool { share?.holds(source, destination) ?? true }

  public var counters: TrackingCounters { emitter.counters }

  /// How many packets were read: observations are ordered by it. Points whose observations are put in one order count on
  /// from each other.
  public var packetsRead: Int {
    get { emitter.packets }
    set { emitter.packets = newValue }
  }

  /// What is known of the quality of a capture's packets.
  public func quality(ofCapture capture: Int) -> PacketQuality { qualities.quality(of: capture, emitter.counters) }

  /// The observations since the last call, in the order in which they were made.
  public mutating func takeObservations() -> [Observation] { emitter.take().observations }

  /// Passes them on one by one, and uses their memory for those that follow.
  public mutating func passObservations(to take: (consuming Observation) -> Void) { emitter.pass(to: take) }

  /// The same, each with its place in the order in which the point emits.
  public mutating func takeOrderedObservations() -> Zip2Sequence<[ObservationOrder], [Observation]> {
    let taken = emitter.take()
    return zip(taken.orders, taken.observations)
  }

  // MARK: Reading

  /// Reads a batch of packets.
  ///
  /// - Parameters:
  ///   - batch: Where the packets lie in `window`.
  ///   - records: Which of the batch's packets to read.
  ///   - window: The bytes that the batch's offsets point into.
  ///   - linkTypes: The link type of each interface of the capture.
  ///   - capture: Index of the capture, for frame references.
  public mutating func read(
    _ batch: borrowing PacketBatch, _ records: Range<Int>, window: RawSpan, linkTypes: ContiguousArray<LinkType>,
    capture: Int
  ) {
    qualities.turn(to: capture, emitter.counters)
    guard batch.isIdentified else { return readRecords(of: batch, records, window, linkTypes, capture) }
    for index in records {
      copies.identifyNext(batch.identity(at: index))
      readRecords(of: batch, index..<index + 1, window, linkTypes, capture)
    }
    copies.identifyNext(0)
  }

  /// What most captures pay for each packet: it asks for no numbers of packets.
  @inline(never)
  private mutating func readRecords(
    of batch: borrowing PacketBatch, _ records: Range<Int>, _ window: RawSpan, _ linkTypes: ContiguousArray<LinkType>,
    _ capture: Int
  ) {
    let isConsecutive = batch.isConsecutive
    var interface = -1
    var linkType = LinkType.unknown(.max)
    for index in records {
      let record = batch[index]
      if record.interface != interface {
        interface = record.interface
        linkType = linkTypes.indices.contains(interface) ? linkTypes[interface] : .unknown(.max)
      }
      read(
        record, window: window, linkType: linkType,
        frame: PackedFrame(capture: capture, frame: isConsecutive ? batch.firstFrame &+ index : batch.frame(at: index)))
    }
  }

  /// Reads one packet.
  ///
  /// - Parameters:
  ///   - record: Where the packet lies in `window`.
  ///   - window: Looked at during the call only.
  ///   - linkType: The link type of the packet's interface.
  ///   - frame: The packet and its capture, for frame references.
  public mutating func read(_ record: PacketRecord, window: RawSpan, linkType: LinkType, frame: FrameReference) {
    qualities.turn(to: frame.capture, emitter.counters)
    read(record, window: window, linkType: linkType, frame: PackedFrame(capture: frame.capture, frame: frame.frame))
  }

  @inline(__always)
  private mutating func read(_ record: PacketRecord, window: RawSpan, linkType: LinkType, frame: PackedFrame) {
    let bytes = window.extracting(record.offset..<record.offset &+ Int(record.capturedLength))
    let missingBytes = max(0, Int(record.originalLength) &- Int(record.capturedLength))
    emitter.packets &+= 1
    let unread = PacketWalk.walk(bytes, linkType: linkType, missingBytes: missingBytes) { payload, packet, carrier in
      read(
        payload, packet,
        PacketContext(time: record.time, frame: frame, missingBytes: missingBytes, carrier: carrier))
    }
    if let unread { note(unread, bytes) }
  }

  /// Counts what is not looked into. It belongs to no hosts; the first share counts it.
  @inline(never)
  private mutating func note(_ unread: UnreadPacket, _ frame: RawSpan) {
    if unread == .addressResolution, let message = ARPMessage(in: frame) {
      exchanges.add(from: message.sender, to: message.target)
    }
    guard share.map({ $0.number == 1 }) ?? true else { return }
    qualities.current.unread.add(unread)
  }

  /// Counts a packet of a protocol that no family reads. Of its later fragments nobody knows more, and its hosts' share
  /// counts it.
  @inline(never)
  private mutating func note(protocolNumber: UInt8) { qualities.current.unread.add(.ipProtocol(protocolNumber)) }

  @inline(__always)
  private mutating func read(_ payload: RawSpan, _ packet: IPHeader, _ context: PacketContext) {
    let isOwn = holds(packet.source, packet.destination)
    // Every share remembers all packets, so that what is forgotten does not depend on how the work is divided.
    if copies.isCopy(payload, packet, at: context.time) {
      if isOwn { qualities.current.copies &+= 1 }
      return
    }
    if packet.isFragment {
      if isOwn { note(fragment: packet, payload, context) }
      if packet.isLaterFragment { return }
    }
    switch packet.protocolNumber {
    case IPProtocol.tcp: if isOwn { readTCP(payload, packet, context) }
    case IPProtocol.udp: if isOwn { readUDP(payload, packet, context) }
    default:
      if ICMPError.isCarried(by: packet) {
        // An error is about the flow that it quotes; where that is not tracked, it says nothing.
        readICMP(payload, packet, context)
      } else if isOwn {
        if RegisteredFamilies.reads(protocolNumber: packet.protocolNumber) {
          readOther(payload, packet, context)
        } else if packet.protocolNumber != IPProtocol.icmp, packet.protocolNumber != IPProtocol.icmpv6 {
          note(protocolNumber: packet.protocolNumber)
        }
      }
    }
  }

  // MARK: Flows

  /// The flow of a packet, made if it is new, and the direction the packet went.
  @inline(__always)
  mutating func flowIndex(
    _ packet: IPHeader, sourcePort: UInt16, destinationPort: UInt16, _ context: PacketContext
  ) -> (index: Int, direction: Int) {
    let (key, direction) = FlowKey.of(
      source: packet.source, destination: packet.destination, protocolNumber: packet.protocolNumber,
      sourcePort: sourcePort, destinationPort: destinationPort, carrier: context.carrier)
    if let index = table.index(of: key) { return (index, direction) }
    return (insertFlow(key, context), direction)
  }

  /// Takes a packet for a sign of its sender's life, where one is waited for.
  @inline(__always)
  mutating func noteLife(in packet: IPHeader, flow index: Int, _ context: PacketContext) {
    if table.flows[index].marks.contains(.watched) {
      paths.heard(packet.source, by: packet.destination, at: context.time)
    }
  }

  @inline(never)
  private mutating func insertFlow(_ key: FlowKey, _ context: PacketContext) -> Int {
    if table.isFull, let victim = table.victim(at: context.time) {
      emitter.counters.evictedFlows += 1
      noteDirections(ofFlow: victim)
      end(flow: victim)
      table.remove(victim)
    }
    let index = table.insert(TrackedFlow(key: key, first: context.time, firstFrame: context.frame))
    if !paths.isEmpty { learnPathMTU(ofFlow: index) }
    if paths.watchesHosts {
      if paths.isWatched(key.a, by: key.b) || paths.isWatched(key.b, by: key.a) {
        table.flows[index].marks.insert(.watched)
      }
    }
    return index
  }

  /// Emits what only the end of a flow can tell, and gives its state's places back.
  mutating func end(flow index: Int) {
    endStuckSegment(flow: index, acknowledged: false)
    endChannel(ofFlow: index, .unseen)
  }

  mutating func endChannel(ofFlow index: Int, _ end: FlowEnd) {
    guard table.flows[index].claim.isTracked else { return }
    channels.end(&table.flows[index], end, totals(ofFlow: index), &emitter)
    table.flows[index].claim = .closed
  }

  private func totals(ofFlow index: Int) -> FlowTotals {
    let clientDirection = table.flows[index].assumedClientDirection
    let client = table.directions[2 * index + clientDirection]
    let server = table.directions[2 * index + 1 - clientDirection]
    return FlowTotals(client: client.totals, server: server.totals, last: max(client.last, server.last))
  }

  // MARK: The end

  /// Emits what only the end of the capture can tell, in the order in which it began. Nothing may be read afterwards.
  public mutating func finish() {
    for index in flowsByBeginning {
      emitter.end(.flows, first: table.flows[index].firstFrame)
      end(flow: index)
    }
    channels.finish(&emitter)
    paths.emit(into: &emitter)
    fragments.emit(into: &emitter)
  }

  /// The flows whose end tells something.
  private var flowsByBeginning: [Int] {
    var flows: [(first: PackedFrame, index: Int)] = []
    // No closure holds the table: while another copy of it is there, ending a flow copies all of it.
    for index in table.flows.indices where table.isLive(index) {
      let flow = table.flows[index]
      if flow.claim.isTracked || flow.stuck >= 0 { flows.append((flow.firstFrame, index)) }
    }
    return flows.sorted { ($0.first, $0.index) < ($1.first, $1.index) }.map(\.index)
  }

  /// What `finish` would emit now, on top of what was emitted already; nothing ends, and reading may go on.
  ///
  /// For a verdict in the middle of a capture: the caller adds it to a copy of what it knows.
  public func openObservations() -> [Observation] {
    var open = Emitter(point: point)
    for index in flowsByBeginning {
      emitOpenStuckSegment(ofFlow: index, into: &open)
      if table.flows[index].claim.isTracked { channels.describe(table.flows[index], totals(ofFlow: index), &open) }
    }
    channels.describeSessions(&open)
    paths.emit(into: &open)
    fragments.emit(into: &open)
    return open.take().observations
  }
}
