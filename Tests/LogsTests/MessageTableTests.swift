import Testing

@testable import Logs

/// How a line can come to a file: each takes a message and writes a line of it.
struct Wrapping: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// Whether the message's bytes are escaped as in JSON.
  var isJSON = false
  let time: String
  let line: @Sendable (String) -> String

  init(_ name: String, isJSON: Bool = false, time: String, _ line: @escaping @Sendable (String) -> String) {
    testDescription = name
    self.isJSON = isJSON
    self.time = time
    self.line = line
  }

  static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  static func entities(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  static let all: [Wrapping] = [
    Wrapping("bare", time: "") { $0 },
    Wrapping("RFC 3164", time: "11-28 00:23:33") { "<30>Nov 28 00:23:33 gw PROG[716]: \($0)" },
    Wrapping("RFC 3164 from a collector", time: "2026-11-28 00:23:33") {
      "Nov 28 00:23:34 10.1.1.2 Nov 28 2026 00:23:33 gw : \($0)"
    },
    Wrapping("RFC 5424", time: "2026-11-28 00:23:33.123000 0") {
      "<30>1 2026-11-28T00:23:33.123Z gw PROG 716 - - \($0)"
    },
    Wrapping("RFC 5424 with structured data", time: "2026-11-28 00:23:33 60") {
      "<30>1 2026-11-28T00:23:33+01:00 gw PROG 716 ID47 [x@1 a=\"b\"] \($0)"
    },
    Wrapping("journald short-iso", time: "2026-11-28 00:23:33 60") { "2026-11-28T00:23:33+0100 gw PROG[716]: \($0)" },
    Wrapping("journald short-full", time: "2026-11-28 00:23:33 60") {
      "Sat 2026-11-28 00:23:33 CET gw PROG[716]: \($0)"
    },
    Wrapping("logread", time: "2026-11-28 00:23:33") { "Sat Nov 28 00:23:33 2026 daemon.info PROG[716]: \($0)" },
    Wrapping("German month", time: "12-28 00:23:33") { "Dez 28 00:23:33 gw PROG[716]: \($0)" },
    Wrapping("Chinese month", time: "05-31 00:14:07") { "5月 31 00:14:07 gw PROG[716]: \($0)" },
    Wrapping("French month", time: "08-28 00:23:33") { "août 28 00:23:33 gw PROG[716]: \($0)" },
    Wrapping("Russian month", time: "11-28 00:23:33") { "ноя 28 00:23:33 gw PROG[716]: \($0)" },
    Wrapping("tabs of a window", time: "2026-11-28 00:23:33") {
      "2026-11-28\t00:23:33\tINFO\tPID:3412\tTID:26712\t<VPNAuth.cpp>\t[L:271]\t[PRG_DEBUG] : \($0)"
    },
    Wrapping("bars of a window", time: "2026-11-28 00:23:33") { "2026-11-28 00:23:33 | 2bf4 | \($0)" },
    Wrapping("minutes", time: "2026-11-28 00:23:00") { "2026-11-28 00:23 \($0)" },
    Wrapping("env_logger", time: "2026-11-28 00:23:33 0") { "[2026-11-28T00:23:33Z INFO  PROG::tunnel] \($0)" },
    Wrapping("tracing", time: "2026-11-28 00:23:33.123456 0") {
      "2026-11-28T00:23:33.123456Z  INFO PROG::tunnel: \($0)"
    },
    Wrapping("Go's log", time: "2026-11-28 00:23:33") { "2026/11/28 00:23:33 \($0)" },
    Wrapping("logrus", isJSON: true, time: "2026-11-28 00:23:33 60") {
      "time=\"2026-11-28T00:23:33+01:00\" level=info msg=\"\(escaped($0))\""
    },
    Wrapping("zap", isJSON: true, time: "2026-11-28 00:23:33.500000 0") {
      "{\"level\":\"info\",\"ts\":1795825413.5,\"caller\":\"a/b.go:12\",\"msg\":\"\(escaped($0))\"}"
    },
    Wrapping("Docker", isJSON: true, time: "2026-11-28 00:23:33.123456 0") {
      "{\"log\":\"\(escaped($0))\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-28T00:23:33.123456789Z\"}"
    },
    Wrapping("Docker's times", time: "2026-11-28 00:23:33.123456 0") {
      "2026-11-28T00:23:33.123456789Z stderr F \($0)"
    },
    Wrapping("journald JSON", isJSON: true, time: "2026-11-28 00:23:33.254798 0") {
      "{ \"__REALTIME_TIMESTAMP\" : \"1795825413254798\", \"_HOSTNAME\" : \"gw\", \"SYSLOG_IDENTIFIER\" : \"PROG\", \"MESSAGE\" : \"\(escaped($0))\", \"PRIORITY\" : \"6\" }"
    },
    Wrapping("JSON with a header in its message", isJSON: true, time: "2026-11-28 00:23:33") {
      "{\"host\":\"gw\",\"message\":\"<30>Nov 28 2026 00:23:33 gw PROG[716]: \(escaped($0))\"}"
    },
    Wrapping("CSV", time: "2026-11-28 00:23:33") { "2026-11-28 00:23:33,722033,\($0)" },
    Wrapping("Windows event, tabs", time: "2026-11-28 13:23:33") {
      "Information\t11/28/2026 1:23:33 PM\tSource\t2041\tNone\t\($0)"
    },
    Wrapping("Windows event, XML", time: "2026-11-28 00:23:33 0") {
      "<Event><System><Provider Name='PROG'/><Level>4</Level><TimeCreated SystemTime='2026-11-28T00:23:33Z'/><Computer>gw</Computer></System><EventData><Data>\(entities($0))</Data></EventData></Event>"
    },
    Wrapping("CEF", time: "2026-11-28 00:23:33") {
      "<134>Nov 28 2026 00:23:33 siem CEF:0|Cisco|ASA|9.18|1|event|5|dvc=10.1.1.2 msg=\($0)"
    },
    Wrapping("OpenVPN", time: "2026-11-28 00:23:33.707246") { "2026-11-28 00:23:33 us=707246 \($0)" },
    Wrapping("OpenVPN 2.4", time: "2026-11-28 00:23:33") { "Sat Nov 28 00:23:33 2026 \($0)" },
    Wrapping("charon", time: "2026-11-28 00:23:33") { "2026-11-28 00:23:33 05[IKE] \($0)" },
    Wrapping("ASDM", time: "2026-11-28 00:23:33") { "6|Nov 28 2026|00:23:33|722036|198.51.100.10|||\($0)" },
    Wrapping("comma in front of milliseconds", time: "2026-11-28 00:23:33.125000") {
      "2026-11-28 00:23:33,125 [main] \($0)"
    },
    Wrapping("epoch", time: "2026-11-28 00:23:33.254000 0") { "[1795825413.254] \($0)" },
    Wrapping("Windows date", time: "2026-11-28 00:23:33") { "28.11.2026 00:23:33 \($0)" },
  ]
}

