import Logs
import Observations

/// `show vpn-sessiondb detail anyconnect`: the sessions of a gateway, each with its tunnels.
///
///     Username     : walter                 Index        : 1435
///     Assigned IP  : 192.168.1.4            Public IP    : 172.16.250.17
///     Pkts Tx Drop : 12                     Pkts Rx Drop : 0
///     Group Policy : ac_users_group         Tunnel Group : ac_users
///
///     SSL-Tunnel:
///       Encryption   : RC4                    Hashing      : SHA1
///       TCP Dst Port : 443                    Auth Mode    : userPassword
///
///     DTLS-Tunnel:
///       UDP Dst Port : 443
struct VPNSessionListing: CommandOutput {
  private enum Part { case session, parent, tls, dtls }
  private var line: Int?
  private var part = Part.session
  private var detail = VPNSessionDetail()
  private var session = LogSubject()
  /// Whether tunnels are listed: without `detail` they are not, and then none is missing.
  private var hasTunnels = false

  var isOpen: Bool { line != nil }

  static func isBeginning(_ line: borrowing LogText) -> Bool {
    line.starts(with: "Session Type: AnyConnect") || line.starts(with: "Session Type: SVC") || isUserName(line)
  }

  private static func isUserName(_ line: borrowing LogText) -> Bool {
    line.starts(with: "Username ") && line.contains("Index ") && line.contains(": ")
  }

  mutating func begin(_ line: borrowing LogText, at number: Int) -> Bool {
    guard Self.isBeginning(line) else { return false }
    self.line = number
    start(line)
    return true
  }

  private mutating func start(_ line: borrowing LogText) {
    part = .session
    detail = VPNSessionDetail()
    session = LogSubject(user: Self.value("Username", in: line))
    hasTunnels = false
  }

  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    if Self.isUserName(line) {
      emit(subject, into: &sink)
      self.line = sink.line
      start(line)
      return true
    }
    if line.starts(with: "SSL-Tunnel:") || line.starts(with: "Clientless:") {
      part = line.starts(with: "SSL") ? .tls : .parent
    } else if line.starts(with: "DTLS-Tunnel:") {
      part = .dtls
    } else if line.starts(with: "AnyConnect-Parent:") {
      part = .parent
    } else {
      guard line.contains(":") else { return line.next.isSpace }
      read(line)
      return true
    }
    hasTunnels = true
    return true
  }

  private mutating func read(_ line: borrowing LogText) {
    switch part {
    case .session:
      if let address = Self.value("Assigned IP", in: line) { session.innerAddress = IPAddress(address) }
      if let address = Self.value("Public IP", in: line) { session.client = IPAddress(address) }
      if let group = Self.value("Group Policy", in: line) { session.group = group }
      if let drops = Self.value("Pkts Tx Drop", in: line) { detail.packetsDropped = Int(drops) }
    case .parent: break
    case .tls:
      if let port = Self.value("TCP Dst Port", in: line) { detail.tlsPort = UInt16(port) }
      if let cipher = Self.cipher(in: line, over: detail.tlsCipher) { detail.tlsCipher = cipher }
    case .dtls:
      if let port = Self.value("UDP Dst Port", in: line) { detail.dtlsPort = UInt16(port) }
      if let cipher = Self.cipher(in: line, over: detail.dtlsCipher) { detail.dtlsCipher = cipher }
    }
  }

  /// The suite where it is written, else the name of the encryption.
  private static func cipher(in line: borrowing LogText, over known: String?) -> String? {
    value("Ciphersuite", in: line) ?? (known == nil ? value("Encryption", in: line) : nil)
  }

  /// The value of "Key   : value": it ends at the next column, two spaces on.
  private static func value(_ key: StaticString, in line: borrowing LogText) -> String? {
    var text = LogText(line.bytes)
    guard text.skip(past: key) else { return nil }
    text.skipSpaces()
    guard text.skip(UInt8(ascii: ":")) else { return nil }
    text.skipSpaces()
    return text.string(text.position..<(text.find("  ") ?? text.end))
  }

  private func emit(_ subject: LogSubject, into sink: inout LogSink) {
    guard hasTunnels else { return }
    var session = session
    session.device = subject.device
    sink.take(.statement(.vpnSession(detail)), at: nil, of: session, line: line)
  }

  mutating func end(_ subject: LogSubject, into sink: inout LogSink) {
    emit(subject, into: &sink)
    line = nil
  }
}
