import Capture
import Dissection
import Observations

/// Which capture point each packet of a file comes from, where the file holds the packets of several.
public enum PointSeparation: Sendable, Equatable {
  /// The place among the points of each interface, by its index; the others belong to the first.
  case interfaces([Int: Int])
  /// Two points told apart by how many hops packets have behind them.
  case hops([IPAddress: HostHops])

  /// Where a host is, and how many hops its packets have behind them at either point.
  public struct HostHops: Sendable, Equatable {
    /// The point that is nearer to the host: 0 or 1.
    let nearer: Int
    /// nil when no packet of the host was seen at both.
    let seen: Hops?
  }

  /// Hops behind the packets of a host at the point that is nearer to it, and at the other one.
  struct Hops: Sendable, Hashable {
    let near: UInt8
    let far: UInt8
  }

  /// How many points there are.
  public var count: Int {
    switch self {
    case .interfaces(let places): (places.values.max() ?? 0) + 1
    case .hops: 2
    }
  }

  /// The place of each record among the points, from 0.
  public func places(
    of batch: borrowing PacketBatch, _ records: Range<Int>, window: RawSpan, linkTypes: ContiguousArray<LinkType>
  ) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(records.count)
    for index in records {
      let record = batch[index]
      switch self {
      case .interfaces(let known):
        places.append(known[record.interface] ?? 0)
      case .hops(let hosts):
        var place = 0
        batch.walk(index, window: window, linkTypes: linkTypes) { _, packet in
          place = Self.place(of: packet, hosts)
        }
        places.append(place)
      }
    }
    return places
  }

  /// The place of a packet that the capturing host dropped.
  public func place(of drop: HostDrop, linkType: LinkType) -> Int {
    switch self {
    case .interfaces(let known): return known[drop.interface] ?? 0
    case .hops(let hosts):
      var place = 0
      _ = unsafe PacketWalk.walk(drop.beginning.span.bytes, linkType: linkType, missingBytes: drop.missingBytes) {
        _, packet, _ in
        place = Self.place(of: packet, hosts)
      }
      return place
    }
  }

  /// What a host sent is seen at one of the points by its hops. What others send, as routers do, is seen on its way to
  /// the destination, at the point that is nearer to it.
  private static func place(of packet: IPHeader, _ hosts: [IPAddress: HostHops]) -> Int {
    let destination = hosts[packet.destination]?.nearer ?? 0
    guard let source = hosts[packet.source] else { return destination }
    let hops = hops(behind: packet)
    guard let seen = source.seen else { return hops == 0 ? source.nearer : destination }
    // Where the way changed, the likelier of the two.
    let isFar = Int(hops) - Int(seen.near) >= Int(seen.far) - Int(hops)
    return isFar ? 1 - source.nearer : source.nearer
  }

  /// Systems begin with 64, 128 or 255 hops to go.
  static func hops(behind packet: IPHeader) -> UInt8 {
    let left = packet.timeToLive
    return (left <= 64 ? 64 : left <= 128 ? 128 : 255) - left
  }
}

extension PacketBatch {
  /// Walks one packet to what IP carries in it.
  borrowing func walk(
    _ index: Int, window: RawSpan, linkTypes: ContiguousArray<LinkType>, _ take: (RawSpan, IPHeader) -> Void
  ) {
    let record = self[index]
    guard linkTypes.indices.contains(record.interface) else { return }
    let bytes = window.extracting(record.offset..<record.offset &+ Int(record.capturedLength))
    let missing = max(0, Int(record.originalLength) &- Int(record.capturedLength))
    _ = PacketWalk.walk(bytes, linkType: linkTypes[record.interface], missingBytes: missing) { payload, packet, _ in
      take(payload, packet)
    }
  }
}