@Suite("The table of messages")
struct MessageTableTests {
  @Test("it is complete: every text is a pattern, and opens with words that are found")
  func complete() throws {
    let table = try ReadLine.table()
    #expect(table.entries.count > 500)
    for entry in table.entries {
      #expect(entry.pattern.opening.count >= 5, "\(entry.message.text)")
      #expect(!entry.message.sample.contains("{}"), "\(entry.message.text) needs a sample")
    }
    #expect(Set(table.entries.map(\.product)) == Set(LogProduct.allCases))
  }

  @Test("no message has more values than are kept, with those of its subject")
  func fewValues() throws {
    for entry in try ReadLine.table().entries {
      let places = entry.pattern.parts.filter { if case .value(_?) = $0 { true } else { false } }
      // User, group and client.
      #expect(places.count + 3 <= MessageValues.limit, "\(entry.message.text)")
    }
    var values = MessageValues()
    for index in 0..<20 { values.add(.name, index..<index + 1) }
    #expect(values.count == MessageValues.limit)
  }

  @Test("every message is found in its sample, and its values are read")
  func samples() throws {
    let table = try ReadLine.table()
    var wrong: [String] = []
    for (index, entry) in table.entries.enumerated() {
      let read = try ReadLine(entry.message.sample)
      let found = read.entry.map { table.entries[$0].message.text } ?? "nothing"
      if read.entry != index || !read.isWhole { wrong.append("\(entry.message.sample): \(found)") }
      for part in entry.pattern.parts {
        if case .value(let role?) = part, read.values[role] == nil {
          wrong.append("\(role) of \(entry.message.sample)")
        }
      }
    }
    #expect(wrong.count == 0, "\(wrong.joined(separator: "\n"))")
  }

  @Test("every message is found however its line is wrapped, with the line's time", arguments: Wrapping.all)
  func wrapped(_ wrapping: Wrapping) throws {
    let table = try ReadLine.table()
    var wrong: [String] = []
    for (index, entry) in table.entries.enumerated() {
      // A value of CEF ends in front of the next key, and a FortiGate's message is keys itself.
      if wrapping.testDescription == "CEF", entry.message.sample.contains("=") { continue }
      // A program of another name does not say common words of this one.
      let line = wrapping.line(entry.message.sample).replacing("PROG", with: Self.program(entry.product))
      let read = try ReadLine(line)
      let found = read.entry.map { table.entries[$0].message.text } ?? "nothing"
      if read.entry != index { wrong.append("\(line): \(found)") }
      if read.writtenTime != wrapping.time { wrong.append("\(line): \(read.writtenTime)") }
    }
    #expect(wrong.count == 0, "\(wrong.prefix(6).joined(separator: "\n"))")
  }

  static func program(_ product: LogProduct) -> String {
    switch product {
    case .openconnect: "openconnect"
    case .ocserv: "ocserv"
    case .asa: "ASA"
    case .anyConnect: "acvpnagent"
    case .networkManager: "NetworkManager"
    case .globalProtect: "PanGPS"
    case .fortiGate: "fgt"
    case .openfortivpn: "openfortivpn"
    case .fortiClient: "FortiClient"
    case .pulse: "PulseSecure"
    case .f5: "gof5"
    case .checkPoint: "snxctl"
    case .ciscoIOS: "r1"
    case .sonicWall: "nxbender"
    case .appleL2TP: "pppd"
    case .appleIKE: "nesessionmanager"
    case .sonicOS: "fw"
    case .softEther: "vpnserver"
    case .sstpClient: "sstpc"
    case .xl2tpd: "xl2tpd"
    case .wireGuard: "wireguard-go"
    case .openVPN: "openvpn"
    case .charon: "charon"
    case .pluto: "pluto"
    case .racoon: "racoon"
    case .windowsRAS: "RasClient"
    case .junos: "kmd"
    case .paloAlto: "PA-220"
    case .azureVPN, .awsVPN: "gateway"
    case .huawei: "USG6000"
    case .lancom: "LANCOM"
    case .zyxel: "zywall"
    }
  }
}
