import Glibc

/// What the kernel says of an interface's state; needs no rights.
public enum InterfaceState: Sendable, Hashable {
  case up
  case down
  case gone

  /// The pseudo-interface that stands for all interfaces is always up.
  public static func of(_ interface: String) -> InterfaceState {
    if interface == "any" { return .up }
    guard exists(interface) else { return .gone }
    guard let flags = flags(interface) else { return .up }
    return flags & UInt32(IFF_UP) != 0 ? .up : .down
  }

  static func exists(_ interface: String) -> Bool { unsafe interface == "any" || if_nametoindex(interface) != 0 }

  /// The flags as sysfs has them; nil where it is not mounted.
  private static func flags(_ interface: String) -> UInt32? {
    guard !interface.contains("/") else { return nil }
    guard let file = unsafe fopen("/sys/class/net/\(interface)/flags", "re") else { return nil }
    defer { unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 32)
    guard unsafe fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    let text = LiveSource.text(buffer).drop { $0 == "0" || $0 == "x" }.prefix { $0.isHexDigit }
    return UInt32(text, radix: 16) ?? 0
  }
}
