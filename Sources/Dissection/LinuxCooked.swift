import Observations

/// Linux "cooked" capture header, version 1 (LINKTYPE_LINUX_SLL), what the "any" device of Linux writes.
///
///     0             2         4                6         14         16
///     | packet type | ARPHRD_ | address length | address | protocol | payload …
///
/// The protocol is an EtherType, perhaps of a VLAN tag; small numbers stand for 802.2 and 802.3 frames.
public enum LinuxCooked {
  @usableFromInline enum Field {
    @inlinable static var hardwareType: Int { 2 }
    @inlinable static var protocolType: Int { 14 }
    @inlinable static var end: Int { 16 }
  }

  @inlinable
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    guard frame.byteCount >= Field.end, unsafe carriesEtherType(hardwareType: frame.u16(Field.hardwareType))
    else { return nil }
    return EthernetHeader.networkLayer(of: frame, etherType: unsafe frame.u16(Field.protocolType), at: Field.end)
  }

  /// What both versions of the header say; nil when it is cut.
  static func header(
    of frame: RawSpan, _ linkType: LinkType
  ) -> (hardwareType: UInt16, protocolType: UInt16, length: Int)? {
    if case .linuxCooked2 = linkType {
      guard frame.byteCount >= LinuxCooked2.Field.end else { return nil }
      return unsafe (
        frame.u16(LinuxCooked2.Field.hardwareType), frame.u16(LinuxCooked2.Field.protocolType), LinuxCooked2.Field.end
      )
    }
    guard frame.byteCount >= Field.end else { return nil }
    return unsafe (frame.u16(Field.hardwareType), frame.u16(Field.protocolType), Field.end)
  }

  /// For netlink, radiotap and frame relay (ARPHRD_ 824, 803, 770) the protocol field means something else.
  @inlinable
  static func carriesEtherType(hardwareType: UInt16) -> Bool {
    hardwareType != 824 && hardwareType != 803 && hardwareType != 770
  }
}

/// Linux "cooked" capture header, version 2 (LINKTYPE_LINUX_SLL2).
///
///     0          2          4                 8         10            11               12        20
///     | protocol | reserved | interface index | ARPHRD_ | packet type | address length | address | payload …
public enum LinuxCooked2 {
  @usableFromInline enum Field {
    @inlinable static var protocolType: Int { 0 }
    @inlinable static var hardwareType: Int { 8 }
    @inlinable static var end: Int { 20 }
  }

  @inlinable
  public static func networkLayer(of frame: RawSpan) -> NetworkLayer? {
    guard frame.byteCount >= Field.end,
      unsafe LinuxCooked.carriesEtherType(hardwareType: frame.u16(Field.hardwareType))
    else { return nil }
    return EthernetHeader.networkLayer(of: frame, etherType: unsafe frame.u16(Field.protocolType), at: Field.end)
  }
}
