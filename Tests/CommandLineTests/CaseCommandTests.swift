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
    let result = try run("\"$p\" case \"$c/blocked-client.pcap\" -o case.zip 2>/dev/null; echo $?; stat -c '%a %n' *")
    #expect(result.output == "1\n600 case.zip\n")
  }

  @Test(
    "a line says what was written, and why the command ends as it does", .enabled(if: program != nil),
    arguments: [
      ("blocked-client.pcap", 1, "findings of severity warning or error (exit status 1)"),
      ("idle-quiet-client.pcap", 0, "nothing wrong was found"),
    ])
  func outcome(capture: String, status: Int32, why: String) throws {
    let result = try run("\"$p\" case \"$c/\(capture)\" -o case.zip")
    #expect(result.status == status)
    #expect(result.output.hasPrefix("tunnelscope: case.zip: written, "))
    #expect(result.output.contains(" packets of one capture point; "))
    #expect(result.output.hasSuffix("\(why)\n"))
  }

  @Test("open prints each form of the report and ends as the case did", .enabled(if: program != nil))
  func open() throws {
    let result = try run(
      "\"$p\" case \"$c/blocked-client.pcap\" -o case.zip 2>/dev/null; \"$p\" open case.zip > text; echo $?; "
        + "for f in text json html markdown; do \"$p\" open case.zip --format $f -o $f.out; done; "
        + "cmp text text.out; head -c 15 html.out; echo; python3 -c 'import json; print(json.load(open(\"json.out\"))[\"verdict\"])'; "
        + "head -n 1 text")
    #expect(result.output.hasPrefix("1\n<!DOCTYPE html>\nbroken\nDTLS on UDP 443"), "\(result.output)")
  }

  @Test("what is no case, or a damaged one, is refused", .enabled(if: program != nil))
  func noCase() throws {
    #expect(try run("\"$p\" open none.zip").status == 66)
    let capture = try run("\"$p\" open \"$c/blocked-client.pcap\"")
    #expect(capture.status == 65 && capture.output.contains("not a case"))
    let cut = try run(
      "\"$p\" case \"$c/blocked-client.pcap\" -o case.zip 2>/dev/null; head -c 9000 case.zip > cut.zip; \"$p\" open cut.zip"
    )
    #expect(cut.status == 65, "\(cut.output)")
  }

  @Test("a report that somebody else put into a case cannot move the terminal", .enabled(if: program != nil))
  func hostile() throws {
    let result = try run(
      "python3 -c 'import zipfile; z = zipfile.ZipFile(\"case.zip\", \"w\"); "
        + "z.writestr(\"tunnelscope-case/manifest.json\", \"{\\\"schema\\\": \\\"tunnelscope-case/2\\\", \\\"exit_status\\\": 0, "
        + "\\\"generator\\\": {\\\"name\\\": \\\"x\\\", \\\"version\\\": \\\"1\\\"}}\"); "
        + "z.writestr(\"tunnelscope-case/report.txt\", \"all\\x1b[2Jwell\\nsecond\\n\")'; \"$p\" open case.zip")
    #expect(result.output == "all\\u{1B}[2Jwell\nsecond\n")
    #expect(result.status == 0)
  }

  @Test("a file that exists is overwritten with --force only", .enabled(if: program != nil))
  func force() throws {
    let result = try run(
      "echo mine > case.zip; \"$p\" case \"$c/once-client.pcap\" -o case.zip; echo $?; cat case.zip; "
        + "\"$p\" case \"$c/once-client.pcap\" -o case.zip --force 2>/dev/null; head -c 2 case.zip")
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
