import Analysis
import Capture
import LiveCapture
import Observations
import Output

/// Captures on a thread of its own, which does nothing that may take long: it reads packets, observes and saves them.
struct LiveCaptor: ~Copyable {
  private var source: LiveSource
  private var observer: LiveObserver
  private var ring: PacketRing?
  private let packetLimit: Int?
  private let exchange: LiveExchange
  private var batch = PacketBatch()
  private var clock = PacketClock()
  private var state: InterfaceState
  private var toldDrops = 0
  private var drops = LiveDrops()
  private var failures = 0
  private var failure: LiveError?
  private var nextLook = SteadyClock.nanoseconds
  private var nextDelivery = SteadyClock.nanoseconds

  private static let second: Int64 = 1_000_000_000
  /// Batches read before the loop looks at the clock and at wishes again.
  private static let batchesAtOnce = 64
  /// Failures in a row of an interface that is up.
  private static let failuresBeforeGivingUp = 10
  /// Observations are handed over when there are so many, or a tenth of a second has passed.
  private static let observationsAtOnce = 4_096
  /// How much of the saved packets a case is looked for in.
  private static let bytesForCases = 2 << 30

  init(source: consuming LiveSource, ring: PacketRing?, packetLimit: Int?, exchange: LiveExchange) {
    observer = LiveObserver(name: source.interface, linkType: source.linkType, snapLength: source.snapLength)
    state = source.state
    self.source = source
    self.ring = ring
    self.packetLimit = packetLimit
    self.exchange = exchange
  }

  /// Captures until it is asked to stop, has read as many packets as were wanted, or cannot go on.
  mutating func run() {
    if state != .up { exchange.tell(state == .down ? .interfaceDown : .interfaceGone) }
    while true {
      let isIdle = read()
      let now = SteadyClock.nanoseconds
      if now >= nextLook { look(now) }
      let wishes = exchange.takeWishes()
      if wishes.rotation { ring?.end() }
      if wishes.stop || failure != nil || hasReachedLimit { break }
      deliver(now, snapshot: wishes.snapshot, isIdle: isIdle)
      if isIdle { wait(forPackets: state == .up) }
    }
    let isIdle = failure == nil && !hasReachedLimit ? readRest() : true
    look(SteadyClock.nanoseconds)
    ring?.end()
    if let lost = ring?.lostSinceStop { exchange.tell(.savingEnded(lostPackets: lost)) }
    deliver(SteadyClock.nanoseconds, snapshot: true, isIdle: isIdle)
    exchange.end(failure.map { .failed($0) } ?? .asked)
  }

  private var hasReachedLimit: Bool { packetLimit.map { observer.statistics.packets >= $0 } ?? false }

  // MARK: Packets

  /// Reads what is there; whether nothing is left for now.
  private mutating func read() -> Bool {
    for _ in 0..<Self.batchesAtOnce {
      let isThere: Bool
      do throws(LiveError) {
        isThere = try Self.readBatch(&batch, of: &source, &observer, &ring)
      } catch {
        lost(error)
        return true
      }
      guard isThere else { return true }
      failures = 0
      flush()
      clock.read(batch[batch.count - 1].time, steady: SteadyClock.nanoseconds)
      if hasReachedLimit { return true }
    }
    return false
  }

  /// Reads what the kernel holds already, which may answer what looks unanswered: also the block that it fills now.
  private mutating func readRest() -> Bool {
    let end = SteadyClock.nanoseconds + Int64(LiveSource.blockMilliseconds) * 1_500_000
    while true {
      let isIdle = read()
      let left = end - SteadyClock.nanoseconds
      guard left > 0, failure == nil, !hasReachedLimit else { return isIdle }
      if isIdle { wait(forPackets: state == .up, milliseconds: Int32(left / 1_000_000) + 1) }
    }
  }

  /// Reads a batch: each packet is observed and saved while libpcap lends it.
  private static func readBatch(
    _ batch: inout PacketBatch, of source: inout LiveSource, _ observer: inout LiveObserver, _ ring: inout PacketRing?
  ) throws(LiveError) -> Bool {
    defer { observer.end(batch) }
    return try source.readBatch(&batch) { record, window, frame in
      observer.read(record, window: window, frame: frame)
      ring?.save(record, window: window, frame: frame)
    }
  }

  private mutating func flush() {
    for change in ring?.flush() ?? [] {
      switch change {
      case .stopped(let problem): exchange.tell(.savingStopped(problem.text))
      case .resumed(let lost): exchange.tell(.savingResumed(lostPackets: lost))
      }
    }
  }

  /// Reading fails once when the interface goes down or away, and works again when it is back. What fails at every
  /// attempt while the interface is up ends the capture.
  private mutating func lost(_ error: LiveError) {
    if source.isReplaced { return rebind() }
    let now = source.state
    change(to: now)
    guard now == .up else { return }
    failures += 1
    if failures > Self.failuresBeforeGivingUp { failure = error }
  }

  private mutating func rebind() {
    change(to: .gone)
    do throws(LiveError) {
      try source.rebind()
      change(to: source.state)
    } catch .interfaceGone {
      // Gone again in between.
    } catch {
      failure = error
    }
  }

  /// - Parameter forPackets: A packet socket whose interface is down is always ready, with an error.
  private func wait(forPackets: Bool, milliseconds: Int32 = 200) {
    let wishes = exchange.wishes.descriptor
    SystemCalls.wait(forInput: forPackets ? [wishes, source.descriptor] : [wishes], milliseconds: milliseconds)
    exchange.wishes.clear()
  }

  // MARK: What the other thread gets

  private mutating func deliver(_ now: Int64, snapshot: Bool, isIdle: Bool) {
    guard snapshot || now >= nextDelivery || observer.waiting >= Self.observationsAtOnce else { return }
    nextDelivery = now + Self.second / 10
    while exchange.mustWait, !snapshot { wait(forPackets: false) }
    exchange.deliver(observer.takeObservations())
    guard snapshot else { return }
    let time = clock.now(steady: SteadyClock.nanoseconds, isIdle: isIdle)
    exchange.deliver(observer.snapshot(now: time), saved: ring?.contents(latest: Self.bytesForCases))
  }

  /// Once a second: the interface's state and what was dropped.
  private mutating func look(_ now: Int64) {
    nextLook = now + Self.second
    if source.isReplaced { rebind() } else { change(to: source.state) }
    drops = source.drops()
    let total = Int(clamping: drops.total)
    observer.droppedPackets = total
    // Told at the first, and whenever the count has doubled.
    if total > 0, toldDrops == 0 || total >= 2 * toldDrops {
      toldDrops = total
      exchange.tell(.dropped(total: total))
    }
    exchange.show(
      LiveExchange.Progress(
        packets: observer.statistics.packets, bytes: observer.statistics.capturedBytes, drops: drops, state: state,
        now: clock.now(steady: now, isIdle: true), counted: now))
  }

  private mutating func change(to new: InterfaceState) {
    guard new != state else { return }
    state = new
    switch new {
    case .up: exchange.tell(.interfaceUp)
    case .down: exchange.tell(.interfaceDown)
    case .gone: exchange.tell(.interfaceGone)
    }
  }
}
