import Observations

/// OpenVPN: one channel over UDP or TCP, on any port, that carries keys and data alike (the protocol of OpenVPN 2.x, described
/// in the header of its source file ssl.h and in "OpenVPN wire protocol", openvpn.github.io/openvpn-rfc).
public enum OpenVPN: Family {
  public typealias Tracker = OpenVPNTracker

  public static var name: FamilyName { .openvpn }
}
