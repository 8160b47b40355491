import Analysis
import Capture
import Glibc
import LiveCapture
import Observations

/// How much memory does a live capture take when it goes on? script/bench-live-memory says more.
///
///     live-memory [FLOWS [SECONDS [TUNNELS [SECONDS_BETWEEN_VERDICTS]]]]
///     live-memory send INTERFACE [FLOWS [SECONDS [TUNNELS]]]
///
/// The first form puts the traffic through the live pipeline as fast as it takes it, the second on an interface, in as
/// many seconds as it is about.
@main
struct LiveMemory {
  private var observer = LiveObserver(name: "eth0", linkType: .ethernet, snapLength: 0)
  private var judge = LiveJudge()
  private var batch = PacketBatch()

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let isSending = arguments.first == "send" && arguments.count >= 2
    let numbers = arguments.dropFirst(isSending ? 2 : 0).compactMap { Int($0) }
    var traffic = FlowTraffic()
    if let flows = numbers.first { traffic.flows = max(1, flows) }
    if let seconds = numbers.dropFirst().first { traffic.seconds = max(60, seconds) }
    if let tunnels = numbers.dropFirst(2).first { traffic.tunnels = max(0, tunnels) }
    if isSending {
      FlowSender(interface: arguments[1])?.send(traffic)
    } else {
      Heap.bound()
      var run = LiveMemory()
      run.measure(traffic, between: max(1, numbers.dropFirst(3).first ?? 5))
    }
  }

  /// A line each minute of packet time.
  private mutating func measure(_ traffic: FlowTraffic, between: Int) {
    print("minute  packets  flows forgotten  pairs  entries  facts  tunnels  resident KiB  peak KiB")
    for second in 0..<traffic.seconds {
      let frames = traffic.frames(second: second)
      for (index, frame) in frames.enumerated() {
        let time = Timestamp(
          nanoseconds: Int64(second) * 1_000_000_000 + Int64(index) * 1_000_000_000 / Int64(frames.count))
        read(frame, time)
      }
      endBatch()
      if second % between == between - 1 { verdict(second + 1) }
      if second % 60 == 59 { tell(second + 1) }
    }
  }

  private mutating func read(_ frame: [UInt8], _ time: Timestamp) {
    let record = PacketRecord(
      offset: 0, capturedLength: frame.count, originalLength: frame.count, time: time, interface: 0)
    unsafe observer.read(record, window: frame.span.bytes, frame: batch.firstFrame + batch.count)
    _ = batch.append(record)
    if batch.count == batch.capacity { endBatch() }
  }

  private mutating func endBatch() {
    guard batch.count > 0 else { return }
    observer.end(batch)
    batch.reset(firstFrame: batch.firstFrame + batch.count)
  }

  private mutating func verdict(_ second: Int) {
    judge.absorb(observer.takeObservations())
    _ = judge.events(at: observer.snapshot(now: Timestamp(nanoseconds: Int64(second) * 1_000_000_000)))
    Heap.trim()
  }

  private func tell(_ second: Int) {
    let size = judge.size
    let memory = ResidentMemory.now()
    let columns = [
      (second / 60, 6), (observer.statistics.packets, 9), (observer.counters.evictedFlows, 17), (size.pairs, 7),
      (size.entries, 9), (size.facts, 7), (judge.tunnels, 9), (memory.now, 14), (memory.peak, 10),
    ]
    print(columns.map { String(repeating: " ", count: max(1, $1 - String($0).count)) + String($0) }.joined())
    fflush(nil)
  }
}

/// Resident memory of this process in KiB (proc_pid_status(5)).
enum ResidentMemory {
  /// What it takes now, and the most that it took since the last call.
  static func now() -> (now: Int, peak: Int) {
    let status = text("/proc/self/status")
    // Begins the peak anew (proc_pid_clear_refs(5)).
    if let file = unsafe fopen("/proc/self/clear_refs", "w") {
      unsafe fputs("5", file)
      unsafe fclose(file)
    }
    func field(_ name: String) -> Int {
      status.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: " ").compactMap { Int($0) }.first
        ?? 0
    }
    return (field("VmRSS:"), field("VmHWM:"))
  }

  private static func text(_ path: String) -> String {
    guard let file = unsafe fopen(path, "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8_192)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    // The numbers stand behind tabs and spaces.
    return String(
      decoding: bytes.prefix(count).map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
  }
}
