import Observations

/// Two hosts that speak IPsec with each other: their associations and streams.
struct IPsecHosts {
  struct Key: Hashable {
    let a: IPAddress
    let b: IPAddress
    let carrier: UInt64

    init(_ key: FlowKey) {
      a = key.a
      b = key.b
      carrier = key.ports >> 40
    }
  }

  let key: Key
  /// Claimed flows between them.
  var flows = 0
  /// The flow with which they are described.
  var leader = PackedFrame.none
  /// The direction in which who began the first IKE SA sends; nil while no message says.
  var clientDirection: Int?
  /// Places, the oldest first.
  var associations: [Int32] = []
  /// Places by direction and SPI.
  var streams: [UInt64: Int32] = [:]

  /// The oldest goes first: behind one address there are some hundred clients, and each begins anew now and then.
  static let mostAssociations = 256
  /// Above it the packets of new keys are not followed: each association has two streams, and two more at each renewal.
  static let mostStreams = 16_384

  init(_ key: Key) { self.key = key }

  static func streamKey(_ spi: UInt32, _ direction: Int) -> UInt64 { UInt64(direction) << 32 | UInt64(spi) }
}

// What takes the place of a value that is given back.
extension IPsecAssociation {
  static var none: IPsecAssociation {
    let nobody = Endpoint(IPAddress(v4: 0), 0)
    return IPsecAssociation(
      espOn: Flow(client: nobody, server: nobody), clientDirection: 0, ports: 0, .none)
  }
}

extension ESPStream {
  static var none: ESPStream {
    ESPStream(.none, direction: 0, association: -1, isFromStart: false, at: PacketContext.none.time)
  }
}

extension ESPPacket {
  fileprivate static var none: ESPPacket { ESPPacket(spi: 0, sequence: 1, length: 0) }

  private init(spi: UInt32, sequence: UInt32, length: Int) {
    self.spi = spi
    self.sequence = sequence
    self.length = length
  }
}

extension PacketContext {
  fileprivate static var none: PacketContext {
    PacketContext(time: Timestamp(nanoseconds: 0), frame: .none, missingBytes: 0)
  }
}
