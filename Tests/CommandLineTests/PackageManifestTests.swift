import Foundation
import Testing

/// Package.swift against the import lines of the sources.
@Suite("The package's manifest")
struct PackageManifestTests {
  /// A target as the manifest declares it.
  struct Target: CustomTestStringConvertible {
    /// `target`, `executableTarget` or `testTarget`.
    let kind: String
    let name: String
    let dependencies: Set<String>
    let folder: String

    var testDescription: String { name }

    /// - Parameter declaration: What stands between the parentheses.
    init?(kind: String, _ declaration: Substring) {
      guard let name = declaration.firstMatch(of: /name: "([^"]+)"/) else { return nil }
      self.kind = kind
      self.name = String(name.1)
      let path = declaration.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
      folder = "\(Program.packageRoot)/" + (path ?? "\(kind == "testTarget" ? "Tests" : "Sources")/\(name.1)")
      // A product is imported by its own name; its package's name is none.
      let text = declaration.replacing(/package: "[^"]+"/, with: "")
      let list = text.range(of: "dependencies: [").map { text[$0.upperBound...] } ?? ""
      dependencies = Set(list.prefix { $0 != "]" }.matches(of: /"([^"]+)"/).map { String($0.1) })
    }

    /// The modules that its sources import.
    var imports: Set<String> { importsByFile.values.reduce(into: []) { $0.formUnion($1) } }

    var importsByFile: [String: Set<String>] {
      var files: [String: Set<String>] = [:]
      for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init()
      where path.hasSuffix(".swift") {
        let text = (try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)) ?? ""
        let lines = text.matches(of: /(?m)^ *(?:@\w+ )*(?:\w+ )?import (\w+)$/)
        files[path] = Set(lines.map { String($0.1) })
      }
      return files
    }
  }

  static let targets: [Target] = {
    let text = (try? String(contentsOfFile: "\(Program.packageRoot)/Package.swift", encoding: .utf8)) ?? ""
    return text.matches(of: /\.(target|executableTarget|testTarget)\(/).compactMap { opening in
      var depth = 1
      let declaration = text[opening.range.upperBound...].prefix { character in
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
        return depth > 0
      }
      return Target(kind: String(opening.1), declaration)
    }
  }()

  /// What comes with the compiler and the system.
  private static let system: Set = [
    "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Testing",
  ]

  @Test("declares targets whose sources import something") func targetsAreFound() {
    #expect(Self.targets.count > 25)
    #expect(Self.targets.first { $0.name == "LiveCapture" }?.dependencies.contains("CPcap") == true)
    #expect(Self.targets.first { $0.name == "LiveCapture" }?.imports.contains("CPcap") == true)
  }

  @Test("declares every module that a target imports, and no other", arguments: targets)
  func dependenciesAreDeclared(_ target: Target) {
    let imports = target.imports.subtracting(Self.system)
    #expect(imports.subtracting(target.dependencies).sorted() == [], "imported and not declared")
    #expect(target.dependencies.subtracting(imports).sorted() == [], "declared and not imported")
  }

  @Test("lets no target import all of Foundation, half of whose size is Unicode data")
  func foundationIsNotImported() {
    for target in Self.targets where target.kind != "testTarget" {
      #expect(!target.imports.contains("Foundation"), "\(target.name)")
    }
  }

  @Test("lets no target depend on an executable, which cannot be tested but from outside")
  func noExecutableIsImported() {
    let executables = Set(Self.targets.filter { $0.kind == "executableTarget" }.map(\.name))
    #expect(executables.contains("tunnelscope"))
    for target in Self.targets { #expect(target.dependencies.isDisjoint(with: executables), "\(target.name)") }
  }

  /// As many as `Logs` has; the others have two at most. More would mean that the calls are spread again.
  private static let mostFilesWithSystemCalls = 3

  @Test("lets a few files of a target import the C library", arguments: targets.filter { $0.kind != "testTarget" })
  func systemCallsAreTogether(_ target: Target) {
    let files = target.importsByFile.filter { $0.value.contains("Glibc") }.keys.sorted()
    #expect(files.count <= Self.mostFilesWithSystemCalls, "\(files)")
  }
}
