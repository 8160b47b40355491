import Capture
import Dissection
import Observations

/// What the packets in the beginning of a capture come to: enough to tell whether another capture holds them too.
public struct SeenPackets: Sendable {
  /// A packet, and the number that its sender gave it: what is sent again has another number, or none (RFC 6864 section 4.1).
  private struct Packet: Hashable {
    let fingerprint: UInt64
    let identification: UInt16
  }

  /// Where a packet was seen first.
  private struct Sighting {
    let time: Timestamp
    let timeToLive: UInt8
  }

  private var fingerprints: Set<UInt64> = []
  private var sightings: [Packet: Sighting] = [:]
  private let ignoresAddresses: Bool
  /// Of so many packets it is remembered.
  public static let packets = 4_096
  /// Of fewer bytes nothing is said.
  private static let leastLength = 16
  /// A packet or two may be anything: a loop, a number that comes again.
  private static let leastSightings = 3
  /// The way from one point to the other, and what their clocks lose in the meantime.
  public static let longestWay = 1.0

  /// - Parameter ignoringAddresses: Whether a packet is the same on both sides of an address translation.
  public init(ignoringAddresses: Bool = false) { ignoresAddresses = ignoringAddresses }

  /// Takes the packets of a batch into account.
  public mutating func read(
    _ batch: borrowing PacketBatch, window: RawSpan, linkTypes: ContiguousArray<LinkType>
  ) {
    for index in 0..<batch.count {
      let time = batch[index].time
      batch.walk(index, window: window, linkTypes: linkTypes) { payload, packet in
        guard payload.byteCount >= Self.leastLength else { return }
        let fingerprint =
          ignoresAddresses
          ? PacketCopies.fingerprint(payload, packet, identity: 0) : PacketCopies.fingerprint(payload, packet)
        fingerprints.insert(fingerprint)
        let key = Packet(fingerprint: fingerprint, identification: packet.identification)
        if sightings[key] == nil { sightings[key] = Sighting(time: time, timeToLive: packet.timeToLive) }
      }
    }
  }

  public var isEmpty: Bool { fingerprints.isEmpty }
  /// How many different packets there are.
  public var count: Int { fingerprints.count }

  /// Whether more than half of the packets are in another capture as well.
  public func areMostly(in other: SeenPackets) -> Bool {
    2 * fingerprints.count { other.fingerprints.contains($0) } > fingerprints.count
  }

  /// How much later, in seconds, another capture shows the same packets, by their clocks: not those that were sent again, but
  /// those with the sender's number, or with other hops to go, and all of them as much later. nil where there are none.
  public func seconds(until other: SeenPackets) -> Double? {
    let differences = sightings.compactMap { packet, sighting -> Double? in
      guard let there = other.sightings[packet],
        packet.identification != 0 || there.timeToLive != sighting.timeToLive
      else { return nil }
      return there.time.seconds(since: sighting.time)
    }.sorted()
    guard differences.count >= Self.leastSightings else { return nil }
    let median = differences[differences.count / 2]
    return differences.count { abs($0 - median) <= Self.longestWay } >= Self.leastSightings ? median : nil
  }
}
