import Reporting
import Testing

@testable import CaseBundle

@Suite("A case that is opened")
struct StoredCaseTests {
  private static func path(in scratch: Scratch) throws -> String {
    scratch.file("case.zip", try Samples.archive([Samples.path("blocked-client.pcap")]))
  }

  @Test("each form of its report is what it holds", arguments: CaseBundle.reportForms.map(\.format))
  func forms(format: ReportFormat) throws {
    let scratch = Scratch()
    let stored = try StoredCase(path: Self.path(in: scratch), format: format)
    let bundle = try Samples.bundle([Samples.path("blocked-client.pcap")])
    let name = try #require(CaseBundle.reportForms.first { $0.format == format }?.name)
    #expect(stored.report == bundle.text(name))
    #expect(VisibleText.lines(of: stored.report) == stored.report)
    #expect(stored.exitStatus == 1)
    #expect(stored.generator == "tunnelscope 0")
  }

  @Test("a member that is too long is refused")
  func longest() throws {
    let scratch = Scratch()
    let path = try Self.path(in: scratch)
    #expect(throws: StoredCase.Failure.self) { try StoredCase(path: path, format: .json, longest: 10_000) }
  }

  @Test("neither a capture, nor an archive of something else, nor a file that is not there is a case")
  func others() throws {
    let scratch = Scratch()
    let archive = scratch.file("other.zip", try ZipArchive.bytes(of: [.init(name: "a", bytes: [1])]))
    for path in [Samples.path("blocked-client.pcap"), archive, "\(scratch.path)/none"] {
      #expect(throws: StoredCase.Failure.self) { try StoredCase(path: path, format: .text) }
    }
  }

  @Test("a case cut anywhere is refused or whole", arguments: stride(from: 0, to: 1, by: 0.05).map { $0 })
  func cut(part: Double) throws {
    let scratch = Scratch()
    let bytes = try Samples.archive([Samples.path("blocked-client.pcap")])
    let path = scratch.file("cut.zip", Array(bytes.prefix(Int(part * Double(bytes.count)))))
    let whole = try Samples.bundle([Samples.path("blocked-client.pcap")]).text("report.md")
    if let stored = try? StoredCase(path: path, format: .markdown) { #expect(stored.report == whole) }
  }
}
