import Foundation
import Testing

/// `script/soak` without namespaces: when tunnels fail, and how what live says is compared with that.
@Suite("script/soak")
struct SoakTests {
  @Test("what live says is compared with the schedule")
  func judgement() throws {
    try TemporaryFolder.with { folder in
      let (status, words) = try PythonScript.run(
        ["-B", "\(Program.packageRoot)/script/soaking/test_schedule.py"], in: folder)
      #expect(status == 0, "\(words)")
      #expect(words.contains("Ran 8 tests"))
    }
  }
}
