import FuzzTargets
import Glibc

/// Analyses files as they are, and each again with damage of several kinds, in one process: every analysis has to end
/// with the exit status 0, 1 or 65, and soon.
///
///     sweep [--mutations N] [--cuts N] [--flips N] FILE OR FOLDER…
struct Sweep {
  /// How often each file is damaged, by the kind of damage.
  private var mutations = 0
  private var cuts = 0
  private var flips = 0
  private var paths: [String] = []
  private var counts: [String: [Int: Int]] = [:]
  private var slowest: (seconds: Double, what: String) = (0, "")
  private var failures = 0
  private var runs = 0

  /// Processor time that one analysis may take: a hundred times what the largest of these files needs.
  private static let mostSeconds = 60.0

  static func run(_ arguments: [String]) -> Int32 {
    var sweep = Sweep()
    guard sweep.parse(arguments) else {
      print("sweep [--mutations N] [--cuts N] [--flips N] FILE OR FOLDER…")
      return 64
    }
    for path in sweep.paths.flatMap({ FolderFiles.all(under: $0) }) { sweep.sweep(path) }
    sweep.tell()
    return sweep.failures == 0 ? 0 : 1
  }

  private mutating func parse(_ arguments: [String]) -> Bool {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        paths.append(word)
        continue
      }
      guard let number = rest.popFirst().flatMap({ Int($0) }) else { return false }
      switch word {
      case "--mutations": mutations = number
      case "--cuts": cuts = number
      case "--flips": flips = number
      default: return false
      }
    }
    return !paths.isEmpty
  }

  private mutating func sweep(_ path: String) {
    guard let bytes = FolderFiles.read(path) else { return }
    analyse(bytes, "as it is", path)
    // The same damage in every run.
    var random = SplitMix(state: UInt64(bytes.count))
    for number in 0..<mutations { analyse(FileDamage.mutated(bytes, &random), "mutation \(number)", path) }
    for number in 0..<cuts { analyse(FileDamage.cut(bytes, &random), "cut \(number)", path) }
    for number in 0..<flips { analyse(FileDamage.flipped(bytes, &random), "flip \(number)", path) }
  }

  private mutating func analyse(_ bytes: [UInt8], _ what: String, _ path: String) {
    runs += 1
    let begin = Self.processorSeconds
    // Pages and Markdown take longest to write and hang on nothing that is read: some are enough.
    let status = AnalysisTargets.analyse(bytes, formats: runs % 16 == 0 ? [.text, .html, .markdown] : [.json])
    let seconds = Self.processorSeconds - begin
    if seconds > slowest.seconds { slowest = (seconds, "\(path), \(what)") }
    counts[String(what.prefix { $0 != " " }), default: [:]][status, default: 0] += 1
    if ![0, 1, 65].contains(status) || seconds > Self.mostSeconds {
      failures += 1
      print("\(path), \(what): status \(status), \(seconds) s")
    }
  }

  private func tell() {
    for (kind, statuses) in counts.sorted(by: { $0.key < $1.key }) {
      let words = statuses.sorted { $0.key < $1.key }.map { "\($0.value) with status \($0.key)" }
      print("\(kind): \(words.joined(separator: ", "))")
    }
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    print(
      "\(runs) analyses, \(failures) failures; slowest \(slowest.seconds) s (\(slowest.what)); \(usage.ru_maxrss >> 10) MiB at most"
    )
  }

  private static var processorSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
