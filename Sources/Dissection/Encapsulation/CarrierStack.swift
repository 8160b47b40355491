/// What can carry packets inside other packets.
@frozen
public enum Carrier: UInt8, CaseIterable, Hashable, Sendable {
  case vxlan, gre, erspan, geneve, tzsp, ipInIP, etherIP, mpls, gtp, l2tp, providerBackbone, fabricPath
  case authenticationHeader, isl, serviceHeader, capwap, teredo

  /// The name an engineer knows it by.
  public var name: String {
    switch self {
    case .vxlan: "VXLAN"
    case .gre: "GRE"
    case .erspan: "ERSPAN"
    case .geneve: "GENEVE"
    case .tzsp: "TZSP"
    case .ipInIP: "IP in IP"
    case .etherIP: "EtherIP"
    case .mpls: "MPLS"
    case .gtp: "GTP-U"
    case .l2tp: "L2TP"
    case .providerBackbone: "802.1ah"
    case .fabricPath: "FabricPath"
    case .authenticationHeader: "IPsec AH"
    case .isl: "ISL"
    case .serviceHeader: "NSH"
    case .capwap: "CAPWAP"
    case .teredo: "Teredo"
    }
  }
}

/// The carriers that a packet came through, folded into one number, and which kinds they were.
@frozen
public struct CarrierStack: Hashable, Sendable {
  /// Tells networks apart that use the same addresses: equal for both directions of a flow, different for different
  /// VNIs, GRE keys, ERSPAN sessions, GENEVE VNIs and 802.1ah I-SIDs; 0 for packets of no carrier that has one.
  ///
  /// Left out is what one direction has and the other has not, because half a flow would look unanswered: MPLS labels
  /// (each router chooses those it receives, and the last one is often popped a hop early), TEIDs of GTP-U and IDs of
  /// L2TP (each end chooses its own), PPTP's call IDs, paths of NSH (one for each direction); and that a packet was carried at all, because a load balancer's
  /// IP in IP has no way back.
  public private(set) var identity: UInt64 = 0
  /// `identity` in 24 bits, for a flow's key beside protocol and ports: 0 exactly where `identity` is. Of a thousand
  /// networks with the same addresses, two share a number with a chance of 3 %.
  public var number: UInt32 {
    guard identity != 0 else { return 0 }
    return max(1, UInt32(truncatingIfNeeded: identity >> 40))
  }

  /// How many carriers there were.
  public private(set) var depth = 0
  /// A bit for each kind there was.
  private var kinds: UInt32 = 0

  @inlinable
  public init() {}

  /// Whether a carrier of this kind was among them.
  public func contains(_ carrier: Carrier) -> Bool { kinds >> UInt32(carrier.rawValue) & 1 != 0 }

  /// The kinds that there were, in the order of `Carrier`.
  public var carriers: [Carrier] { Carrier.allCases.filter(contains) }

  /// Adds the next carrier inwards, with what both directions name it by.
  @inline(__always)
  mutating func push(_ carrier: Carrier, identifier: UInt32? = nil) {
    depth += 1
    kinds |= 1 << UInt32(carrier.rawValue)
    guard let identifier else { return }
    identity = Self.mixed(identity ^ Self.mixed(UInt64(carrier.rawValue) << 32 | UInt64(identifier) | 1 << 63))
  }

  /// SplitMix64's finaliser: one to one, so that single carriers never meet, and every bit depends on every bit.
  private static func mixed(_ word: UInt64) -> UInt64 {
    var word = word
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
