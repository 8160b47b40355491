import Glibc
import Testing

/// The program as users run it; built by the test run itself.
@Suite("tunnelscope case")
struct CaseCommandTests {
  private static let root: String = {
    let file = #filePath
    return file.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  }()
  private static let program = shell("ls '\(root)'/.build/debug/tunnelscope 2>/dev/null").output
    .split(separator: "\n").first.map(String.init)

  private static func shell(_ command: String) -> (output: String, status: Int32) {
    guard let pipe = unsafe popen(command, "r") else { return ("", -1) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, pipe)
      guard count > 0 else { break }
      output += buffer[..<count]
    }
    return (String(decoding: output, as: UTF8.self), unsafe pclose(pipe) >> 8 & 255)
  }

  /// Runs the program in a folder of its own and hands over what it wrote to both streams, and its exit status.
  private func run(_ script: String) throws -> (output: String, status: Int32) {
    let program = try #require(Self.program)
    return Self.shell(
      """
      d=$(mktemp -d /tmp/tunnelscope-command-XXXXXX); cd "$d"; p='\(program)'; c='\(Self.root)/Captures'
      ( \(script) ) 2>&1; s=$?; cd /; rm -rf "$d"; exit $s
      """)
  }

  // A release build or another build folder has the program elsewhere.
  @Test("the archive is its owner's alone, and nothing is left beside it", .enabled(if: program != nil))
  func mode() throws {
    let result = try run("\"$p\" case \"$c/blocked-client.pcap\" -o case.zip; echo $?; stat -c '%a %n' *")
    #expect(result.output == "1\n600 case.zip\n")
  }

  @Test("a file that exists is overwritten with --force only", .enabled(if: program != nil))
  func force() throws {
    let result = try run(
      "echo mine > case.zip; \"$p\" case \"$c/once-client.pcap\" -o case.zip; echo $?; cat case.zip; "
        + "\"$p\" case \"$c/once-client.pcap\" -o case.zip --force; head -c 2 case.zip")
    #expect(result.output == "tunnelscope: error: case.zip: exists already; --force overwrites it\n64\nmine\nPK")
  }

  @Test(
    "standard input, a key without --anonymize and a key of the wrong length are refused", .enabled(if: program != nil))
  func refusals() throws {
    #expect(try run("\"$p\" case - -o case.zip").status == 64)
    #expect(try run("mkfifo pipe; \"$p\" case pipe -o case.zip").status == 64)
    #expect(try run("\"$p\" case \"$c/once-client.pcap\" -o case.zip --anonymize-key key").status == 64)
    let short = try run(
      "printf short > key; \"$p\" case \"$c/once-client.pcap\" -o case.zip --anonymize --anonymize-key key; s=$?; ls; exit $s"
    )
    #expect(short.status == 65)
    #expect(short.output == "tunnelscope: error: key: a key has exactly 32 bytes\nkey\n")
    #expect(try run("\"$p\" case \"$c/once-client.pcap\" -o case.zip --anonymize --anonymize-key none").status == 66)
  }

  @Test("a full disk leaves no archive behind", .enabled(if: program != nil))
  func fullDisk() throws {
    let result = try run(
      "ulimit -f 4; trap '' XFSZ; \"$p\" case \"$c/blocked-client.pcap\" -o case.zip; s=$?; ls; exit $s")
    #expect(result.status == 74)
    #expect(!result.output.contains("\ncase.zip"))
    #expect(result.output.contains("error: case.zip: "))
  }
}
