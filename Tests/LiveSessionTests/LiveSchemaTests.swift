import Correlation
import Foundation
import Observations
import Reporting
import Testing

@testable import LiveSession

/// Every kind of event that a live capture writes, against Documentation/live-event.schema.json.
@Suite("The schema of live events")
struct LiveSchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL

  private static func python(_ arguments: [String]) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil else { return (-1, "") }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private static let canValidate = python(["-c", "import jsonschema; jsonschema.Draft202012Validator"]).status == 0

  private static func validate(_ lines: String) throws -> (status: Int32, output: String) {
    let file = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try Data(lines.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return python([
      root.appending(path: "Tests/ReportingTests/validate.py").path, "--lines",
      root.appending(path: "Documentation/live-event.schema.json").path, file.path,
      root.appending(path: "Documentation/report.schema.json").path,
    ])
  }

  private static let json = LiveJSON(generator: Generator(name: "tunnelscope", version: "1"))

  private static let notices: [SessionNotice] =
    captureNotices.map { .capture($0) } + [
      .savingResumed(lostPackets: 7), .savingEnded(lostPackets: 0), .commandFailed("ended with status 7", total: 1),
      .commandMissed(total: 2),
    ]

  private static let captureNotices: [LiveNotice] = [
    .started(interface: "eth0", linkType: .ethernet, snapLength: 262_144, filter: "ip"), .interfaceDown, .interfaceUp,
    .interfaceGone, .dropped(total: 7), .savingStopped("full"), .eventsLost(total: 2),
    .caseWritten(file: "case.zip", findings: ["L1", "L2"]),
    .caseFailed("full"),
  ]

  // Needs python3 with the jsonschema module.
  @Test("every notice is valid, with and without a time", .enabled(if: canValidate, "python3 has no jsonschema"))
  func noticesAreValid() throws {
    let lines = Self.notices.flatMap { notice in
      [nil, Timestamp(nanoseconds: 1)].map { notice.line(Self.json, at: $0) }
    }
    let result = try Self.validate(lines.joined())
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(
    "the events and the report of replayed captures are valid", .enabled(if: canValidate, "python3 has no jsonschema"),
    arguments: [
      "blocked-client.pcap", "lost-recovered-client.pcap", "cycle-healthy-client.pcap", "shrink-client.pcap",
      "technote-inside.pcap", "once-client.pcap",
    ])
  func eventsAreValid(_ capture: String) throws {
    var replay = try Replay(capture)
    replay.idle(seconds: 240)
    #expect(!replay.told.isEmpty)
    let lines = replay.told.map { Self.json.render($0) } + [Self.json.render(replay.report)]
    let result = try Self.validate(lines.joined())
    #expect(result.status == 0, "\(result.output)")
  }

  @Test("an event of another shape is not valid", .enabled(if: canValidate, "python3 has no jsonschema"))
  func othersAreNot() throws {
    for line in [
      #"{"event":"interface","state":"sideways"}"#, #"{"event":"drops","dropped_packets":1,"more":2}"#, "{}",
    ] {
      #expect(try Self.validate(line + "\n").status == 1)
    }
  }
}
