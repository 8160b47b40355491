import Analysis
import Correlation
import Dispatch
import LiveCapture
import Observations
import Output
import Reporting
import Synchronization

/// Judges and tells what a thread of its own captures: waits, fetches, judges about once a second, tells.
struct LiveRun {
  var durationSeconds: Double?
  /// What ended the capture before its time.
  private(set) var failure: LiveError?
  private var files: LiveFiles
  private let cases: LiveCases?
  private let command: FindingCommand?
  private let exchange: LiveExchange
  private let output: LiveOutput
  private let display: TopDisplay?
  private var judge: LiveJudge
  private var statusLine = StatusLine()
  private var progress = LiveExchange.Progress()
  private var last: LiveSnapshot?
  private var isEnded = false
  private var hasLostPackets = false
  private var isJudging = false
  private let begin = SteadyClock.nanoseconds
  private var nextJudgement: Int64
  private var nextLook: Int64
  private var nextMetrics: Int64

  private static let second: Int64 = 1_000_000_000
  /// Judging takes one part in so many of a processor's time at most. It keeps no packet waiting, but another program
  /// may want the processor.
  private static let judgementShare: Int64 = 4
  /// As often as metrics are collected at most.
  private static let metricsSeconds: Int64 = 10

  init(
    exchange: LiveExchange, output: LiveOutput, files: LiveFiles, cases: LiveCases?, command: FindingCommand? = nil,
    display: TopDisplay? = nil
  ) {
    self.display = display
    judge = LiveJudge(tellsStandings: display != nil)
    self.exchange = exchange
    self.output = output
    self.files = files
    self.cases = cases
    self.command = command
    nextJudgement = begin + Self.second
    nextLook = begin + Self.second
    nextMetrics = begin
  }

  /// Whether something could not be written, to disk or to a reader.
  var hasLostFiles: Bool {
    files.hasFailed || output.hasFailed || hasLostPackets || cases?.takeNotices().hasFailed ?? false
  }

  /// Captures until a signal, a limit or an error ends it; tells the report of the whole run and returns it.
  mutating func run(_ captor: consuming sending LiveCaptor, started: LiveNotice) throws -> Report {
    // Threads that begin after this leave the signals to it.
    guard let signals = SignalDescriptor.open(hasScreen: display != nil) else {
      throw LiveError.system(interface: "signals", reason: SystemCalls.lastError.description)
    }
    display?.show()
    defer { display?.hide() }
    tell(.capture(started))
    let capturing = Self.start(captor)
    // Packets go before verdicts.
    ThreadPriority.lower()
    defer {
      exchange.stop()
      capturing.wait()
    }
    while !isEnded {
      if !goesOn(signals) { exchange.stop() }
      wait(signals)
      output.flush()
      command?.flush()
      receive()
      let now = SteadyClock.nanoseconds
      if now >= nextLook { look(now) }
      if now >= nextJudgement, !isJudging {
        isJudging = true
        exchange.requestSnapshot()
      }
    }
    statusLine.clear()
    display?.hide()
    signals.release()
    return finish()
  }

  /// Lets the captor run on a thread of its own; what is returned can be waited for.
  private static func start(_ captor: consuming sending LiveCaptor) -> DispatchWorkItem {
    let captor = Mutex(captor)
    let work = DispatchWorkItem { captor.withLock { $0.run() } }
    DispatchQueue(label: "capture", qos: .userInitiated).async(execute: work)
    return work
  }

  // MARK: The loop's parts

  private mutating func goesOn(_ signals: borrowing SignalDescriptor) -> Bool {
    while let signal = signals.next() {
      switch signal {
      case .interrupt, .terminate: return false
      case .hangUp:
        output.reopen()
        exchange.requestRotation()
      case .resize: display?.resize()
      case .resume: display?.resume()
      case .other: break
      }
    }
    if let durationSeconds, Double(SteadyClock.nanoseconds - begin) / 1e9 >= durationSeconds { return false }
    return !output.isBroken && display?.goesOn() ?? true
  }

  private func wait(_ signals: borrowing SignalDescriptor) {
    SystemCalls.wait(
      forInput: [signals.descriptor, exchange.news.descriptor] + (display?.inputs ?? []),
      forOutput: [output.descriptor, display?.output].compactMap(\.self),
      milliseconds: display?.patienceMilliseconds ?? 200)
  }

