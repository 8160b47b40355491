import Foundation
import Testing

/// `Integrations/Spark` without Spark: what its tasks do, one after the other. `script/test-spark` has them run on Spark.
@Suite("Integrations/Spark")
struct SparkJobTests {
  @Test("the job's reports are those that analyze gives")
  func job() throws {
    let program = try #require(Program.path)
    try TemporaryFolder.with { folder in
      let (status, words) = try PythonScript.run(
        ["-B", "\(Program.packageRoot)/Integrations/Spark/test_tunnelscope_job.py", program, "JobTests"], in: folder)
      #expect(status == 0, "\(words)")
      #expect(words.contains("Ran 16 tests"))
    }
  }
}
