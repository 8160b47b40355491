import Dissection
import Families
import Observations

/// What is known of the fragments from one host to another.
struct FragmentState {
  let source: IPAddress
  let destination: IPAddress
  let protocolNumber: UInt8
  var ports: (source: UInt16, destination: UInt16)?
  var datagrams = 0
  var fragments = 0
  var laterFragments = 0
  var reassemblyFailures = 0
  /// The first of them.
  var reassemblyFailure: (time: Timestamp, frame: PackedFrame)?
  var largest = 0
  let first: Timestamp
  let firstFrame: PackedFrame
}

/// Fragments by pair of hosts and protocol. Bounded; the first come stay.
struct FragmentTable {
  private struct Key: Hashable {
    let source: IPAddress
    let destination: IPAddress
    let protocolNumber: UInt8
  }

  private var places: [Key: Int] = [:]
  private(set) var states: [FragmentState] = []
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// Counts a fragment; false when the table is full and the hosts are new.
  mutating func count(_ fragment: IPHeader, ports: (UInt16, UInt16)?, _ context: PacketContext) -> Bool {
    let key = Key(
      source: fragment.source, destination: fragment.destination, protocolNumber: fragment.protocolNumber)
    let place: Int
    if let known = places[key] {
      place = known
    } else {
      guard states.count < capacity else { return false }
      states.append(
        FragmentState(
          source: key.source, destination: key.destination, protocolNumber: key.protocolNumber, first: context.time,
          firstFrame: context.frame))
      place = states.count - 1
      places[key] = place
    }
    states[place].fragments += 1
    states[place].largest = max(states[place].largest, fragment.length)
    if fragment.isLaterFragment { states[place].laterFragments += 1 } else { states[place].datagrams += 1 }
    if states[place].ports == nil, let ports { states[place].ports = ports }
    return true
  }

  /// The receiver of fragments says that some never came; that counts where fragments were seen.
  mutating func countReassemblyFailure(
    from source: IPAddress, to destination: IPAddress, protocolNumber: UInt8, _ context: PacketContext
  ) {
    guard let place = places[Key(source: source, destination: destination, protocolNumber: protocolNumber)] else {
      return
    }
    states[place].reassemblyFailures += 1
    if states[place].reassemblyFailure == nil { states[place].reassemblyFailure = (context.time, context.frame) }
  }
}

// Fragments are counted, not reassembled: that they travel at all is what matters.
extension PointTracker {
  @inline(never)
  mutating func note(fragment: IPHeader, _ payload: RawSpan, _ context: PacketContext) {
    let hasPorts =
      !fragment.isLaterFragment && payload.byteCount >= 4
      && (fragment.protocolNumber == IPProtocol.tcp || fragment.protocolNumber == IPProtocol.udp)
    let ports = hasPorts ? unsafe (payload.u16(0), payload.u16(2)) : nil
    if !fragments.count(fragment, ports: ports, context) { emitter.counters.skippedFragmentedPaths += 1 }
  }
}

extension FragmentTable {
  /// Emits the fragments counted so far.
  func emit(into emitter: inout Emitter) {
    for state in states {
      emitter.end(.fragments, first: state.firstFrame)
      emitter.emit(
        .fragments(
          Fragments(
            source: state.source, destination: state.destination,
            transport: TransportProtocol(protocolNumber: state.protocolNumber),
            sourcePort: state.ports.map { Int($0.source) }, destinationPort: state.ports.map { Int($0.destination) },
            datagrams: state.datagrams, fragments: state.fragments, largest: state.largest,
            laterFragments: state.laterFragments,
            reassemblyFailures: state.reassemblyFailure.map {
              ReassemblyFailures(count: state.reassemblyFailures, time: $0.time, frame: $0.frame.reference)
            })),
        time: state.first, frame: state.firstFrame)
    }
  }
}

extension TransportProtocol {
  init(protocolNumber: UInt8) {
    switch protocolNumber {
    case IPProtocol.tcp: self = .tcp
    case IPProtocol.udp: self = .udp
    default: self = .other
    }
  }
}
