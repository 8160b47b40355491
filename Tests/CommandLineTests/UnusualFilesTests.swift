import Foundation
import Testing

/// Inputs and outputs that are no ordinary files, or do not stay what they were.
@Suite("Unusual files")
struct UnusualFilesTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  @Test(
    "a device gets the error of its content, at once",
    arguments: [
      ("/dev/null", "tunnelscope: error: /dev/null: the file is empty\n"),
      (
        "/dev/zero",
        "tunnelscope: error: /dev/zero: not a capture file: its first bytes are those of no format known here; if another program wrote it, try: editcap -F pcapng IN OUT\n"
      ),
    ])
  func device(path: String, message: String) throws {
    let result = try Program.run("analyze", path)
    #expect(result.status == 65)
    #expect(result.errors == message)
  }

  @Test("a named pipe is waited for; on a terminal a line says so")
  func namedPipe() throws {
    try TemporaryFolder.with { folder in
      let result = try Program.shell(
        "mkfifo '\(folder("pipe"))'; cat '\(Self.blocked)' > '\(folder("pipe"))' & \"$PROGRAM\" analyze '\(folder("pipe"))'"
      )
      #expect(result.status == 1)
      #expect(result.errors.isEmpty, "no terminal, no line")
      #expect(result.output.contains("handshake-unanswered"))
      let writer = Thread { [pipe = folder("pipe"), blocked = Self.blocked] in
        guard let bytes = FileManager.default.contents(atPath: blocked) else { return }
        try? FileHandle(forWritingTo: URL(fileURLWithPath: pipe)).write(contentsOf: bytes)
      }
      guard Program.canMakeTerminals else { return }
      writer.start()
      let shown = try Program.runOnTerminal("analyze", folder("pipe"))
      #expect(shown.output.contains("a named pipe; waiting for what is written to it"))
    }
  }

  @Test("a capture in an archive is named behind it, inside the sandbox, too")
  func archiveMember() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("client.pcap", try Data(contentsOf: URL(fileURLWithPath: Self.blocked)))
      let archive = folder("support.tar")
      let packed = try Program.shell(
        "tar -cf '\(archive)' -C '\(URL(fileURLWithPath: archive).deletingLastPathComponent().path)' client.pcap")
      #expect(packed.status == 0)
      for path in [archive, archive + "/client.pcap"] {
        let result = try Program.run("analyze", path)
        #expect(result.status == 1, "\(path): \(result.errors)")
        #expect(result.output.contains("handshake-unanswered"))
      }
    }
  }

  private static let canUnmount = (try? Program.shell("unshare -m umount -l /proc").status) == 0

  @Test(
    "without /proc, where the runtime looks for the arguments, the program has them all the same",
    .enabled(if: canUnmount, "needs root and unshare"),
    .disabled(if: Program.isSanitized, "a sanitizer's own runtime reads /proc"))
  func withoutProc() throws {
    func run(_ arguments: String) throws -> (status: Int32, output: String) {
      let result = try Program.shell("unshare -m sh -c 'umount -l /proc && exec \"$PROGRAM\" \(arguments)'")
      return (result.status, result.output)
    }
    let version = try run("--version")
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("tunnelscope "))
    #expect(try run("analyze").status == 64)
  }

  @Test(
    "what a killed run left of its output is removed by the next one that writes there", arguments: ["analyze", "case"])
  func abandonedOutput(command: String) throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("output.part-4711", Data("half".utf8))
      let result = try Program.run(command, Self.blocked, "-o", folder("output"))
      #expect(result.status == 1)
      #expect(folder.names == ["output"])
    }
  }

  @Test("a closed standard output is an error, and no file gets what was meant for it")
  func closedOutput() throws {
    let result = try Program.shell("\"$PROGRAM\" analyze '\(Self.blocked)' >&-")
    #expect(result.status == 74)
    #expect(result.errors.hasPrefix("tunnelscope: error: standard output: "))
  }

  @Test("with a closed standard error a report holds the report alone")
  func closedError() throws {
    try TemporaryFolder.with { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: Self.blocked))
      _ = try folder.create("cut.pcap", whole.dropLast(7))
      let result = try Program.shell(
        "\"$PROGRAM\" analyze '\(folder("cut.pcap"))' -o '\(folder("report"))' 2>&-")
      #expect(result.status == 65)
      #expect(try !folder.text("report").contains("tunnelscope: error"))
    }
  }

  @Test("with a closed standard input, - is an error and other files are read")
  func closedInput() throws {
    let result = try Program.shell("\"$PROGRAM\" analyze - <&-")
    #expect(result.status == 74)
    #expect(result.errors.contains("standard input"))
    #expect(try Program.shell("\"$PROGRAM\" analyze '\(Self.blocked)' <&-").status == 1)
  }

  static let canMount =
    (try? Program.shell("unshare -m sh -c 'mount -t tmpfs -o size=16k none /mnt'"))?.status == 0

  // Needs root and mount namespaces; elsewhere the test shows as skipped.
  @Test(
    "a disk that fills up while a report is written is an error, and leaves nothing behind",
    .enabled(if: canMount, "needs to mount a small disk"), arguments: ["analyze --format html", "case"])
  func smallDisk(command: String) throws {
    let result = try Program.shell(
      """
      unshare -m sh -c 'mount -t tmpfs -o size=16k none /mnt && "$PROGRAM" \(command) -o /mnt/output "\(Self.blocked)"
      echo status $?; ls -A /mnt'
      """)
    #expect(result.output == "status 74\n")
    #expect(result.errors.hasPrefix("tunnelscope: error: /mnt/output: "))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test("a file that may not be read gives 77", .enabled(if: getuid() == 0, "needs root to become somebody else"))
  func noPermission() throws {
    try TemporaryFolder.with { folder in
      _ = try folder.create("secret.pcap", Data(contentsOf: URL(fileURLWithPath: Self.blocked)))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder("secret.pcap"))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
      // The program itself may lie where nobody else looks: it is started first and gives root up in between.
      let result = try Program.shell(
        "exec 3<\"$PROGRAM\"; setpriv --reuid=65534 --regid=65534 --clear-groups /proc/self/fd/3 analyze '\(folder("secret.pcap"))'"
      )
      #expect(result.status == 77 || result.errors.contains("setpriv"), "\(result.errors)")
      if !result.errors.contains("setpriv") {
        #expect(result.errors == "tunnelscope: error: \(folder("secret.pcap")): permission denied\n")
      }
    }
  }
}
