import Foundation
import SystemPackage
import Testing

@testable import Output

@Suite("A report in a file")
struct ReportFileTests {
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func create(_ names: String..., in folder: String) {
    for name in names { _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data("old".utf8)) }
  }

  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("is there whole or not at all")
  func wholeOrNot() throws {
    try Self.inFolder { folder in
      struct Stopped: Error {}
      #expect(throws: Stopped.self) {
        try ReportFile.write(to: "\(folder)/report", mayReplace: false) { file in
          try file.writeAll("half".utf8)
          throw Stopped()
        }
      }
      #expect(try Self.names(folder) == [])
      try ReportFile.write("whole", to: "\(folder)/report", mayReplace: false)
      #expect(try Self.names(folder) == ["report"])
      #expect(try String(contentsOfFile: "\(folder)/report", encoding: .utf8) == "whole")
      #expect(throws: OutputFailure.exists(path: "\(folder)/report")) {
        try ReportFile.write("other", to: "\(folder)/report", mayReplace: false)
      }
    }
  }

  @Test("what a killed run left beside it is removed before the next is written, and nothing else")
  func abandoned() throws {
    try Self.inFolder { folder in
      Self.create("report.part-4711", "report.part-", "report.part-1a", "report2.part-4711", "part-1", in: folder)
      try ReportFile.prepare("\(folder)/report", mayReplace: false)
      #expect(try Self.names(folder) == ["part-1", "report.part-", "report.part-1a", "report2.part-4711"])
    }
  }

  @Test("what a run that still works writes is left alone")
  func inUse() throws {
    try Self.inFolder { folder in
      try ReportFile.write(to: "\(folder)/report", mayReplace: false) { file in
        let partial = try Self.names(folder)
        #expect(partial.count == 1)
        try ReportFile.prepare("\(folder)/report", mayReplace: false)
        #expect(try Self.names(folder) == partial)
      }
      #expect(try Self.names(folder) == ["report"])
    }
  }

  @Test("a run with the number of one that was killed writes all the same")
  func sameProcessIdentifier() throws {
    try Self.inFolder { folder in
      Self.create("report.part-\(getpid())", in: folder)
      try ReportFile.write("new", to: "\(folder)/report", mayReplace: false)
      #expect(try Self.names(folder) == ["report"])
      #expect(try String(contentsOfFile: "\(folder)/report", encoding: .utf8) == "new")
    }
  }

  @Test("a link in the place of a partial file is neither followed nor removed")
  func link() throws {
    try Self.inFolder { folder in
      Self.create("precious", in: folder)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/report.part-1", withDestinationPath: "\(folder)/precious")
      try ReportFile.prepare("\(folder)/report", mayReplace: false)
      #expect(try Self.names(folder) == ["precious", "report.part-1"])
    }
  }

  @Test("a failure names the file and means what sysexits.h means")
  func failures() {
    #expect(throws: OutputFailure.refused(path: "/nonexistent/report", reason: .noSuchFileOrDirectory)) {
      try ReportFile.write("text", to: "/nonexistent/report", mayReplace: false)
    }
    #expect(OutputFailure.refused(path: "x", reason: .noSpace).exitStatus == 74)
    #expect(OutputFailure.refused(path: "x", reason: .permissionDenied).exitStatus == 77)
    #expect(OutputFailure.exists(path: "x").exitStatus == 64)
  }
}
