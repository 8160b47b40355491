import CLinux
import Glibc

/// A process beside this one that runs a command once for each line that it is sent, with the line on the command's standard
/// input, so that this one need not be able to begin programs or to open connections.
///
/// It is begun before rights are given up and keeps what a command needs: files, network, programs. It reads nothing but
/// those lines, one command runs at a time, and one that does not end is killed. It ends when its input does.
final class CommandProcess {
  /// What came of a run that did not succeed.
  enum Failure: Sendable, Hashable {
    case status(Int)
    case signal(Int)
    /// Killed, because it did not end within `patienceSeconds`.
    case tooLong
    /// The system's error number.
    case notBegun(Int)

    /// After "the command": what a person should know.
    var text: String {
      switch self {
      case .status(let status): "ended with status \(status)"
      case .signal(let signal): "was ended by signal \(signal)"
      case .tooLong: "did not end within \(CommandProcess.patienceSeconds) s, and was killed"
      case .notBegun(let number): "could not be run: \(unsafe String(cString: strerror(Int32(number))))"
      }
    }
  }

  static let patienceSeconds = 60
  /// A longer line is no event of this program.
  private static let mostBytes = 4 << 20

  /// Where lines are written to, without waiting.
  private(set) var input: Int32
  private let results: Int32
  private let child: pid_t

  /// Begins it; nil where the system makes no further process. To be called while there is one thread.
  ///
  /// - Parameters:
  ///   - command: What `/bin/sh -c` runs.
  ///   - prepare: What the process does first; false ends it.
  init?(running command: String, prepare: () -> Bool) {
    var lines: [Int32] = [-1, -1]
    var answers: [Int32] = [-1, -1]
    guard unsafe pipe(&lines) == 0 else { return nil }
    guard unsafe pipe(&answers) == 0 else {
      lines.forEach { close($0) }
      return nil
    }
    for descriptor in lines + answers { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    for descriptor in answers { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    let child = linux_fork()
    if child == 0 {
      guard prepare() else { _exit(77) }
      Self.serve(lines[0], answers[1], command)
    }
    close(lines[0])
    close(answers[1])
    guard child > 0 else {
      close(lines[1])
      close(answers[0])
      return nil
    }
    input = lines[1]
    results = answers[0]
    self.child = child
  }

  deinit {
    if input >= 0 { close(input) }
    close(results)
  }

  /// How runs that did not succeed ended, since it was asked last.
  func failures() -> [Failure] {
    var failures: [Failure] = []
    var answer: [UInt8] = [0, 0]
    // A pipe takes so few bytes whole.
    while unsafe read(results, &answer, 2) == 2 {
      let code = Int(answer[1])
      switch answer[0] {
      case Self.ended: if code != 0 { failures.append(.status(code)) }
      case Self.killed: failures.append(.signal(code))
      case Self.late: failures.append(.tooLong)
      default: failures.append(.notBegun(code))
      }
    }
    return failures
  }

  /// Ends its input and waits until it has run what it was sent, at most this long; whether it has.
  func finish(withinMilliseconds milliseconds: Int) -> Bool {
    if input >= 0 { close(input) }
    input = -1
    return Self.wait(for: child, milliseconds: milliseconds) != nil
  }

  private static let ended: UInt8 = 0
  private static let killed: UInt8 = 1
  private static let late: UInt8 = 2
  private static let notBegun: UInt8 = 3

  /// The status of a process once it is gone; nil when it is still there after so long.
  private static func wait(for child: pid_t, milliseconds: Int) -> Int32? {
    var status: Int32 = 0
    for _ in 0...max(milliseconds / Int(lookMilliseconds), 0) {
      let gone = unsafe waitpid(child, &status, WNOHANG)
      if gone == child { return status }
      if gone < 0, errno != EINTR { return 0 }
      _ = poll(nil, 0, lookMilliseconds)
    }
    return nil
  }

  private static let lookMilliseconds: Int32 = 20

  // MARK: In the other process

  private static func serve(_ lines: Int32, _ answers: Int32, _ command: String) -> Never {
    // An interrupt at the terminal reaches all processes; this one ends when its input does.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE] { signal(number, SIG_IGN) }
    // Nobody waits for the end of a stream because of this process; the command speaks on standard error alone.
    let nowhere = unsafe open("/dev/null", O_RDWR)
    for descriptor in Int32(0)...1 { dup2(nowhere, descriptor) }
    for descriptor in 3..<Int32(1_024) where ![lines, answers].contains(descriptor) { close(descriptor) }
    var line: [UInt8] = []
    var isTooLong = false
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(lines, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { _exit(0) }
      for byte in part.prefix(count) {
        line.append(byte)
        if line.count > mostBytes {
          line.removeAll()
          isTooLong = true
        }
        guard byte == UInt8(ascii: "\n") else { continue }
        let answer = isTooLong ? [notBegun, UInt8(E2BIG)] : run(command, line)
        // Nobody may be left to ask.
        _ = unsafe write(answers, answer, 2)
        line.removeAll(keepingCapacity: true)
        isTooLong = false
      }
    }
  }

  /// Runs the command; how it ended, in two bytes.
  private static func run(_ command: String, _ line: [UInt8]) -> [UInt8] {
    // A file in memory: a command that does not read it keeps nobody waiting.
    let file = unsafe linux_memory_file("finding")
    guard file >= 0 else { return [notBegun, UInt8(truncatingIfNeeded: errno)] }
    defer { close(file) }
    var written = 0
    while written < line.count {
      let count = unsafe line[written...].withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { return [notBegun, UInt8(truncatingIfNeeded: errno)] }
      written += count
    }
    lseek(file, 0, SEEK_SET)
    let child = unsafe linux_run_shell(command, file)
    guard child > 0 else { return [notBegun, UInt8(truncatingIfNeeded: errno)] }
    guard let status = wait(for: child, milliseconds: patienceSeconds * 1_000) else {
      // With all that it began.
      kill(-child, SIGKILL)
      var rest: Int32 = 0
      _ = unsafe waitpid(child, &rest, 0)
      return [late, 0]
    }
    // The low seven bits tell the signal that ended it, the next eight its exit status.
    return status & 0x7F == 0 ? [ended, UInt8(status >> 8 & 0xFF)] : [killed, UInt8(status & 0x7F)]
  }
}
