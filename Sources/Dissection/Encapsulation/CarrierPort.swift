/// UDP ports that carriers use. A port proves nothing: `Decapsulation` checks the payload too, and what does not fit
/// stays itself.
public enum CarrierPort {
  /// VXLAN (RFC 7348 section 8.1).
  @inlinable public static var vxlan: UInt16 { 4789 }
  /// VXLAN as Linux uses it unless it is given another, from before the port was assigned.
  @inlinable public static var vxlanLinux: UInt16 { 8472 }
  /// VXLAN with the generic protocol extension (draft-ietf-nvo3-vxlan-gpe section 3).
  @inlinable public static var vxlanGPE: UInt16 { 4790 }
  /// GENEVE (RFC 8926 section 3.3).
  @inlinable public static var geneve: UInt16 { 6081 }
  /// GTP-U (3GPP TS 29.281 section 4.4.2).
  @inlinable public static var gtp: UInt16 { 2152 }
  /// TZSP, as its senders use it.
  @inlinable public static var tzsp: UInt16 { 37008 }
  /// GRE in UDP (RFC 8086 section 8.3).
  @inlinable public static var gre: UInt16 { 4754 }
  /// MPLS in UDP (RFC 7510 section 7).
  @inlinable public static var mpls: UInt16 { 6635 }
  /// L2TP (RFC 2661 section 8.1).
  @inlinable public static var l2tp: UInt16 { 1701 }
  /// Teredo's servers (RFC 4380 section 2.7).
  @inlinable public static var teredo: UInt16 { 3544 }
  /// The data channel of CAPWAP's controllers (RFC 5415 section 3.1).
  @inlinable public static var capwap: UInt16 { 5247 }

  /// Whether a datagram may carry a packet: it goes to such a port, or comes from that of a server whose answers go to
  /// the port that the client chose.
  @inlinable @inline(__always)
  public static func mayCarry(source: UInt16, destination: UInt16) -> Bool {
    switch destination {
    case vxlan, vxlanGPE, vxlanLinux, geneve, gtp, tzsp, gre, mpls: true
    default: isServer(destination) || isServer(source)
    }
  }

  /// Whether it is the port of a server, whose answers come from it.
  @inlinable @inline(__always)
  static func isServer(_ port: UInt16) -> Bool { port == l2tp || port == teredo || port == capwap }
}

extension IPProtocol {
  /// IPv4 in IP (RFC 2003).
  @inlinable public static var ipv4: UInt8 { 4 }
  /// IPv6 in IP (RFC 2473, RFC 4213).
  @inlinable public static var ipv6: UInt8 { 41 }
  /// Generic routing encapsulation (RFC 2784).
  @inlinable public static var gre: UInt8 { 47 }
  /// IPsec's authentication header (RFC 4302).
  @inlinable public static var authenticationHeader: UInt8 { 51 }
  /// Ethernet in IP (RFC 3378).
  @inlinable public static var etherIP: UInt8 { 97 }
  /// L2TP of version 3 (RFC 3931 section 4.1.1).
  @inlinable public static var l2tp3: UInt8 { 115 }
  /// The network service header (RFC 9491 section 4).
  @inlinable public static var nsh: UInt8 { 145 }
  /// MPLS in IP (RFC 4023).
  @inlinable public static var mpls: UInt8 { 137 }
  /// Ethernet behind IPv6 segment routing (RFC 8986 section 9.1).
  @inlinable public static var ethernet: UInt8 { 143 }

  /// Whether the payload is an IP packet.
  @inlinable @inline(__always)
  public static func isIP(_ number: UInt8) -> Bool { number == ipv4 || number == ipv6 }

  /// Whether the protocol carries whole packets.
  @inlinable @inline(__always)
  public static func isCarrier(_ number: UInt8) -> Bool {
    switch number {
    case ipv4, ipv6, gre, authenticationHeader, etherIP, l2tp3, mpls, ethernet, nsh: true
    default: false
    }
  }
}

extension EtherType {
  /// An Ethernet frame as a payload ("transparent Ethernet bridging", RFC 1701 section 5).
  @inlinable public static var ethernetFrame: UInt16 { 0x6558 }
  /// MPLS with labels that downstream routers chose (RFC 3032 section 5); unicast.
  @inlinable public static var mpls: UInt16 { 0x8847 }
  /// MPLS with labels that upstream routers chose (RFC 5332 section 3); multicast as a rule.
  @inlinable public static var mplsUpstream: UInt16 { 0x8848 }
  /// PPP (RFC 7637's predecessors and RFC 2637 section 4.1 use it in GRE).
  @inlinable public static var ppp: UInt16 { 0x880B }
  /// MikroTik's Ethernet over IP; in GRE only.
  @inlinable public static var ethernetOverIP: UInt16 { 0x6400 }
  /// ERSPAN types I and II (draft-foschiano-erspan section 4).
  @inlinable public static var erspan: UInt16 { 0x88BE }
  /// ERSPAN type III (draft-foschiano-erspan section 4.3).
  @inlinable public static var erspan3: UInt16 { 0x22EB }
  /// Web packets that a router redirects to a cache (WCCP); in GRE only.
  @inlinable public static var wccp: UInt16 { 0x883E }
  /// MACsec (IEEE 802.1AE clause 9.8).
  @inlinable public static var macsec: UInt16 { 0x88E5 }
  /// Backbone service tag (IEEE 802.1ah, now 802.1Q clause 9.7).
  @inlinable public static var backboneService: UInt16 { 0x88E7 }
  /// Cisco FabricPath.
  @inlinable public static var fabricPath: UInt16 { 0x8903 }
  /// Cisco metadata with a security group tag.
  @inlinable public static var ciscoMetadata: UInt16 { 0x8909 }
  /// The network service header of service chains (RFC 8300).
  @inlinable public static var serviceHeader: UInt16 { 0x894F }
  /// Cisco VN-Tag.
  @inlinable public static var vnTag: UInt16 { 0x8926 }
  /// High-availability seamless redundancy (IEC 62439-3).
  @inlinable public static var hsr: UInt16 { 0x892F }
  /// Bridge port extension, E-Tag (IEEE 802.1BR).
  @inlinable public static var bridgePortExtension: UInt16 { 0x893F }
  /// Arista's tag with the time at which a switch received or mirrored a frame.
  @inlinable public static var aristaTag: UInt16 { 0xD28B }
  /// A VLAN tag's number beside 0x9100 on some switches.
  @inlinable public static var otherVLAN: UInt16 { 0x9200 }
}