  private mutating func receive() {
    let delivery = exchange.receive()
    progress = delivery.progress
    judge.absorb(delivery.observations)
    for notice in delivery.notices {
      if case .capture(.savingStopped) = notice { hasLostPackets = true }
      tell(notice)
    }
    for notice in cases?.takeNotices().notices ?? [] { tell(.capture(notice)) }
    for notice in command?.takeNotices() ?? [] { tell(notice) }
    if let snapshot = delivery.snapshot {
      last = snapshot
      // The last one is for the report.
      if delivery.end == nil { judge(snapshot, saved: delivery.saved) }
    }
    switch delivery.end {
    case nil: break
    case .asked: isEnded = true
    case .failed(let error):
      failure = error
      isEnded = true
    }
  }

  private mutating func judge(_ snapshot: LiveSnapshot, saved: PacketRing.Contents?) {
    let before = SteadyClock.nanoseconds
    defer {
      Heap.trim()
      let after = SteadyClock.nanoseconds
      nextJudgement = after + max(Self.second, (after - before) * Self.judgementShare)
      isJudging = false
    }
    let events = judge.events(at: snapshot)
    for event in events { output.write(event) }
    display?.take(judge.standings, of: snapshot.description, at: snapshot.now)
    if let now = snapshot.now { tell(judge.groups(of: events, at: now)) }
    if let saved { writeCase(of: events, snapshot, saved) }
  }

  private mutating func tell(_ groups: [EventGroup]) {
    for group in groups {
      statusLine.clear()
      output.write(group)
      command?.run(for: group)
    }
  }

  /// A case for what was told for the first time, or again.
  private func writeCase(of events: [FindingEvent], _ snapshot: LiveSnapshot, _ saved: PacketRing.Contents) {
    let new = events.filter { $0.kind == .found || $0.kind == .again }.map { LiveCases.Subject($0) }
    guard let cases, !new.isEmpty, let time = snapshot.now else { return }
    let subjects = cases.waiting + new
    let ends = subjects.compactMap(\.tunnel)
    // A finding about no tunnel is told in the report on everything only.
    let only =
      ends.count < subjects.count
      ? nil : TunnelSelection(clients: ends.map { IPPrefix($0.client) }, gateways: ends.map { IPPrefix($0.gateway) })
    cases.write(
      LiveCases.Request(
        report: { [judge] in judge.report(snapshot, only: only, renaming: $0) }, saved: saved, subjects: subjects,
        time: time))
  }

  /// Once a second: the status line or the view, and metrics.
  private mutating func look(_ now: Int64) {
    nextLook = now + Self.second
    if let display {
      display.draw(status, progress)
    } else {
      statusLine.show(status.line)
    }
    if now >= nextMetrics {
      nextMetrics = now + Self.metricsSeconds * Self.second
      writeMetrics()
    }
  }

  private mutating func writeMetrics() {
    guard let notice = files.writeMetrics(status) else { return }
    statusLine.clear()
    Diagnostics.noteWithoutWaiting(notice)
  }

  private mutating func tell(_ notice: SessionNotice) {
    statusLine.clear()
    output.write(notice, at: progress.now)
    display?.tell(notice)
  }

  private var status: LiveStatus {
    var status = LiveStatus()
    status.packets = progress.packets
    status.bytes = progress.bytes
    status.droppedByKernel = Int(clamping: progress.drops.kernel)
    status.droppedByInterface = Int(clamping: progress.drops.interface)
    status.tunnels = judge.tunnels
    for finding in judge.openFindings { status.open[finding.rule, default: 0] += 1 }
    status.reported = judge.reportedFindings
    status.evictedFlows = last?.counters.evictedFlows ?? 0
    status.forgottenPairs = judge.forgottenPairs
    status.lostEvents = output.lostEvents
    status.failedCommands = command?.failures ?? 0
    status.lostCommands = command?.lost ?? 0
    status.isUp = progress.state == .up
    return status
  }

  private mutating func finish() -> Report {
    guard let last else { return Report() }
    if let now = last.now { tell(judge.remainingGroups(at: now)) }
    let report = judge.report(last)
    cases?.finish()
    if let command, !command.finish() {
      Diagnostics.noteWithoutWaiting("the command of --on-finding had not ended for all events")
    }
    for notice in command?.takeNotices() ?? [] { tell(notice) }
    for notice in cases?.takeNotices().notices ?? [] { tell(.capture(notice)) }
    files.write(report)
    // Last, because its reader may be slow.
    output.finish(report)
    writeMetrics()
    return report
  }
}
