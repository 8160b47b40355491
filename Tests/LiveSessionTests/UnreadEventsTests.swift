import Correlation
import Foundation
import Output
import Reporting
import SystemPackage
import Testing

@testable import LiveSession

@Suite("Events that nobody reads")
struct UnreadEventsTests {
  @Test("are left out, told where they are missing, and counted in the report")
  func told() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
    let status = unsafe mkfifo(path, 0o600)
    #expect(status == 0)
    defer { unsafe unlink(path) }
    // For reading and writing, so that to open it waits for nobody.
    let reading = try FileDescriptor.open(FilePath(path), .readWrite, options: .nonBlocking)
    defer { try? reading.close() }
    let output = try LiveOutput(
      format: .json, path: path, owner: nil, generator: Generator(name: "tunnelscope", version: "1"),
      writer: NonblockingWriter(capacity: 1_000))
    let event = try #require(try Replay("once-client.pcap").told.first)
    while output.lostEvents < 3 { output.write(event) }
    #expect(output.descriptor != nil)
    var read: [UInt8] = []
    func drain() throws {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      while let count = try? unsafe bytes.withUnsafeMutableBytes({ try unsafe reading.read(into: $0) }), count > 0 {
        read += bytes.prefix(count)
        output.flush()
      }
    }
    try drain()
    output.write(event)
    output.finish(Report())
    try drain()
    #expect(!output.hasFailed)
    let file = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(read).write(to: file)
    let events = LiveProgram.events(in: file)
    let names = events.compactMap { $0["event"] as? String }
    #expect(names.suffix(3) == ["output", "finding", "report"])
    #expect(names.dropLast(3).allSatisfy { $0 == "finding" })
    #expect(events.first { $0["event"] as? String == "output" }?["lost_events"] as? Int == 3)
    #expect(events.last?["lost_events"] as? Int == 3)
    #expect(read.filter { $0 == UInt8(ascii: "\n") }.count == events.count, "every line is whole")
  }

  @Test(
    "beside a screen, events go to the file that was named, in the form that was asked for",
    arguments: [LiveFormat.text, .json])
  func besideScreen(format: LiveFormat) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let output = try LiveOutput(
      format: format, path: path, isScreen: true, owner: nil, generator: Generator(name: "tunnelscope", version: "1"))
    let event = try #require(try Replay("once-client.pcap").told.first)
    output.write(event)
    output.write(EventGroup(first: event, count: 1, members: [], plural: "", isNews: true))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("handshake-unanswered"))
    #expect(text.hasPrefix("{") == (format == .json))
    // Without a file the screen shows them, and nothing else does.
    let shown = try LiveOutput(
      format: .text, path: nil, isScreen: true, owner: nil, generator: Generator(name: "tunnelscope", version: "1"),
      writer: NonblockingWriter(capacity: 0))
    shown.write(EventGroup(first: event, count: 1, members: [], plural: "", isNews: true))
    #expect(shown.lostEvents == 0)
  }
}
