/// What was read: one capture file or interface, and what it cannot show.
///
/// It is part of a documented form (Documentation/observations.md): a member that is added later is optional, so that
/// what was written before can still be read.
public struct CaptureDescription: Sendable, Hashable, Codable {
  /// Index among all captures, from 0; the `capture` of every frame reference into it.
  public var index: Int
  /// The capture point it belongs to; captures that continue each other share one.
  public var point: Int
  /// As the user named it, without folders.
  public var name: String
  /// For example "pcapng, little-endian" or "pcap, gzip".
  public let format: String
  public let linkTypes: [String]
  /// The largest snap length of its interfaces, in bytes; 0 when unlimited or unknown.
  public let snapLength: Int
  /// Packets that were analysed: all of them, unless the analysis was narrowed.
  public var packets: Int
  /// Captured bytes of those packets.
  public var bytes: Int
  /// The least and the greatest time of those packets: nothing is known of what was before and after.
  public var start: Timestamp?
  public var end: Timestamp?
  /// Whether it was read to its regular end.
  public var isComplete: Bool
  /// Why reading stopped early, in one line.
  public var problem: String?
  /// Packets that a snap length cut, and the shortest captured length among them in bytes.
  public var cutPackets: Int
  public var shortestCut: Int
  /// Packets that the capturing host says it dropped; nil when the file does not tell.
  public var droppedPackets: Int?
  /// How often a packet is older than the one before it.
  public var backwardSteps: Int
  /// TCP packets larger than a segment can be: segmentation offload on the capturing host.
  public var superPackets: Int
  /// Packets that are copies of others, as a mirror of two ports makes them; they count in `packets`, and for nothing else.
  public var copies: Int
  /// Packets that may belong to tunnels and that the program does not look into.
  public var unreadPackets: Int
  /// All packets that it does not look into, by what they are; nil when nobody said.
  public var unread: UnreadCounts?
  /// Whether the times of all packets are whole seconds; nil when nobody said.
  public var hasWholeSeconds: Bool?
  /// In which directions its capture point shows the packets of conversations: said of the point's first capture; nil when
  /// nobody said.
  public var directions: SeenDirections?
  /// TCP connections at its capture point that came to nothing: said of the point's first capture; nil when there are none.
  public var failedConnections: FailedConnections?
  /// Packets that the narrowing of the analysis left out; they are not counted in `packets`.
  public var skippedPackets: Int
  /// Those among them that the capture filter cannot judge, because it does not work on their link type.
  public var unfilterablePackets: Int
  /// Frame number of the first packet that was analysed.
  public var firstFrame: Int
  /// The capture that it continues, by name, when the two were observed apart: what spans their border is cut.
  public var continuesApart: String?
  /// Limits of the program's own that its packets reached.
  public var reachedLimits: [ReachedLimit]

  public init(
    index: Int, point: Int, name: String, format: String, linkTypes: [String], snapLength: Int, packets: Int,
    bytes: Int, start: Timestamp?, end: Timestamp?, isComplete: Bool = true, problem: String? = nil,
    cutPackets: Int = 0, shortestCut: Int = 0, droppedPackets: Int? = nil, backwardSteps: Int = 0,
    superPackets: Int = 0, copies: Int = 0, unread: UnreadCounts? = nil, hasWholeSeconds: Bool? = nil,
    skippedPackets: Int = 0, unfilterablePackets: Int = 0, firstFrame: Int = 1, continuesApart: String? = nil,
    reachedLimits: [ReachedLimit] = []
  ) {
    self.index = index
    self.point = point
    self.name = name
    self.format = format
    self.linkTypes = linkTypes
    self.snapLength = snapLength
    self.packets = packets
    self.bytes = bytes
    self.start = start
    self.end = end
    self.isComplete = isComplete
    self.problem = problem
    self.cutPackets = cutPackets
    self.shortestCut = shortestCut
    self.droppedPackets = droppedPackets
    self.backwardSteps = backwardSteps
    self.superPackets = superPackets
    self.copies = copies
    self.unreadPackets = unread?.relevant ?? 0
    self.unread = unread
    self.hasWholeSeconds = hasWholeSeconds
    self.skippedPackets = skippedPackets
    self.unfilterablePackets = unfilterablePackets
    self.firstFrame = firstFrame
    self.continuesApart = continuesApart
    self.reachedLimits = reachedLimits
  }

  /// Says what of it is not looked into.
  public mutating func setUnread(_ counts: UnreadCounts) {
    unreadPackets = counts.relevant
    unread = counts
  }

  /// The identifier that reports use: "c1" for the first capture.
  public var id: String { "c\(index + 1)" }
}
