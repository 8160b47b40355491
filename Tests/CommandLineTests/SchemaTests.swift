import Foundation
import Testing

/// The JSON of real analyses against the schemas in Documentation.
@Suite("JSON schemas")
struct SchemaTests {
  private static let interpreter = "/usr/bin/env"

  private static func python(_ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = ["python3"] + arguments
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil else { return (-1, "") }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  static let canValidate =
    python(["-c", "import jsonschema; jsonschema.Draft202012Validator"]).status == 0

  private func validate(_ json: String, _ schema: String, _ options: String...) throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("report.json", Data(json.utf8))
      let root = Program.packageRoot
      let result = Self.python(
        ["\(root)/Tests/ReportingTests/validate.py", "\(root)/Documentation/\(schema)", folder("report.json")]
          + options)
      #expect(result.status == 0, "\(result.output)")
    }
  }

  // Needs python3 with the jsonschema module; where it is absent the tests show as skipped.
  @Test(
    "reports on captures are valid", .enabled(if: canValidate, "python3 has no jsonschema"),
    arguments: [
      ["restarted-client.pcap"], ["wrong-port-refused-client.pcap"], ["technote-black-hole-inside.pcap"],
      ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"], ["nat-rebind-client.pcap"],
      ["stalled-client.pcap"],
    ])
  func report(names: [String]) throws {
    let result = try Program.run(["analyze", "--format", "json"] + names.map(Program.sample))
    #expect(result.errors.isEmpty)
    try validate(result.output, "report.schema.json")
  }

  // As above.
  @Test(
    "reports on logs are valid, whatever wrote them", .enabled(if: canValidate, "python3 has no jsonschema"),
    arguments: [
      "Nov 28 09:20:00 gw charon: 05[IKE] initiating IKE_SA vpn[1] to 203.0.113.20",
      "Nov 28 09:20:00 gw pluto[3021]: \"net\" #1: initiating IKEv2 connection",
      "2026-11-28 09:20:00 TCP/UDP: Preserving recently used remote address: [AF_INET]203.0.113.20:1194",
      "DEBUG: (wg0) 2026/11/28 09:20:00 peer(xTIB…p8Dg) - Sending handshake initiation",
      "Nov 28 09:20:00 vm ocserv[5751]: main[alice]:198.51.100.10:40124 user disconnected", "no log at all",
    ])
  func log(line: String) throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("log.txt", Data((line + "\n").utf8))
      try validate(try Program.run(["analyze", "--format", "json", folder("log.txt")]).output, "report.schema.json")
    }
  }

  // As above.
  @Test(
    "comparisons of captures are valid", .enabled(if: canValidate, "python3 has no jsonschema"),
    arguments: [
      ["blocked-client.pcap", "restarted-client.pcap"], ["blocked-client.pcap", "once-client.pcap"],
      ["technote-inside.pcap", "technote-black-hole-inside.pcap"], ["restarted-client.pcap", "prohibited-client.pcap"],
    ])
  func comparison(names: [String]) throws {
    let result = try Program.run(["compare", "--format", "json"] + names.map(Program.sample))
    #expect(result.errors.isEmpty)
    try validate(result.output, "comparison.schema.json")
  }

  // As above.
  @Test(
    "every line of observations is valid", .enabled(if: canValidate, "python3 has no jsonschema"),
    arguments: [
      ["chain-client.pcap", "chain-gateway.pcap", "chain-inside.pcap"], ["prohibited-client.pcap"],
      ["ipv6-refused-client.pcap"], ["shrink-client.pcap"], ["technote-black-hole-inside.pcap"],
      ["blocked-client.pcap", "--filter", "not port 22", "--since", "+5s"], ["offload-client.pcap", "--part", "2/2"],
      ["--log", "openconnect-blocked.log"], ["chain-client.pcap", "--log", "openconnect-blocked.log"],
    ])
  func observations(arguments: [String]) throws {
    let result = try Program.run(
      ["observe"]
        + arguments.map { name in
          name.hasSuffix(".pcap")
            ? Program.sample(name)
            : name.hasSuffix(".log") ? "\(Program.packageRoot)/Tests/LogsTests/Fixtures/\(name)" : name
        })
    #expect(result.status == 0)
    try validate(result.output, "observations.schema.json", "--lines")
  }
}
