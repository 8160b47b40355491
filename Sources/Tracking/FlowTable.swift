import Families
import Observations

/// Flows by key, in flat arrays: a look-up touches one slot and one flow.
///
/// Holds at most `capacity` flows. The caller makes room (`victim`, `remove`) before it inserts one more. Flows
/// keep their index while they live; the order of indices depends on the packets alone, never on the hash.
struct FlowTable {
  var flows: ContiguousArray<TrackedFlow> = []
  /// Two for each flow: at 2 × index what its first endpoint sent, at 2 × index + 1 what its second did.
  var directions: ContiguousArray<DirectionState> = []
  private var live: ContiguousArray<Bool> = []
  private var free: ContiguousArray<Int> = []
  private var slots = ContiguousArray<UInt32>(repeating: 0, count: 1024)
  private var recent = RecentFlows()
  private(set) var count = 0
  private var sampleStart = 0
  private let hash: FlowHash
  let capacity: Int

  init(capacity: Int, hash: FlowHash = FlowHash()) {
    self.capacity = capacity
    self.hash = hash
  }

  var isFull: Bool { count >= capacity }

  @inline(__always)
  mutating func index(of key: FlowKey) -> Int? {
    let known = recent[key]
    if known < flows.count, flows[known].key == key { return known }
    return indexInTable(of: key)
  }

  @inline(never)
  private mutating func indexInTable(of key: FlowKey) -> Int? {
    let mask = slots.count - 1
    var slot = hash(key) & mask
    while true {
      let entry = Int(slots[slot])
      if entry == 0 { return nil }
      if flows[entry - 1].key == key {
        recent[key] = entry - 1
        return entry - 1
      }
      slot = (slot + 1) & mask
    }
  }

  /// How many slots a look-up of this key reads, the last one included: what flows cost, for tests.
  func probes(for key: FlowKey) -> Int {
    let mask = slots.count - 1
    var slot = hash(key) & mask
    var probes = 1
    while slots[slot] != 0, !(flows[Int(slots[slot]) - 1].key == key) {
      slot = (slot + 1) & mask
      probes += 1
    }
    return probes
  }

  /// Adds a flow that is not in the table; the table must not be full.
  @inline(never)
  mutating func insert(_ state: TrackedFlow) -> Int {
    if (count + 1) * 2 > slots.count { grow() }
    let index: Int
    if let reused = free.popLast() {
      index = reused
      flows[index] = state
      directions[2 * index] = DirectionState()
      directions[2 * index + 1] = DirectionState()
      live[index] = true
    } else {
      index = flows.count
      flows.append(state)
      directions.append(DirectionState())
      directions.append(DirectionState())
      live.append(true)
    }
    count += 1
    place(index)
    return index
  }

  /// A tunnel says something every half a minute, in keep-alives; one that said nothing for so long is over.
  private static let tunnelSilenceSeconds = 600.0

  /// Which flow to forget first: the least recently used of a sample, flows that are no tunnel, or none any more, before
  /// the others.
  ///
  /// A sample of 16 that moves through the table forgets nearly what an exact order would, without a list that
  /// every packet has to keep up. Complexity: constant.
  mutating func victim(at now: Timestamp) -> Int? {
    var best: Int?
    var seen = 0
    for _ in flows.indices {
      guard seen < 16 else { break }
      let index = sampleStart
      sampleStart = (sampleStart + 1) % flows.count
      guard live[index] else { continue }
      seen += 1
      guard let other = best else {
        best = index
        continue
      }
      if isForgottenBefore(index, other, at: now) { best = index }
    }
    return best
  }

  private func isForgottenBefore(_ x: Int, _ y: Int, at now: Timestamp) -> Bool {
    let (xMatters, yMatters) = (matters(x, at: now), matters(y, at: now))
    return xMatters != yMatters ? yMatters : lastPacket(x) < lastPacket(y)
  }

  private func matters(_ index: Int, at now: Timestamp) -> Bool {
    let isTunnel = flows[index].claim.isTracked
    return isTunnel && now.seconds(since: lastPacket(index)) < Self.tunnelSilenceSeconds
  }

  private func lastPacket(_ index: Int) -> Timestamp {
    max(directions[2 * index].last, directions[2 * index + 1].last)
  }

  mutating func remove(_ index: Int) {
    let mask = slots.count - 1
    var hole = hash(flows[index].key) & mask
    while Int(slots[hole]) != index + 1 { hole = (hole + 1) & mask }
    // Backward-shift deletion: move up whoever would not be found any more across the hole.
    var slot = (hole + 1) & mask
    while slots[slot] != 0 {
      let home = hash(flows[Int(slots[slot]) - 1].key) & mask
      if (slot &- home) & mask >= (slot &- hole) & mask {
        slots[hole] = slots[slot]
        hole = slot
      }
      slot = (slot + 1) & mask
    }
    slots[hole] = 0
    recent.remove(index, flows[index].key)
    live[index] = false
    free.append(index)
    count -= 1
  }

  /// Whether the place is a flow's.
  func isLive(_ index: Int) -> Bool { live[index] }

  /// The indices of all flows, in the order in which they came (as far as places were not reused).
  var liveIndices: [Int] { flows.indices.filter { live[$0] } }

  private mutating func grow() {
    slots = ContiguousArray(repeating: 0, count: slots.count * 2)
    for index in flows.indices where live[index] { place(index) }
  }

  private mutating func place(_ index: Int) {
    let mask = slots.count - 1
    var slot = hash(flows[index].key) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = UInt32(truncatingIfNeeded: index + 1)
  }
}

/// The flow that was looked up last in each of a few places: most packets belong to a flow that had one a moment ago, and
/// need no keyed hash.
///
/// Whoever makes a capture can choose flows that share a place; that costs them the hash, and no more.
private struct RecentFlows {
  private var indices = InlineArray<256, UInt32>(repeating: .max)

  /// The index of the flow in the key's place, which may have another key; more than any index for none.
  subscript(key: FlowKey) -> Int {
    @inline(__always) get { Int(indices[Self.place(of: key)]) }
    set { indices[Self.place(of: key)] = UInt32(truncatingIfNeeded: newValue) }
  }

  /// A flow is forgotten.
  mutating func remove(_ index: Int, _ key: FlowKey) {
    if self[key] == index { indices[Self.place(of: key)] = .max }
  }

  @inline(__always)
  private static func place(of key: FlowKey) -> Int {
    Int(truncatingIfNeeded: (key.a.low ^ key.b.low ^ key.ports ^ key.ports >> 16) & 255)
  }
}
