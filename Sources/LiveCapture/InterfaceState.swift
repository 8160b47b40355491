import CLinux

/// What the kernel says of an interface's state; needs no rights.
public enum InterfaceState: Sendable, Hashable {
  case up
  case down
  case gone

  /// The pseudo-interface that stands for all interfaces is always up.
  public static func of(_ interface: String) -> InterfaceState {
    if interface == "any" { return .up }
    let flags = unsafe linux_interface_flags(interface)
    guard flags >= 0 else { return .gone }
    return flags & Int32(IFF_UP) != 0 ? .up : .down
  }

  static func exists(_ interface: String) -> Bool { unsafe interface == "any" || if_nametoindex(interface) != 0 }
}
