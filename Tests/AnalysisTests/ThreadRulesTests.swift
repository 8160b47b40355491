import Foundation
import Testing

/// What CONTRIBUTING.md asks of code that has threads, where breaking it shows only now and then.
@Suite("Rules about threads")
struct ThreadRulesTests {
  private static func uses(of name: String, in folder: String) -> [String] {
    Files.all(under: "\(Files.packageRoot)/\(folder)").filter { file in
      guard file.hasSuffix(".swift") else { return false }
      let text = (try? String(contentsOfFile: "\(Files.packageRoot)/\(folder)/\(file)", encoding: .utf8)) ?? ""
      return text.contains(name)
    }
  }

  // The names are put together here, so that this file is no use of them.
  @Test(
    "nothing sets an environment variable, which another thread may be reading", arguments: ["set", "unset", "put"])
  func environment(verb: String) {
    #expect(Self.uses(of: verb + "env(", in: "Sources") == [])
    #expect(Self.uses(of: verb + "env(", in: "Tests") == [])
    #expect(!Self.uses(of: "get" + "env(", in: "Sources").isEmpty, "the files are read")
  }

  @Test(
    "no work goes to Dispatch's own threads, which it watches through what the sandbox closes",
    arguments: ["DispatchQueue" + ".global", "concurrent" + "Perform"])
  func dispatch(name: String) {
    #expect(Self.uses(of: name, in: "Sources") == [])
    #expect(!Self.uses(of: "DispatchQueue" + "(label:", in: "Sources").isEmpty, "the files are read")
  }
}
