import Analysis
import ArgumentParser
import Capture
import Correlation
import Glibc
import LiveCapture
import Observations
import Reporting

/// The loop of a live capture: wait, read, judge once a second, tell.
struct LiveRun: ~Copyable {
  var durationSeconds: Double?
  var packetLimit: Int?
  /// What ended the capture before its time.
  private(set) var failure: LiveError?
  private var files: LiveFiles
  private var source: LiveSource
  private let output: LiveOutput
  private var analysis: LiveAnalysis
  private var batch = PacketBatch()
  private var clock = PacketClock()
  private var statusLine = StatusLine()
  private var state = InterfaceState.up
  private var toldDrops = 0
  private var drops = LiveDrops()
  private let begin = SteadyClock.nanoseconds
  private var nextJudgement: Int64
  private var nextLook: Int64
  private var nextMetrics: Int64

  private static let second: Int64 = 1_000_000_000
  /// Judging may take this share of the time at most, so that packets are read while large tables are looked through.
  private static let judgementShare: Int64 = 10
  /// Batches read before the loop looks at the clock and at signals again.
  private static let batchesAtOnce = 64

  init(source: consuming LiveSource, output: LiveOutput, files: LiveFiles) {
    self.files = files
    analysis = LiveAnalysis(name: source.interface, linkType: source.linkType, snapLength: source.snapLength)
    self.source = source
    self.output = output
    nextJudgement = begin + Self.second
    nextLook = begin + Self.second
    nextMetrics = begin
  }

  /// Whether something could not be written to disk.
  var hasLostFiles: Bool { files.hasFailed }

  /// Captures until a signal, a limit or an error ends it; tells the report of the whole run and returns it.
  mutating func run() throws -> Report {
    guard let signals = SignalDescriptor.open() else {
      Diagnostics.error("signals cannot be waited for: \(unsafe String(cString: strerror(errno)))")
      throw ExitStatus.ioError
    }
    state = InterfaceState.of(source.interface)
    try tell(
      .started(
        interface: source.interface, linkType: source.linkType, snapLength: source.snapLength, filter: source.filter))
    if state == .down { try tell(.interfaceDown) }
    while try goesOn(signals) {
      let isIdle = try read()
      let now = SteadyClock.nanoseconds
      if now >= nextLook { try look(now) }
      if now >= nextJudgement { try judge(isIdle: isIdle) }
      if isIdle { wait(signals) }
    }
    statusLine.clear()
    signals.release()
    return try finish()
  }

  // MARK: The loop's parts

  private mutating func goesOn(_ signals: borrowing SignalDescriptor) throws -> Bool {
    while let signal = signals.next() {
      switch signal {
      case .interrupt, .terminate: return false
      case .hangUp:
        output.reopen()
        files.rotate()
      case .other: break
      }
    }
    if let durationSeconds, Double(SteadyClock.nanoseconds - begin) / 1e9 >= durationSeconds { return false }
    if let packetLimit, analysis.statistics.packets >= packetLimit { return false }
    return !output.isBroken && failure == nil
  }

  /// Reads what is there; whether nothing is left for now.
  private mutating func read() throws -> Bool {
    for _ in 0..<Self.batchesAtOnce {
      let isThere: Bool
      do throws(LiveError) {
        isThere = try source.readBatch(&batch)
      } catch {
        try lost(error)
        return true
      }
      guard isThere else { return true }
      failures = 0
      analysis.read(batch, window: source.window)
      if let problem = files.save(batch, window: source.window) { try tell(.savingStopped(problem)) }
      clock.read(batch[batch.count - 1].time, steady: SteadyClock.nanoseconds)
      if let packetLimit, analysis.statistics.packets >= packetLimit { return true }
    }
    return false
  }

  /// Reading fails once when the interface goes down, and works again when it is up; when it is gone, its handle is
  /// gone with it, and a new one takes the rights that were given up.
  private mutating func lost(_ error: LiveError) throws {
    let now = InterfaceState.of(source.interface)
    // Up again by now, or another error: what comes at every attempt ends the capture.
    if now == .up {
      failures += 1
      if failures > Self.failuresBeforeGivingUp { failure = error }
      return
    }
    try change(to: now)
    if now == .gone { failure = .interfaceGone(name: source.interface) }
  }

  private var failures = 0
  private static let failuresBeforeGivingUp = 10

  private func wait(_ signals: borrowing SignalDescriptor) {
    var descriptors = [
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: source.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // A packet socket whose interface is down is always ready, with an error.
    let watched = state == .up ? descriptors.count : 1
    _ = unsafe poll(&descriptors, nfds_t(watched), 200)
  }

  /// Once a second: the interface's state, drops, the status line.
  private mutating func look(_ now: Int64) throws {
    nextLook = now + Self.second
    try change(to: InterfaceState.of(source.interface))
    drops = source.drops()
    let total = Int(clamping: drops.total)
    analysis.droppedPackets = total
    // Told at the first, and whenever the count has doubled.
    if total > 0, toldDrops == 0 || total >= 2 * toldDrops {
      toldDrops = total
      try tell(.dropped(total: total))
    }
    statusLine.show(status.line)
    if now >= nextMetrics {
      nextMetrics = now + Self.metricsSeconds * Self.second
      files.writeMetrics(status, interface: source.interface)
    }
  }

  /// As often as metrics are collected at most.
  private static let metricsSeconds: Int64 = 10

  private mutating func change(to new: InterfaceState) throws {
    guard new != state else { return }
    state = new
    switch new {
    case .up: try tell(.interfaceUp)
    case .down: try tell(.interfaceDown)
    case .gone: try tell(.interfaceGone)
    }
  }

  private mutating func judge(isIdle: Bool) throws {
    let before = SteadyClock.nanoseconds
    defer {
      let after = SteadyClock.nanoseconds
      nextJudgement = after + max(Self.second, (after - before) * Self.judgementShare)
    }
    guard let now = clock.now(steady: before, isIdle: isIdle) else { return }
    for event in analysis.judge(now: now) {
      statusLine.clear()
      try output.write(event)
    }
  }

  private mutating func tell(_ notice: LiveNotice) throws {
    statusLine.clear()
    try output.write(notice, at: clock.now(steady: SteadyClock.nanoseconds, isIdle: true))
  }

  private var status: LiveStatus {
    var status = LiveStatus()
    status.packets = analysis.statistics.packets
    status.bytes = analysis.statistics.capturedBytes
    status.droppedByKernel = Int(clamping: drops.kernel)
    status.droppedByInterface = Int(clamping: drops.interface)
    status.tunnels = analysis.tunnels
    for finding in analysis.openFindings { status.open[finding.rule, default: 0] += 1 }
    status.told = analysis.toldFindings
    status.evictedFlows = analysis.trackingCounters.evictedFlows
    status.forgottenPairs = analysis.forgottenPairs
    status.isUp = state == .up
    return status
  }

  private mutating func finish() throws -> Report {
    drops = source.drops()
    analysis.droppedPackets = Int(clamping: drops.total)
    // What the kernel holds already may answer what looks unanswered.
    let isIdle = failure == nil ? try read() : true
    let now = clock.now(steady: SteadyClock.nanoseconds, isIdle: isIdle) ?? Timestamp(nanoseconds: 0)
    let report = analysis.report(now: now)
    try output.write(report)
    files.write(report)
    files.writeMetrics(status, interface: source.interface)
    return report
  }
}
