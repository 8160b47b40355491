import Dissection
import Observations

/// ESP in UDP of a flow without IKE: whether it agrees in what only ESP agrees in.
///
/// Each packet must have an SPI that its direction repeats, a sequence number that goes on from the last, and noise behind
/// it. One repetition in both directions is enough when the SPIs differ: OpenVPN's data has the same first four bytes both
/// ways. On its own ports three repetitions in one direction are enough too, or one of a stream that begins there: a flow
/// whose first packet is number 1.
struct ESPAgreement {
  private struct Direction {
    var spi: UInt32 = 0
    var sequence: UInt32 = 0
    var repetitions = 0
  }

  private var directions = (Direction(), Direction())
  /// How the flow began; nil where the capture does not show it.
  private(set) var beginning: ESPBeginning?
  private var isEmpty = true

  /// 4500 is registered for ESP and IKE in UDP (RFC 3948), and Pulse has its ESP there; 4501 is GlobalProtect's.
  static let usualPorts: ClosedRange<UInt16> = 4_500...4_501
  /// A number this far behind the last still goes on from it: what a capture may have missed.
  private static let step: UInt32 = 1_024
  private static let repetitionsOfOneDirection = 3

  /// What the ports of a packet say.
  enum PortUse {
    /// It goes to one of ESP's own, as what a client asks does.
    case toUsual
    /// It comes from one.
    case fromUsual
    case other
  }

  /// Takes a packet into account.
  ///
  /// - Returns: Whether the flow is ESP's.
  mutating func add(_ packet: ESPPacket, direction: Int, to port: PortUse, _ context: PacketContext) -> Bool {
    if isEmpty, packet.number == 0, port == .toUsual {
      beginning = ESPBeginning(direction: direction, first: context, length: packet.length)
    }
    isEmpty = false
    if let beginning, beginning.direction != direction, beginning.answer == nil { self.beginning?.answer = context }
    if direction == 0 {
      Self.add(packet, to: &directions.0)
    } else {
      Self.add(packet, to: &directions.1)
    }
    let (a, b) = directions
    if a.repetitions > 0, b.repetitions > 0, a.spi != b.spi { return true }
    guard port != .other else { return false }
    let (goesOn, needed) = (max(a.repetitions, b.repetitions), beginning == nil ? Self.repetitionsOfOneDirection : 1)
    return goesOn >= needed
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

extension ESPAgreement {
  static func use(of key: FlowKey, _ direction: Int) -> PortUse {
    if usualPorts.contains(key.receiver(in: direction).port) { return .toUsual }
    return usualPorts.contains(key.sender(in: direction).port) ? .fromUsual : .other
  }
}

/// The first packets of a flow whose ESP begins with it. They were read before the flow was known to be ESP's.
struct ESPBeginning {
  /// In which the first packet went.
  let direction: Int
  let first: PacketContext
  /// Of the first packet, as `ESPPacket` has it.
  let length: Int
  /// The first packet of the other direction.
  var answer: PacketContext?
}

extension UndecidedFlows<ESPAgreement> {
  /// Takes a packet of a flow into account.
  ///
  /// - Returns: What the flow agrees in, when it is ESP's; nil while it is not.
  mutating func add(
    _ packet: ESPPacket, of key: FlowKey, direction: Int, _ context: PacketContext
  ) -> ESPAgreement? {
    var agreement = self[key] ?? ESPAgreement()
    let isESP = agreement.add(packet, direction: direction, to: ESPAgreement.use(of: key, direction), context)
    self[key] = isESP ? nil : agreement
    return isESP ? agreement : nil
  }
}
