import Foundation
import Reporting
import Testing

@testable import LiveSession

@Suite("Files of a live session")
struct LiveFilesTests {
  @Test("metrics that could not be written are tried again at every update, and those in between are counted")
  func metrics() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
    func makeFolder() throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/metrics.prom"
    var files = try LiveFiles(
      folder: nil, metrics: path, interface: "eth0", generator: Generator(name: "tunnelscope", version: "1"))
    var status = LiveStatus()
    #expect(files.writeMetrics(status) == nil)
    try FileManager.default.removeItem(atPath: folder)
    #expect(files.writeMetrics(status) == "error: \(path): No such file or directory")
    for _ in 0..<2 { #expect(files.writeMetrics(status) == nil, "an outage is reported once") }
    try makeFolder()
    status.packets = 42
    #expect(files.writeMetrics(status) == "\(path): written again; updates lost in between: 3")
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("packets_total{interface=\"eth0\"} 42"))
    #expect(files.writeMetrics(status) == nil)
    #expect(files.hasFailed, "what was lost stays lost")
  }
}
