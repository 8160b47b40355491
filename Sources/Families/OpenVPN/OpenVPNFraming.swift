import Dissection

/// OpenVPN over TCP: the length of each packet stands in front of its opcode.
enum OpenVPNFraming: StreamFraming {
  static var lengthCountsItself: Bool { false }
  /// Length, opcode and session ID; data needs less.
  static var headerLength: Int { 11 }
  private static var shortestPacket: Int { 5 }

  static func preface(of stream: RawSpan) -> Int { 0 }

  /// A hard reset begins the stream.
  static func mayBegin(with packet: RawSpan) -> Bool {
    guard packet.byteCount > 0 else { return false }
    switch unsafe OpenVPNMessage.Opcode(rawValue: packet.u8(0) >> 3) {
    case .hardResetClientV2, .hardResetClientV3, .hardResetServerV2: return true
    default: return false
    }
  }

  static func mayBePacket(_ packet: RawSpan, length: Int) -> Bool {
    unsafe length >= shortestPacket && OpenVPNMessage.Opcode(rawValue: packet.u8(0) >> 3) != nil
  }
}
