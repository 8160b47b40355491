import Capture
import Dissection
import Observations

/// Packets that the beginning of a capture shows twice on their way: enough to tell whether it holds the packets of
/// several capture points.
///
/// A packet seen again on another interface was seen at another point; so was one seen again with fewer hops to go. Copies
/// with as many hops to go on the same interface tell nothing of that. A sender that repeats itself sends as many hops far.
/// What the capture gives the same number to on two interfaces is the same packet, although its addresses were translated.
public struct RepeatedSightings: Sendable {
  /// Of so many packets sightings are remembered.
  public static let packets = 4_096
  /// The way from one point to the other, and the difference of two hosts' clocks.
  private static let longestWay: UInt64 = 1_000_000_000
  /// A packet or two may be anything: a loop, an address that two hosts have.
  private static let leastSightings = 3
  /// One packet in so many is seen again, where two points are on the way of the same tunnel. Far fewer are by chance.
  private static let leastShare = 8
  /// Of fewer bytes nothing is said.
  private static let leastLength = 16

  private struct Sighting {
    let time: Timestamp
    let interface: Int
    let packet: IPHeader
    /// The number that the capture gives to the packet; 0 when it gives none.
    let identity: UInt64
  }

  /// Two interfaces, the one with the lower index first.
  private struct Interfaces: Hashable {
    let first: Int
    let second: Int
  }

  /// A direction between two hosts, and where its packets were seen.
  private struct Step: Hashable {
    let source: IPAddress
    let destination: IPAddress
    let hops: PointSeparation.Hops
  }

  private var first: [UInt64: Sighting] = [:]
  /// Interfaces on which a packet was seen, for those that were seen on several.
  private var interfaces: [UInt64: [Int]] = [:]
  /// Interfaces of one packet that are remembered: more than there may be points.
  private static let mostInterfaces = 2 * CapturePoint.mostPlaces
  /// Packets by interface.
  private var counts: [Int: Int] = [:]
  private var betweenInterfaces: [Interfaces: Int] = [:]
  /// In the order in which they were seen first.
  private var steps: [(step: Step, count: Int)] = []
  private var stepPlaces: [Step: Int] = [:]

  public init() {}

  /// Takes the packets of a batch into account.
  public mutating func read(
    _ batch: borrowing PacketBatch, window: RawSpan, linkTypes: ContiguousArray<LinkType>
  ) {
    for index in 0..<batch.count {
      let record = batch[index]
      batch.walk(index, window: window, linkTypes: linkTypes) { payload, packet in
        add(
          payload,
          Sighting(
            time: record.time, interface: record.interface, packet: packet, identity: batch.identity(at: index)))
      }
    }
  }

  private mutating func add(_ payload: RawSpan, _ sighting: Sighting) {
    let packet = sighting.packet
    // What is sent to all is seen everywhere.
    guard payload.byteCount >= Self.leastLength, !packet.destination.isForMany else { return }
    counts[sighting.interface, default: 0] += 1
    let fingerprint =
      sighting.identity == 0
      ? PacketCopies.fingerprint(payload, packet)
      : PacketCopies.fingerprint(payload, packet, identity: sighting.identity)
    guard let earlier = first[fingerprint],
      (sighting.time.nanoseconds &- earlier.time.nanoseconds).magnitude <= Self.longestWay
    else {
      first[fingerprint] = sighting
      return
    }
    let isOnward = packet.timeToLive != earlier.packet.timeToLive
    if sighting.interface != earlier.interface,
      isOnward || sighting.identity != 0 || packet.identification == earlier.packet.identification
    {
      addInterface(sighting.interface, of: fingerprint, first: earlier.interface)
    }
    guard packet.source == earlier.packet.source, packet.destination == earlier.packet.destination else { return }
    if isOnward { add(hops: packet, earlier.packet) }
  }

  /// A packet that passes three points is seen again at the third by both before it.
  private mutating func addInterface(_ interface: Int, of fingerprint: UInt64, first: Int) {
    var seen = interfaces[fingerprint] ?? [first]
    for other in seen where other != interface {
      let pair = Interfaces(first: min(interface, other), second: max(interface, other))
      betweenInterfaces[pair, default: 0] += 1
    }
    if !seen.contains(interface), seen.count < Self.mostInterfaces { seen.append(interface) }
    interfaces[fingerprint] = seen
  }

  private mutating func add(hops a: IPHeader, _ b: IPHeader) {
    let (x, y) = (PointSeparation.hops(behind: a), PointSeparation.hops(behind: b))
    let step = Step(source: a.source, destination: a.destination, hops: .init(near: min(x, y), far: max(x, y)))
    if let known = stepPlaces[step] {
      steps[known].count += 1
    } else {
      stepPlaces[step] = steps.count
      steps.append((step, 1))
    }
  }

  /// How the capture's packets are told apart; nil where one point is all that they show.
  public var separation: PointSeparation? { byInterface ?? byHops }

  // MARK: Interfaces

  private var byInterface: PointSeparation? {
    let apart = Dictionary(
      grouping: betweenInterfaces.filter { isShared($0.key, $0.value) }.keys, by: \.second)
    guard !apart.isEmpty else { return nil }
    var places: [Int: Int] = [:]
    // Each belongs to the first point that shares no packets with it: the directions of a tap are one point.
    for (interface, earlier) in apart.sorted(by: { $0.key < $1.key }) {
      let taken = Set(earlier.map { places[$0.first] ?? 0 })
      places[interface] = (0..<CapturePoint.mostPlaces).first { !taken.contains($0) } ?? CapturePoint.mostPlaces - 1
    }
    return .interfaces(places)
  }

  private func isShared(_ pair: Interfaces, _ count: Int) -> Bool {
    let lesser = min(counts[pair.first] ?? 0, counts[pair.second] ?? 0)
    return count >= Self.leastSightings && count * Self.leastShare >= lesser
  }

  // MARK: Hops

  private var byHops: PointSeparation? {
    let total = steps.reduce(0) { $0 + $1.count }
    guard total >= Self.leastSightings, total * Self.leastShare >= counts.values.reduce(0, +),
      let nearer = sides(), let seen = hopsOfSources()
    else { return nil }
    return .hops(
      Dictionary(
        uniqueKeysWithValues: nearer.map { host, side in
          (host, PointSeparation.HostHops(nearer: side, seen: seen[host]))
        }))
  }

  /// The hops behind the packets of each source at the two points; nil where a source has others too, as with three points
  /// or a loop.
  private func hopsOfSources() -> [IPAddress: PointSeparation.Hops]? {
    var seen: [IPAddress: PointSeparation.Hops] = [:]
    for (step, _) in steps {
      if let known = seen[step.source], known != step.hops { return nil }
      seen[step.source] = step.hops
    }
    return seen
  }

  /// The point that each host is nearer to: both points are between the two hosts of a step. nil where that cannot be.
  private func sides() -> [IPAddress: Int]? {
    var neighbours: [IPAddress: [IPAddress]] = [:]
    for (step, _) in steps {
      neighbours[step.source, default: []].append(step.destination)
      neighbours[step.destination, default: []].append(step.source)
    }
    var sides: [IPAddress: Int] = [:]
    for (step, _) in steps where sides[step.source] == nil {
      sides[step.source] = 0
      var waiting = [step.source]
      while let host = waiting.popLast() {
        let side = sides[host] ?? 0
        for neighbour in neighbours[host] ?? [] {
          if let known = sides[neighbour] {
            if known == side { return nil }
          } else {
            sides[neighbour] = 1 - side
            waiting.append(neighbour)
          }
        }
      }
    }
    return sides
  }
}
