import Foundation
import Testing

/// Files whose names are no UTF-8, or hold what a terminal would obey.
@Suite("Odd names of files")
struct OddNamesTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  /// Runs a script in a folder of its own, in which `name` prints a name in Latin-1 with an escape in it.
  private func run(_ script: String) throws -> Program.Result {
    try TemporaryFolder.with { folder in
      try Program.shell(
        """
        cd '\(folder.path)'; odd="$(printf 'caf\\351\\033[31m')"; cp '\(Self.blocked)' "$odd.pcap"
        \(script)
        """)
    }
  }

  @Test(
    "a capture whose name is no UTF-8 is opened, and shown escaped", arguments: ["text", "json", "markdown", "html"])
  func opens(format: String) throws {
    let result = try run("\"$PROGRAM\" analyze --format \(format) \"$odd.pcap\"")
    #expect(result.status == 1)
    #expect(result.errors.isEmpty)
    #expect(result.output.contains("\\xE9") || result.output.contains("&#92;xE9"), "\(result.output.prefix(2_000))")
    #expect(!result.output.unicodeScalars.contains { $0.value == 0x1B || $0.value >= 0x10_FE00 || $0 == "\u{FFFD}" })
  }

  @Test("an error names such a file escaped")
  func errors() throws {
    let result = try run("\"$PROGRAM\" analyze \"$odd\"")
    #expect(result.status == 66)
    #expect(result.errors == "tunnelscope: error: caf\\xE9\\u{1B}[31m: no such file\n")
  }

  @Test("logs, streams, outputs and cases have such names, too")
  func everyFile() throws {
    let result = try run(
      """
      echo '%ASA-6-722023: nothing' > "$odd.log"; set -x
      "$PROGRAM" analyze "$odd.pcap" --log "$odd.log" -o "$odd.txt"; echo analyze $?
      "$PROGRAM" observe "$odd.pcap" -o "$odd.ndjson"; echo observe $?
      "$PROGRAM" correlate "$odd.ndjson" > /dev/null; echo correlate $?
      "$PROGRAM" case "$odd.pcap" -o "$odd.zip"; echo case $?
      ls "$odd".* | wc -l
      """)
    #expect(
      result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        == ["analyze 1", "observe 0", "correlate 1", "case 1", "5"], "\(result.errors)")
  }

  @Test(
    "live refuses to write to such a name, before it opens anything", arguments: ["--save", "--output", "--metrics"])
  func live(option: String) throws {
    let result = try run("\"$PROGRAM\" live lo \(option) \"$odd\"")
    #expect(result.status == 64)
    #expect(result.errors.contains("caf\\xE9"))
  }

  @Test("what a terminal would obey stays out of the names of a case's interfaces")
  func evidence() throws {
    try TemporaryFolder.with { folder in
      let name = "red\u{1B}[31m.pcap"
      try FileManager.default.copyItem(atPath: Self.blocked, toPath: folder(name))
      #expect(try Program.run("case", folder(name), "-o", folder("case.zip")).status == 1)
      let listed = try Program.shell(
        "python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(\"tunnelscope-case/evidence/c1-red--31m.pcapng\")[:400])' '\(folder("case.zip"))' | tr -c '[:print:]\\033' ."
      )
      #expect(listed.output.contains("red\\u{1B}[31m.pcap"), "\(listed.output)")
      #expect(!listed.output.contains("\u{1B}"))
    }
  }
}
