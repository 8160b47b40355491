/// Services that speak DTLS without a tunnel, at the ports that IANA gave them.
///
/// Their handshakes look like a tunnel's, and the same host may offer TLS beside them, so that here the port has to do. No
/// product has its tunnel there.
enum OtherDTLSService {
  private static let radius: UInt16 = 2_083
  private static let turn: UInt16 = 5_349
  private static let coap: UInt16 = 5_684
  private static let syslog: UInt16 = 6_514
  private static let snmp: UInt16 = 10_161
  private static let snmpTraps: UInt16 = 10_162

  static func isUsual(at port: UInt16) -> Bool {
    switch port {
    case radius, turn, coap, syslog, snmp, snmpTraps: true
    default: false
    }
  }
}
