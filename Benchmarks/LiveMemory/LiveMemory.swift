import Analysis
import Capture
import Glibc
import LiveCapture
import Observations

/// How much memory does a live capture take when it goes on? script/bench-live-memory says more.
///
///     live-memory [FLOWS [SECONDS [SECONDS_BETWEEN_VERDICTS]]]
@main
struct LiveMemory {
  private var observer = LiveObserver(name: "eth0", linkType: .ethernet, snapLength: 0)
  private var judge = LiveJudge()
  private var batch = PacketBatch()
  private var told = 0

  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let flows = numbers.first ?? 1_000_000
    let seconds = numbers.dropFirst().first ?? 3_600
    let between = numbers.dropFirst(2).first ?? 5
    var run = LiveMemory()
    run.measure(flows: max(1, flows), seconds: max(60, seconds), between: max(1, between))
  }

  /// A million flows, evenly over the time, and the tunnels' sessions between them; a line every 1/24 of the time.
  private mutating func measure(flows: Int, seconds: Int, between: Int) {
    print("packet time      packets  flows forgotten  pairs  entries  facts  tunnels  resident KiB")
    var window = PacketWindow()
    window.begin(&batch, firstFrame: 1)
    var next = 0
    for second in 0..<seconds {
      var frames: [FlowTraffic.Frame] = []
      while next < flows, next * seconds < flows * (second + 1) {
        frames += FlowTraffic.frames(flow: next)
        next += 1
      }
      for tunnel in 0..<FlowTraffic.tunnels {
        let (minute, at) = ((second - tunnel % 60) / 60, (second - tunnel % 60) % 60)
        if second < tunnel % 60 { continue }
        if at == 0 { frames += FlowTraffic.session(tunnel: tunnel, minute: minute) }
        if at == 20 || at == 58 { frames += FlowTraffic.data(tunnel: tunnel, minute: minute, isLast: at == 58) }
      }
      for (index, frame) in frames.enumerated() {
        let time = Timestamp(nanoseconds: Int64(second) * 1_000_000_000 + Int64(index) * 1_000_000_000 / Int64(frames.count))
        if !window.hasRoom(for: frame.count, in: batch) { read(&window) }
        unsafe window.append(frame.span.bytes, originalLength: frame.count, time: time, to: &batch)
      }
      read(&window)
      if second % between == between - 1 { verdict(second + 1) }
      if (second + 1) % max(1, seconds / 24) == 0 { tell(second + 1) }
    }
  }

  private mutating func read(_ window: inout PacketWindow) {
    observer.read(batch, window: window.bytes)
    window.begin(&batch, firstFrame: observer.statistics.packets + 1)
  }

  private mutating func verdict(_ second: Int) {
    judge.absorb(observer.takeObservations())
    told += judge.events(at: observer.snapshot(now: Timestamp(nanoseconds: Int64(second) * 1_000_000_000))).count
  }

  private func tell(_ second: Int) {
    let size = judge.size
    let columns = [
      (second, 9), (observer.statistics.packets, 13), (observer.counters.evictedFlows, 17), (size.pairs, 7),
      (size.entries, 9), (size.facts, 7), (judge.tunnels, 9), (Self.residentKiB, 14),
    ]
    print(columns.map { String(repeating: " ", count: max(1, $1 - String($0).count)) + String($0) }.joined())
    fflush(nil)
  }

  /// Resident memory of this process (proc(5)).
  private static var residentKiB: Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var text = [CChar](repeating: 0, count: 256)
    guard unsafe fgets(&text, 256, file) != nil else { return 0 }
    let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) / 1_024 : 0
  }
}
