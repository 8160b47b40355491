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

extension UndecidedFlows<ESPAgreement> {
  /// Takes a packet of a flow into account.
  ///
  /// - Returns: Whether the flow is ESP's.
  mutating func add(_ packet: ESPPacket, of key: FlowKey, direction: Int) -> Bool {
    var agreement = self[key] ?? ESPAgreement()
    let isUsualPort = (0...1).contains { key.sender(in: $0).port == ESPAgreement.usualPort }
    let isESP = agreement.add(packet, direction: direction, isUsualPort: isUsualPort)
    self[key] = isESP ? nil : agreement
    return isESP
  }
}
