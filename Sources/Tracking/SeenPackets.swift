import Capture
import Dissection
import Observations

/// What the packets in the beginning of a capture come to: enough to tell whether another capture holds them too.
public struct SeenPackets: Sendable {
  private var fingerprints: Set<UInt64> = []
  private let ignoresAddresses: Bool
  /// Of so many packets it is remembered.
  public static let packets = 4_096
  /// Of fewer bytes nothing is said.
  private static let leastLength = 16

  /// - Parameter ignoringAddresses: Whether a packet is the same on both sides of an address translation.
  public init(ignoringAddresses: Bool = false) { ignoresAddresses = ignoringAddresses }

  /// Takes the packets of a batch into account.
  public mutating func read(
    _ batch: borrowing PacketBatch, window: RawSpan, linkTypes: ContiguousArray<LinkType>
  ) {
    for index in 0..<batch.count {
      batch.walk(index, window: window, linkTypes: linkTypes) { payload, packet in
        guard payload.byteCount >= Self.leastLength else { return }
        fingerprints.insert(
          ignoresAddresses
            ? PacketCopies.fingerprint(payload, packet, identity: 0) : PacketCopies.fingerprint(payload, packet))
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
}
