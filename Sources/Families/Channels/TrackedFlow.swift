import Dissection
import Observations

/// What a flow turned out to carry, in one byte: a channel of the tracker that claimed it, or none.
@frozen
public struct FlowClaim: Sendable, Equatable {
  @usableFromInline let byte: UInt8

  @inlinable @inline(__always)
  init(byte: UInt8) { self.byte = byte }

  /// No tracker has recognised it yet.
  @inlinable public static var undecided: FlowClaim { FlowClaim(byte: 0) }
  /// No tracker recognises it.
  @inlinable public static var plain: FlowClaim { FlowClaim(byte: 1) }
  /// The end of its channel was emitted; what still arrives does not count.
  @inlinable public static var closed: FlowClaim { FlowClaim(byte: 2) }

  /// Claimed by the tracker of this number in the list, from 0.
  @inlinable @inline(__always)
  static func tracker(_ number: UInt8) -> FlowClaim { FlowClaim(byte: number &+ 3) }

  @inlinable public var isTracked: Bool { @inline(__always) get { byte > 2 } }

  @inlinable @inline(__always)
  public static func == (x: FlowClaim, y: FlowClaim) -> Bool { x.byte == y.byte }
}

/// What a flow keeps for both directions together: a TCP connection, a UDP conversation, or another IP protocol between
/// two hosts. A channel tracker gets it with each packet.
@frozen
public struct TrackedFlow: Sendable {
  public let key: FlowKey
  /// Which tracker has it; set by the list of trackers and the packet walk.
  public package(set) var claim = FlowClaim.undecided
  /// The direction in which the client sends; -1 until it is known. Trackers set it when a message says.
  public var clientDirection: Int8 = -1
  /// Packets with payload in which no tracker recognised a channel.
  public package(set) var undecidedPackets: UInt8 = 0
  /// ICMP errors about it that were emitted one by one. A tracker sets it to 0 when a new handshake begins, so that its
  /// errors are emitted anew.
  public var emittedErrors: UInt8 = 0
  /// Where the tracker that claimed it keeps its state; the tracker's own to set, -1 while it has none.
  public var place: Int32 = -1
  /// The place of a retransmitted segment that is watched, if there is one.
  public package(set) var stuck: Int32 = -1
  /// What makes it one of a few flows.
  public package(set) var marks: FlowMarks = []
  /// The first packet, for TCP the SYN when it was seen.
  public let first: Timestamp
  public let firstFrame: PackedFrame
  public package(set) var sawSYN = false
  // Beside the flag, where it takes no room.
  /// The identification in the SYN's IPv4 header.
  public package(set) var synIdentification: UInt16 = 0
  public package(set) var synSequence: UInt32 = 0
  public package(set) var synAckFrame = PackedFrame.none
  /// What the client's SYN and the server's SYN-ACK offered, in bytes; 0 for no option or none seen.
  public package(set) var clientMSS: UInt16 = 0
  public package(set) var serverMSS: UInt16 = 0

  @inlinable
  public init(key: FlowKey, first: Timestamp, firstFrame: PackedFrame) {
    self.key = key
    self.first = first
    self.firstFrame = firstFrame
  }

  /// The tracker of this number in the list has it.
  @usableFromInline
  mutating func setClaim(by number: UInt8) { claim = .tracker(number) }

  /// One more packet in which no tracker recognised a channel; after `count` of them the flow is plain.
  package mutating func giveUp(after count: UInt8) {
    undecidedPackets &+= 1
    if undecidedPackets >= count { claim = .plain }
  }

  /// The flow with its client first; the end with the lower port is taken for the server when nothing says.
  public var flow: Flow {
    let direction = assumedClientDirection
    return Flow(client: key.sender(in: direction), server: key.receiver(in: direction))
  }

  @inlinable public var isTCP: Bool { key.protocolNumber == IPProtocol.tcp }

  @inlinable public var assumedClientDirection: Int {
    if clientDirection >= 0 { return Int(clientDirection) }
    return key.sender(in: 0).port < key.sender(in: 1).port ? 1 : 0
  }

  /// Takes the end at a protocol's usual port for the server, where no handshake says which it is.
  mutating func assumeServer(at usualPort: UInt16) {
    let isUsual = (0...1).map { key.sender(in: $0).port == usualPort }
    let direction = isUsual[0] == isUsual[1] ? assumedClientDirection : isUsual[0] ? 1 : 0
    clientDirection = Int8(truncatingIfNeeded: direction)
  }

  @inlinable @inline(__always)
  public func side(of direction: Int) -> Side { direction == assumedClientDirection ? .client : .server }
}

/// What the packet walk counted of a TCP connection, both sides apart. Trackers of other protocols count for themselves:
/// they may hold several sessions on a flow, and one session on several flows.
public struct FlowTotals: Sendable {
  public let client: PayloadTotals
  public let server: PayloadTotals
  /// The last packet of either side, with payload or without.
  public let last: Timestamp

  public init(client: PayloadTotals, server: PayloadTotals, last: Timestamp) {
    self.client = client
    self.server = server
    self.last = last
  }
}

/// How a flow ended.
public struct FlowEnd: Sendable {
  public let ending: ConnectionEnding
  /// The packet that shows it: the first FIN or RST. nil when the flow is forgotten, its ports begin a new connection, or
  /// the capture ends.
  public let context: PacketContext?

  public init(_ ending: ConnectionEnding, _ context: PacketContext) {
    self.ending = ending
    self.context = context
  }

  private init() {
    ending = .open
    context = nil
  }

  /// No end was seen.
  public static let unseen = FlowEnd()
}

/// What is asked of few flows, so that the others are asked once.
@frozen
public struct FlowMarks: OptionSet, Sendable {
  public let rawValue: UInt8

  @inlinable @inline(__always)
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  // Computed, because the packet loop would ask each time whether a stored one is there yet.
  /// A segment between the same hosts is being retransmitted on another flow, so that signs of life count.
  @inlinable public static var watched: FlowMarks { @inline(__always) get { FlowMarks(rawValue: 1) } }
  /// The capture holds the connection twice, with other sequence numbers behind a firewall that rewrites them.
  @inlinable public static var renumbered: FlowMarks { @inline(__always) get { FlowMarks(rawValue: 2) } }

  /// It begins with words to a proxy, behind which its protocol follows.
  @inlinable public static var proxied: FlowMarks { @inline(__always) get { FlowMarks(rawValue: 4) } }

  @inlinable public var isEmpty: Bool { @inline(__always) get { rawValue == 0 } }

  @inlinable @inline(__always)
  public func contains(_ mark: FlowMarks) -> Bool { rawValue & mark.rawValue != 0 }
}
