import Capture
import Dissection
import Observations

/// Watches the packets of one capture point and tells what happens: its state is bounded, its words are
/// observations.
///
/// Packets go in with `read`; observations come out of `takeObservations`. `finish` tells what only the end of the
/// capture can tell.
public struct PointTracker {
  /// Index of the capture point.
  public let point: Int
  public private(set) var counters = TrackingCounters()
  public let limits: TrackingLimits
  /// The hosts it tracks; nil for all.
  private let share: HostPairShare?
  var table: FlowTable
  var tls = Pool<TLSState>()
  var dtls = Pool<DTLSState>()
  var stuck = Pool<StuckState>()
  var paths: PathTable
  var fragments: FragmentTable
  var reassemblies = 0
  var observations = ToldObservations()
  /// Per capture of this point.
  private var quality: [Int: PacketQuality] = [:]
  private var currentQuality = PacketQuality()
  /// The counters when the run of packets that is read began.
  private var counted = TrackingCounters()

  /// What a capture's packets tell about the capture itself.
  public struct PacketQuality: Sendable, Hashable {
    /// TCP packets larger than a segment may be: segmentation offload on the capturing host.
    public var superPackets = 0
    /// Packets whose link type or shape the program does not look into.
    public var unreadPackets = 0
    /// How often its packets reached a limit.
    public var counters = TrackingCounters()
  }

  public init(point: Int, limits: TrackingLimits = TrackingLimits(), share: HostPairShare? = nil) {
    self.point = point
    self.limits = limits
    self.share = share
    self.table = FlowTable(capacity: limits.flows)
    self.paths = PathTable(capacity: limits.paths)
    self.fragments = FragmentTable(capacity: limits.fragmentedPaths)
  }

  /// What observations are told after: how many packets were read. Points whose observations are put in one order
  /// count on from each other.
  public var packetsRead: Int {
    get { observations.packets }
    set { observations.packets = newValue }
  }

  /// What is known of the quality of a capture's packets.
  public func quality(ofCapture capture: Int) -> PacketQuality { quality[capture] ?? PacketQuality() }

  /// The observations since the last call, in the order in which they were made.
  public mutating func takeObservations() -> [Observation] { observations.take().items }

