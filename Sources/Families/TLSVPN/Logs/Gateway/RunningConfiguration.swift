import Logs
import Observations

/// The `webvpn` section of a configuration (`show run webvpn`).
///
///     webvpn
///      port 444
///      enable outside
///      dtls port 444
///      anyconnect enable
struct WebVPNSection: CommandOutput {
  private var line: Int?
  private var configuration = WebVPNConfiguration()

  var isOpen: Bool { line != nil }

  static func isBeginning(_ line: borrowing LogText) -> Bool { line.end == 6 && line.starts(with: "webvpn") }

  mutating func begin(_ line: borrowing LogText, at number: Int) -> Bool {
    guard Self.isBeginning(line) else { return false }
    self.line = number
    configuration = WebVPNConfiguration()
    return true
  }

  /// Takes what is indented, and, where indentation was lost, what can only be in this section.
  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    var text = LogText(line.bytes)
    let isIndented = text.next.isSpace
    text.skipSpaces()
    if text.skip("port ") {
      configuration.tlsPort = text.port() ?? configuration.tlsPort
    } else if text.skip("dtls port ") {
      configuration.dtlsPort = text.port() ?? configuration.dtlsPort
    } else if text.starts(with: "enable password") {
      return false
    } else if text.skip("enable ") {
      if configuration.interfaces.count < 64 { configuration.interfaces.append(text.string(text.word())) }
    } else if text.skip("anyconnect ") || text.skip("svc ") {
      if text.starts(with: "enable") { configuration.isAnyConnectEnabled = true }
    } else {
      return isIndented || text.starts(with: "tunnel-group-list ")
    }
    return true
  }

  mutating func end(_ subject: LogSubject, into sink: inout LogSink) {
    sink.take(.statement(.webVPN(configuration)), at: nil, of: subject, line: line)
    line = nil
  }
}

/// The attributes of one group policy in a configuration (`show run group-policy`).
///
///     group-policy ac_users_group attributes
///      webvpn
///       anyconnect mtu 1300
///       anyconnect ssl dtls enable
///       anyconnect ssl df-bit-ignore enable
struct GroupPolicySection: CommandOutput {
  private var line: Int?
  private var configuration = GroupPolicyConfiguration(name: "")

  var isOpen: Bool { line != nil }

  static func isBeginning(_ line: borrowing LogText) -> Bool { name(line) != nil }

  mutating func begin(_ line: borrowing LogText, at number: Int) -> Bool {
    guard let name = Self.name(line) else { return false }
    self.line = number
    configuration = GroupPolicyConfiguration(name: name)
    return true
  }

  private static func name(_ line: borrowing LogText) -> String? {
    var text = LogText(line.bytes)
    guard text.skip("group-policy ") else { return nil }
    // A name with spaces stands in quotation marks.
    if text.skip(UInt8(ascii: "\"")) { return text.string(upTo: "\" attributes") }
    let name = text.word()
    text.skipSpaces()
    return text.starts(with: "attributes") ? line.string(name) : nil
  }

  /// Takes what is indented, and, where indentation was lost, what can only be in this section.
  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool {
    var text = LogText(line.bytes)
    let isIndented = text.next.isSpace
    text.skipSpaces()
    let isNegated = text.skip("no ")
    guard text.skip("anyconnect ") || text.skip("svc ") else {
      return isIndented || text.end == 6 && text.starts(with: "webvpn")
    }
    _ = text.skip("ssl ")
    if text.skip("mtu ") {
      configuration.mtu = isNegated ? nil : text.number()
    } else if text.skip("df-bit-ignore") {
      configuration.ignoresDontFragment = !isNegated && text.contains("enable")
    } else if text.skip("dtls") {
      configuration.isDTLSEnabled = !isNegated && text.contains("enable")
    }
    return true
  }

  mutating func end(_ subject: LogSubject, into sink: inout LogSink) {
    sink.take(.statement(.groupPolicy(configuration)), at: nil, of: subject, line: line)
    line = nil
  }
}
