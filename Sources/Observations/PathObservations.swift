/// Which transport a packet belongs to.
public enum TransportProtocol: String, Sendable, Hashable, Codable {
  case tcp
  case udp
  case other
}

/// The packet that an ICMP error quotes: the one that could not be delivered (RFC 792, RFC 4443 section 2.4).
public struct QuotedFlow: Sendable, Hashable, Codable {
  public let transport: TransportProtocol
  public let source: Endpoint
  public let destination: Endpoint
  /// Bytes, IP header included, as the quoted header says; 0 when it does not.
  public let length: Int
  /// Whether the capture cut the quote before its ports ended, so that they are those of the only conversation that it can be
  /// about; nil when it did not.
  public var isCut: Bool?

  public init(
    transport: TransportProtocol, source: Endpoint, destination: Endpoint, length: Int, isCut: Bool? = nil
  ) {
    self.transport = transport
    self.source = source
    self.destination = destination
    self.length = length
    self.isCut = isCut
  }
}

/// ICMP "fragmentation needed and DF set" (RFC 1191 section 4) or ICMPv6 "packet too big" (RFC 4443 section 3.2).
public struct PacketTooBig: Sendable, Hashable, Codable {
  public let isIPv6: Bool
  /// Next-hop MTU in bytes; nil when an old router left it 0 (RFC 1191 section 5).
  public let nextHopMTU: Int?
  public let reporter: IPAddress
  public let quoted: QuotedFlow
  /// The largest DF packet of the quoted flow in the quoted direction so far, in bytes; at least the quoted one.
  public let largest: Int
  public let largestFrame: FrameReference?
  /// What the receiver of the big packets offered as MSS when the flow began, and where.
  public let offeredMSS: Int?
  public let offerFrame: FrameReference?
  public let offerTime: Timestamp?

  public init(
    isIPv6: Bool, nextHopMTU: Int?, reporter: IPAddress, quoted: QuotedFlow, largest: Int,
    largestFrame: FrameReference?, offeredMSS: Int? = nil, offerFrame: FrameReference? = nil,
    offerTime: Timestamp? = nil
  ) {
    self.isIPv6 = isIPv6
    self.nextHopMTU = nextHopMTU
    self.reporter = reporter
    self.quoted = quoted
    self.largest = largest
    self.largestFrame = largestFrame
    self.offeredMSS = offeredMSS
    self.offerFrame = offerFrame
    self.offerTime = offerTime
  }
}

/// What was sent towards a destination whose path MTU is known, summed up when the capture ends.
public struct OversizedPackets: Sendable, Hashable, Codable {
  public let source: IPAddress
  public let destination: IPAddress
  /// The next-hop MTU that was reported, in bytes.
  public let mtu: Int
  public let reporter: IPAddress
  /// ICMP errors that reported it.
  public let errors: Int
  /// DF packets larger than that MTU.
  public let packets: Int
  /// The largest of them, in bytes, and where it is.
  public let largest: Int
  public let largestFrame: FrameReference?
  public let largestTime: Timestamp?
  /// Larger packets that were sent more than a second after the first error: the sender did not learn.
  public let packetsAfterwards: Int

  public init(
    source: IPAddress, destination: IPAddress, mtu: Int, reporter: IPAddress, errors: Int, packets: Int,
    largest: Int, largestFrame: FrameReference?, largestTime: Timestamp? = nil, packetsAfterwards: Int
  ) {
    self.source = source
    self.destination = destination
    self.mtu = mtu
    self.reporter = reporter
    self.errors = errors
    self.packets = packets
    self.largest = largest
    self.largestFrame = largestFrame
    self.largestTime = largestTime
    self.packetsAfterwards = packetsAfterwards
  }
}

/// A SYN or SYN-ACK that asks for segments larger than the known path MTU towards its sender can carry.
public struct MSSOffer: Sendable, Hashable, Codable {
  public let flow: Flow
  public let sender: Side
  /// Bytes, as in the option.
  public let mss: Int
  /// The path MTU towards the sender, in bytes, known from an earlier ICMP error.
  public let pathMTU: Int

  public init(flow: Flow, sender: Side, mss: Int, pathMTU: Int) {
    self.flow = flow
    self.sender = sender
    self.mss = mss
    self.pathMTU = pathMTU
  }
}

