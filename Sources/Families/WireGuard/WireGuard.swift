import Observations

/// WireGuard: one channel over UDP, on any port, that carries keys and data alike (Donenfeld, "WireGuard: Next Generation
/// Kernel Network Tunnel", 2020).
public enum WireGuard: Family {
  public typealias Tracker = WireGuardTracker

  public static var name: FamilyName { .wireguard }
}
