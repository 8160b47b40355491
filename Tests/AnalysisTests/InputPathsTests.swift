import Foundation
import Testing

@testable import Analysis

@Suite("What paths on a command line stand for")
struct InputPathsTests {
  @Test("a folder stands for its captures and logs, a text among captures is a log, and a file named as a log is one")
  func kinds() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("inputs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let log = folder.appendingPathComponent("ocserv.log").path
    let capture = folder.appendingPathComponent("client.pcap").path
    try Data("ocserv[1]: main: initialized\n".utf8).write(to: URL(fileURLWithPath: log))
    try FileManager.default.copyItem(atPath: Files.sample("idle-quiet-client.pcap"), toPath: capture)

    let whole = InputPaths(files: [folder.path])
    #expect(whole.captures == [capture] && whole.logs == [log])
    let named = InputPaths(files: [log, capture])
    #expect(named.captures == [capture] && named.logs == [log])
    // What is no log says so when it is read as one.
    let misnamed = InputPaths(files: [], logs: [capture, log])
    #expect(misnamed.captures.isEmpty && misnamed.logs == [capture, log])
    let asLog = InputPaths(files: [capture], logs: [folder.path])
    #expect(asLog.captures == [capture] && asLog.logs == [log])
  }
}