/// A TCP segment that is retransmitted and not acknowledged, emitted when the flow recovers, ends or the capture does.
///
/// Or one that vanished before the capture point together with all its retransmissions, as the receiver's acknowledgments
/// show: then `missingBytes` is set, and times, frames and `retransmissions` are those of the acknowledgments that ask for it.
public struct StuckSegment: Sendable, Hashable, Codable {
  public let flow: Flow
  public let sender: Side
  /// The whole packet in bytes, IP header included.
  public let length: Int
  public let dontFragment: Bool
  public let retransmissions: Int
  public let firstSent: Timestamp
  public let firstFrame: FrameReference
  public let lastSent: Timestamp
  public let lastFrame: FrameReference
  /// The largest packet of this direction that was acknowledged, in bytes; 0 when none was.
  public let largestDelivered: Int
  /// Whether an acknowledgment came in the end.
  public let acknowledged: Bool
  /// Whether the receiver was heard after the segment was first lost, on this or another flow between the hosts.
  public let receiverAlive: Bool
  /// Whether the receiver went on sending new data of its own, again and again and without repeating itself, so that
  /// acknowledgments, which are small packets of this direction, must have reached it.
  public let smallPacketsArrive: Bool
  /// Bytes of the stream that never came past the capture point and that the receiver asks for again and again; nil for
  /// a segment whose retransmissions were seen.
  public let missingBytes: Int?

  public init(
    flow: Flow, sender: Side, length: Int, dontFragment: Bool, retransmissions: Int, firstSent: Timestamp,
    firstFrame: FrameReference, lastSent: Timestamp, lastFrame: FrameReference, largestDelivered: Int,
    acknowledged: Bool, receiverAlive: Bool, smallPacketsArrive: Bool = false,
    missingBytes: Int? = nil
  ) {
    self.flow = flow
    self.sender = sender
    self.length = length
    self.dontFragment = dontFragment
    self.retransmissions = retransmissions
    self.firstSent = firstSent
    self.firstFrame = firstFrame
    self.lastSent = lastSent
    self.lastFrame = lastFrame
    self.largestDelivered = largestDelivered
    self.acknowledged = acknowledged
    self.receiverAlive = receiverAlive
    self.smallPacketsArrive = smallPacketsArrive
    self.missingBytes = missingBytes
  }
}

/// IP fragments from one host to another, summed up when the capture ends (RFC 791 section 3.2).
public struct Fragments: Sendable, Hashable, Codable {
  public let source: IPAddress
  public let destination: IPAddress
  public let transport: TransportProtocol
  /// Ports of the first fragment seen that carries them.
  public let sourcePort: Int?
  public let destinationPort: Int?
  /// Datagrams that came in pieces.
  public let datagrams: Int
  /// Fragments seen.
  public let fragments: Int
  /// The largest fragment, in bytes with IP header.
  public let largest: Int
  /// Fragments other than the first of a datagram; nil where that was not counted.
  public let laterFragments: Int?
  /// What their receiver says of those that never came; nil when it said nothing.
  public let reassemblyFailures: ReassemblyFailures?

  public init(
    source: IPAddress, destination: IPAddress, transport: TransportProtocol, sourcePort: Int?,
    destinationPort: Int?, datagrams: Int, fragments: Int, largest: Int,
    laterFragments: Int? = nil, reassemblyFailures: ReassemblyFailures? = nil
  ) {
    self.source = source
    self.destination = destination
    self.transport = transport
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.datagrams = datagrams
    self.fragments = fragments
    self.largest = largest
    self.laterFragments = laterFragments
    self.reassemblyFailures = reassemblyFailures
  }
}

/// ICMP "fragment reassembly time exceeded" (RFC 792, RFC 4443 section 3.3): the receiver waited for the rest in vain.
public struct ReassemblyFailures: Sendable, Hashable, Codable {
  public let count: Int
  /// When the first of them was seen.
  public let time: Timestamp
  /// The first of them.
  public let frame: FrameReference

  public init(count: Int, time: Timestamp, frame: FrameReference) {
    self.count = count
    self.time = time
    self.frame = frame
  }
}
