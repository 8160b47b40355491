import CLinux
import CPcap
import Observations

/// An interface that packets may be captured on.
public struct Interface: Sendable, Hashable {
  public let name: String
  /// What libpcap says it is, if anything.
  public let about: String?
  public let addresses: [IPAddress]
  public let isUp: Bool
  public let isRunning: Bool
  public let isLoopback: Bool
  /// What its frames begin with; nil when it could not be opened to see.
  public let linkType: LinkType?
}

/// The interfaces of this machine.
public enum Interfaces {
  /// Every interface whose packets the program can look into or may be able to, in libpcap's order.
  public static func list() throws(LiveError) -> [Interface] {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    var first: UnsafeMutablePointer<pcap_if_t>?
    guard unsafe pcap_findalldevs(&first, &message) == 0 else {
      throw .system(interface: "interfaces", reason: LiveSource.text(message))
    }
    defer { unsafe pcap_freealldevs(first) }
    var interfaces: [Interface] = []
    var next = unsafe first
    while let device = unsafe next {
      unsafe next = device.pointee.next
      let entry = unsafe interface(device.pointee)
      // USB, Bluetooth and the like carry no IP; the firewall's logging queues are not interfaces.
      if unsafe if_nametoindex(entry.name) != 0 || entry.name == "any" { interfaces.append(entry) }
    }
    return interfaces
  }

  /// Whether this process may capture.
  public static var mayCapture: Bool { linux_has_capability(linux_cap_net_raw) == 1 }

  /// What is missing when nothing can be captured, and the command that grants it.
  public static var missingPermission: LiveError? {
    mayCapture ? nil : .noPermission(interface: "interfaces", program: Program.path)
  }

  private static func interface(_ device: pcap_if_t) -> Interface {
    let name = unsafe String(cString: device.name)
    let flags = unsafe device.flags
    return unsafe Interface(
      name: name, about: device.description.map { unsafe String(cString: $0) },
      addresses: addresses(device.addresses), isUp: flags & UInt32(PCAP_IF_UP) != 0,
      isRunning: flags & UInt32(PCAP_IF_RUNNING) != 0, isLoopback: flags & UInt32(PCAP_IF_LOOPBACK) != 0,
      linkType: linkType(of: name))
  }

  private static func linkType(of name: String) -> LinkType? {
    guard mayCapture else { return nil }
    var options = LiveOptions()
    options.bufferBytes = 1 << 20
    options.filter = ""
    guard let source = try? LiveSource.open(name, options) else { return nil }
    return source.linkType
  }

  private static func addresses(_ first: UnsafeMutablePointer<pcap_addr_t>?) -> [IPAddress] {
    var addresses: [IPAddress] = []
    var next = unsafe first
    while let entry = unsafe next {
      unsafe next = entry.pointee.next
      guard let address = unsafe entry.pointee.addr else { continue }
      if let known = unsafe ipAddress(address) { addresses.append(known) }
    }
    return addresses
  }

  private static func ipAddress(_ address: UnsafePointer<sockaddr>) -> IPAddress? {
    switch unsafe Int32(address.pointee.sa_family) {
    case AF_INET:
      return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
        unsafe IPAddress(v4: UInt32(bigEndian: address.pointee.sin_addr.s_addr))
      }
    case AF_INET6:
      return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
        let words = unsafe address.pointee.sin6_addr.__in6_u.__u6_addr32
        let big = (
          UInt32(bigEndian: words.0), UInt32(bigEndian: words.1), UInt32(bigEndian: words.2), UInt32(bigEndian: words.3)
        )
        return IPAddress(high: UInt64(big.0) << 32 | UInt64(big.1), low: UInt64(big.2) << 32 | UInt64(big.3))
      }
    default: return nil
    }
  }
}