  /// The same, each with its place in the order in which the point tells.
  public mutating func takeOrderedObservations() -> Zip2Sequence<[ObservationOrder], [Observation]> {
    let taken = observations.take()
    return zip(taken.orders, taken.items)
  }

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
    beginRun(ofCapture: capture)
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
        frame: PackedFrame(capture: capture, frame: batch.firstFrame &+ index))
    }
    endRun(ofCapture: capture)
  }

  /// Begins a run of packets of a capture that come one by one.
  public mutating func beginRun(ofCapture capture: Int) {
    currentQuality = quality[capture] ?? PacketQuality()
    counted = counters
  }

  /// Ends the run; what its packets tell about the capture is known from now on.
  public mutating func endRun(ofCapture capture: Int) {
    currentQuality.counters.add(counters.since(counted))
    quality[capture] = currentQuality
  }

  /// Reads one packet of a run.
  ///
  /// - Parameters:
  ///   - record: Where the packet lies in `window`.
  ///   - window: Looked at during the call only.
  ///   - linkType: The link type of the packet's interface.
  ///   - frame: The packet and its capture, for frame references.
  public mutating func read(_ record: PacketRecord, window: RawSpan, linkType: LinkType, frame: FrameReference) {
    read(record, window: window, linkType: linkType, frame: PackedFrame(capture: frame.capture, frame: frame.frame))
  }

  @inline(__always)
  private mutating func read(_ record: PacketRecord, window: RawSpan, linkType: LinkType, frame: PackedFrame) {
    let bytes = window.extracting(record.offset..<record.offset &+ Int(record.capturedLength))
    let context = PacketContext(
      time: record.time, frame: frame,
      missingBytes: max(0, Int(record.originalLength) &- Int(record.capturedLength)))
    observations.packets &+= 1
    read(frame: bytes, linkType: linkType, context)
  }

  @inline(__always)
  private mutating func read(frame: RawSpan, linkType: LinkType, _ context: PacketContext) {
    guard let network = LinkLayer.networkLayer(of: frame, linkType: linkType) else {
      // It belongs to no hosts; the first share counts it.
      if case .unknown = linkType, share.map({ $0.number == 1 }) ?? true { currentQuality.unreadPackets &+= 1 }
      return
    }
    let packet = frame.from(network.offset)
    if network.etherType == EtherType.ipv4 {
      readIPv4(packet, context)
    } else if network.etherType == EtherType.ipv6 {
      readIPv6(packet, context)
    }
  }

  @inline(__always)
  private mutating func readIPv4(_ packet: RawSpan, _ context: PacketContext) {
    guard let header = IPv4Header(packet) else { return }
    // Total length 0 is what segmentation offload leaves on the sending host; the captured length stands in.
    let length = header.totalLength == 0 ? packet.byteCount &+ context.missingBytes : header.totalLength
    let ip = IPContext(
      source: header.source, destination: header.destination, length: length,
      headerLength: header.headerLength, dontFragment: header.dontFragment, isIPv6: false)
    let isOwn = share.map { $0.holds(ip.source, ip.destination) } ?? true
    if header.isFragment {
      if isOwn {
        note(
          Fragment(
            ip: ip, protocolNumber: header.protocolNumber, isFirst: !header.isLaterFragment), header.payload, context)
      }
      if header.isLaterFragment { return }
    }
    readTransport(header.payload, protocolNumber: header.protocolNumber, isOwn: isOwn, ip, context)
  }

  @inline(__always)
  private mutating func readIPv6(_ packet: RawSpan, _ context: PacketContext) {
    guard let header = IPv6Header(packet) else { return }
    let length = header.totalLength == 0 ? packet.byteCount &+ context.missingBytes : header.totalLength
    let ip = IPContext(
      source: header.source, destination: header.destination, length: length,
      headerLength: header.headerLength, dontFragment: true, isIPv6: true)
    let isOwn = share.map { $0.holds(ip.source, ip.destination) } ?? true
    if header.isFragment {
      if isOwn {
        note(
          Fragment(
            ip: ip, protocolNumber: header.protocolNumber, isFirst: !header.isLaterFragment), header.payload, context)
      }
      if header.isLaterFragment { return }
    }
    readTransport(header.payload, protocolNumber: header.protocolNumber, isOwn: isOwn, ip, context)
  }

  @inline(__always)
  private mutating func readTransport(
    _ payload: RawSpan, protocolNumber: UInt8, isOwn: Bool, _ ip: IPContext, _ context: PacketContext
  ) {
    switch protocolNumber {
    case IPProtocol.tcp: if isOwn { readTCP(payload, ip, context) }
    case IPProtocol.udp: if isOwn { readUDP(payload, ip, context) }
    // An error is about the flow that it quotes; where that is not tracked, it says nothing.
    case IPProtocol.icmp where !ip.isIPv6: readICMPv4(payload, ip, context)
    case IPProtocol.icmpv6 where ip.isIPv6: readICMPv6(payload, ip, context)
    default: break
    }
  }

  /// The flow of a packet, made if it is new, and the direction the packet went.
  @inline(__always)
  mutating func flowIndex(
    _ ip: IPContext, protocolNumber: UInt8, sourcePort: UInt16, destinationPort: UInt16, _ context: PacketContext
  ) -> (index: Int, direction: Int) {
    let (key, direction) = FlowKey.of(
      source: ip.source, destination: ip.destination, protocolNumber: protocolNumber, sourcePort: sourcePort,
      destinationPort: destinationPort)
    if let index = table.index(of: key) { return (index, direction) }
    return (insertFlow(key, context), direction)
  }

  @inline(never)
  private mutating func insertFlow(_ key: FlowKey, _ context: PacketContext) -> Int {
    if table.isFull, let victim = table.victim(at: context.time) {
      counters.evictedFlows += 1
      end(flow: victim)
      table.remove(victim)
    }
    let index = table.insert(FlowState(key: key, first: context.time, firstFrame: context.frame))
    if !paths.isEmpty { learnPathMTU(ofFlow: index) }
    if paths.watchesHosts {
      table.flows[index].isWatched = paths.isWatched(key.a, by: key.b) || paths.isWatched(key.b, by: key.a)
    }
    return index
  }

  /// Tells what only the end of a flow can tell, and gives its state's places back.
  mutating func end(flow index: Int) {
    endStuckSegment(flow: index, acknowledged: false)
    switch table.flows[index].kind {
    case .tls: endTLS(flow: index, ending: .open, at: nil, frame: nil)
    case .dtls: endDTLS(flow: index)
    case .undecided, .plain, .closed: break
    }
  }

  /// Tells what only the end of the capture can tell, in the order in which it began. Nothing may be read afterwards.
  public mutating func finish() {
    for index in flowsByBeginning {
      observations.end(.flows, first: table.flows[index].firstFrame)
      end(flow: index)
    }
    for path in pathFacts() {
      observations.end(.paths, first: path.frame)
      observations.append(path)
    }
    for fragments in fragmentFacts() {
      observations.end(.fragments, first: fragments.frame)
      observations.append(fragments)
    }
  }

  /// The flows whose end tells something.
  private var flowsByBeginning: [Int] {
    table.liveIndices.filter { index in
      switch table.flows[index].kind {
      case .tls, .dtls: true
      case .undecided, .plain, .closed: table.flows[index].stuck >= 0
      }
    }.sorted { table.flows[$0].firstFrame < table.flows[$1].firstFrame }
  }

  /// What `finish` would tell now, on top of what was told already; nothing ends, and reading may go on.
  ///
  /// For a verdict in the middle of a capture: the caller adds it to a copy of what it knows.
  public func openObservations() -> [Observation] {
    let flows = flowsByBeginning
    var open: [Observation] = []
    open.reserveCapacity(flows.count)
    for index in flows {
      if let segment = openStuckSegment(ofFlow: index) { open.append(segment) }
      switch table.flows[index].kind {
      case .tls: open.append(wholeConnection(ofFlow: index, ending: .open, at: nil, frame: nil))
      case .dtls: open += wholeAssociation(ofFlow: index)
      case .undecided, .plain, .closed: break
      }
    }
    open += pathFacts()
    open += fragmentFacts()
    return open
  }

  @inline(__always)
  mutating func countSuperPacket() { currentQuality.superPackets &+= 1 }

  mutating func observe(_ event: Observation.Event, time: Timestamp, frame: PackedFrame) {
    observations.append(observation(event, time: time, frame: frame))
  }

  func observation(_ event: Observation.Event, time: Timestamp, frame: PackedFrame) -> Observation {
    Observation(time: time, point: point, frame: frame.reference, event: event)
  }

  mutating func countSkippedReassembly() { counters.skippedReassemblies += 1 }
  mutating func countCutHandshake() { counters.cutHandshakes += 1 }
  mutating func countSkippedPath() { counters.skippedPaths += 1 }
  mutating func countSkippedFragmentedPath() { counters.skippedFragmentedPaths += 1 }
}

/// When and where a packet was captured.
struct PacketContext {
  let time: Timestamp
  let frame: PackedFrame
  /// Bytes that the snap length cut off.
  let missingBytes: Int
}

/// What the IP header says, the same for both versions.
struct IPContext {
  let source: IPAddress
  let destination: IPAddress
  /// The whole packet in bytes, IP header included.
  let length: Int
  /// The IP header, extension headers included, in bytes.
  let headerLength: Int
  /// Always true for IPv6, which only the sender fragments.
  let dontFragment: Bool
  let isIPv6: Bool

  /// What a next-hop MTU leaves for TCP payload without options (RFC 6691 section 2).
  static func tcpOverhead(isIPv6: Bool) -> Int { isIPv6 ? 60 : 40 }
}
