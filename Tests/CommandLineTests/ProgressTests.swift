import Foundation
import Testing

/// Progress is for a person at a terminal, and for nobody else.
@Suite("Progress")
struct ProgressTests {
  /// A pseudo-terminal: what the program writes to `terminal` can be read from `master`.
  private struct PseudoTerminal {
    let master: Int32
    let terminal: FileHandle

    // As posix_openpt, unlockpt and ptsname do (pts(4)); Glibc's module does not have them.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
      master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var lock: Int32 = 0
      var number: Int32 = 0
      try #require(master >= 0)
      try #require(unsafe ioctl(master, Self.setLock, &lock) == 0)
      try #require(unsafe ioctl(master, Self.getNumber, &number) == 0)
      let slave = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      try #require(slave >= 0)
      terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    }

    /// What has been written and not been read yet.
    func written() -> String {
      var text = ""
      var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      while unsafe poll(&request, 1, 0) > 0, request.revents & Int16(POLLIN) != 0 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(master, &bytes, bytes.count)
        guard count > 0 else { break }
        text += String(decoding: bytes.prefix(count), as: UTF8.self)
      }
      return text
    }
  }

  /// The file header and the records of a sample, the records to be written again and again.
  private static let sample: (header: Data, records: Data) = {
    let bytes = FileManager.default.contents(atPath: Program.sample("blocked-client.pcap")) ?? Data()
    return (bytes.prefix(24), bytes.dropFirst(24))
  }()

  /// Runs the program on an endless capture on its standard input, with a terminal as standard error.
  ///
  /// - Parameter enough: Whether what the terminal shows and the bytes that were written are enough.
  private func run(_ options: [String], until enough: (String, Int) -> Bool) throws -> (shown: String, status: Int32) {
    let terminal = try PseudoTerminal()
    defer { close(terminal.master) }
    let input = Pipe()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Program.path))
    process.arguments = ["analyze", "-"] + options
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = terminal.terminal
    try process.run()
    var shown = ""
    var written = 0
    try input.fileHandleForWriting.write(contentsOf: Self.sample.header)
    while !enough(shown, written), process.isRunning {
      try input.fileHandleForWriting.write(contentsOf: Self.sample.records)
      written += Self.sample.records.count
      shown += terminal.written()
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    return (shown + terminal.written(), process.terminationStatus)
  }

  @Test("a terminal shows bytes and packets a second in one line, which is gone when the report comes")
  func terminal() throws {
    let result = try run([]) { shown, _ in shown.contains("packets/s") }
    #expect(result.shown.contains("MB · "))
    #expect(result.shown.hasPrefix("\r\u{1B}[K"))
    #expect(result.shown.hasSuffix("\r\u{1B}[K"))
    #expect(!result.shown.contains("\n"))
    #expect(result.status == 1)
  }

  @Test("--quiet shows none")
  func quiet() throws {
    // As long as it takes the terminal of the other test to show something, and twice that.
    var needed = 0
    _ = try run([]) { shown, written in
      needed = written
      return shown.contains("packets/s")
    }
    let result = try run(["--quiet"]) { _, written in written >= 2 * needed }
    #expect(result.shown.isEmpty)
    #expect(result.status == 1)
  }

  @Test("a pipe or a file gets none")
  func noTerminal() throws {
    let result = try Program.run("analyze", Program.sample("blocked-client.pcap"), "--threads", "2")
    #expect(result.errors.isEmpty)
    #expect(result.status == 1)
  }

  @Test("a count of threads that makes no sense is a usage error", arguments: ["0", "-1", "many", "1000"])
  func threads(count: String) throws {
    let result = try Program.run("analyze", "--threads=\(count)", Program.sample("blocked-client.pcap"))
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }
}
