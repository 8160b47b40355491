import Dissection
import Observations

/// ESP in UDP of a flow without IKE: whether it agrees in what only ESP agrees in.
///
/// Each packet must have an SPI that its direction repeats, a sequence number that goes on from the last, and noise behind
/// it. One repetition in both directions is enough when the SPIs differ: OpenVPN's data has the same first four bytes both
/// ways. On the port that is registered for it, three repetitions in one direction are enough too.
struct ESPAgreement {
  private struct Direction {
    var spi: UInt32 = 0
    var sequence: UInt32 = 0
    var repetitions = 0
  }

  private var directions = (Direction(), Direction())

  /// Registered for ESP and IKE in UDP (RFC 3948).
  static let usualPort: UInt16 = 4_500
  /// A number this far behind the last still goes on from it: what a capture may have missed.
  private static let step: UInt32 = 1_024
  private static let repetitionsOfOneDirection = 3

  /// Takes a packet into account.
  ///
  /// - Returns: Whether the flow is ESP's.
  mutating func add(_ packet: ESPPacket, direction: Int, isUsualPort: Bool) -> Bool {
    if direction == 0 {
      Self.add(packet, to: &directions.0)
    } else {
      Self.add(packet, to: &directions.1)
    }
    let (a, b) = directions
    if a.repetitions > 0, b.repetitions > 0, a.spi != b.spi { return true }
    return isUsualPort && max(a.repetitions, b.repetitions) >= Self.repetitionsOfOneDirection
  }

  private static func add(_ packet: ESPPacket, to direction: inout Direction) {
    let goesOn =
      packet.spi == direction.spi && packet.sequence > direction.sequence
      && packet.sequence - direction.sequence <= step
    direction.repetitions = goesOn ? direction.repetitions + 1 : 0
    direction.spi = packet.spi
    direction.sequence = packet.sequence
  }
}

/// The agreements of flows that are not decided yet: 256 places, each for the last flow whose key falls on it.
struct ESPCandidates {
  private struct Candidate {
    let key: FlowKey
    var agreement = ESPAgreement()
  }

  /// Made when the first datagram looks like ESP; most captures need none.
  private var candidates: ContiguousArray<Candidate?> = []
  private static let places = 256

  /// Takes a packet of a flow into account.
  ///
  /// - Returns: Whether the flow is ESP's.
  mutating func add(_ packet: ESPPacket, of key: FlowKey, direction: Int) -> Bool {
    if candidates.isEmpty { candidates = ContiguousArray(repeating: nil, count: Self.places) }
    let place = Int(truncatingIfNeeded: (key.ports ^ key.ports >> 16 ^ key.a.low ^ key.b.low) % UInt64(Self.places))
    var candidate = candidates[place].flatMap { $0.key == key ? $0 : nil } ?? Candidate(key: key)
    let isUsualPort = (0...1).contains { key.sender(in: $0).port == ESPAgreement.usualPort }
    let isESP = candidate.agreement.add(packet, direction: direction, isUsualPort: isUsualPort)
    candidates[place] = isESP ? nil : candidate
    return isESP
  }
}
