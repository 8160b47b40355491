import Observations

/// The checksum of IP, TCP, UDP and ICMP (RFC 1071).
///
/// Bytes that were cut off count as zeros, so that it is right for the packet with zeros in their place and tells
/// nothing about them.
struct InternetChecksum {
  private var sum: UInt64 = 0

  /// Adds bytes that begin at an even offset.
  mutating func add(_ bytes: some Collection<UInt8>) {
    var isUpper = true
    for byte in bytes {
      sum &+= isUpper ? UInt64(byte) << 8 : UInt64(byte)
      isUpper.toggle()
    }
  }

  /// Adds the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1); `length` is that of the transport segment.
  mutating func addPseudoHeader(_ ends: RebuiltEnds, protocolNumber: UInt8, length: Int) {
    add(ends.source.wireBytes(isIPv6: ends.isIPv6))
    add(ends.destination.wireBytes(isIPv6: ends.isIPv6))
    add([UInt8](bigEndian: UInt64(clamping: length), count: 4))
    sum &+= UInt64(protocolNumber)
  }

  var value: UInt16 {
    var folded = sum
    while folded > 0xFFFF { folded = folded & 0xFFFF + folded >> 16 }
    return ~UInt16(truncatingIfNeeded: folded)
  }
}

/// The addresses of a packet as it is rebuilt.
struct RebuiltEnds {
  let source: IPAddress
  let destination: IPAddress
  let isIPv6: Bool
}

extension IPAddress {
  /// As it stands in a packet: 4 bytes in IPv4, 16 in IPv6 (an IPv4-mapped address too).
  func wireBytes(isIPv6: Bool) -> [UInt8] {
    isIPv6
      ? [UInt8](bigEndian: high, count: 8) + [UInt8](bigEndian: low, count: 8)
      : [UInt8](bigEndian: low & 0xFFFF_FFFF, count: 4)
  }
}
