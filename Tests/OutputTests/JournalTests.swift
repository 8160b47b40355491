import Output
import SystemPackage
import Testing

@Suite("The journal")
struct JournalTests {
  @Test("every line says its priority, and there are no empty ones")
  func lines() {
    #expect(Journal.marked("F1 new\n\n  about it\n", .warning) == "<4>F1 new\n<4>  about it\n")
    #expect(Journal.marked("F1 over", .notice) == "<5>F1 over\n")
    #expect(Journal.marked("", .error) == "")
    #expect(Journal.Priority.error.rawValue == 3)
    #expect(Journal.Priority.information.rawValue == 6)
  }

  @Test("a descriptor is the journal only where systemd says so")
  func descriptor() throws {
    let file = try FileDescriptor.open(FilePath("/dev/null"), .writeOnly)
    #expect(!Journal.isBehind(file))
    try file.close()
  }
}
