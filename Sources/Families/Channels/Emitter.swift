import Observations

/// Takes the observations of one capture point, each with its place in the order in which they are emitted, and counts
/// how often a tracker reached one of its limits.
public struct Emitter {
  /// Index of the capture point.
  public let point: Int
  public private(set) var observations: [Observation] = []
  public private(set) var orders: [ObservationOrder] = []
  /// Packets that the point has read.
  public var packets = 0
  public var counters = TrackingCounters()
  /// The turn of what ends; nil while packets are read.
  private var ending: ObservationOrder?

  public init(point: Int) { self.point = point }

  /// Emits what the packet of `context` shows.
  public mutating func emit(_ event: consuming Observation.Event, _ context: PacketContext) {
    emit(event, time: context.time, frame: context.frame)
  }

  /// Emits what was seen at a time, with the packet that proves it best.
  public mutating func emit(_ event: consuming Observation.Event, time: Timestamp, frame: PackedFrame) {
    observations.append(Observation(time: time, point: point, frame: frame.reference, event: event))
    orders.append(ending ?? ObservationOrder(packets: packets))
  }

  /// What follows is emitted at the end of the capture, about something that began with the packet `first`.
  public mutating func end(_ turn: ObservationOrder.Turn, first: PackedFrame) {
    ending = ObservationOrder(packets: packets, turn: turn, first: first.reference)
  }

  /// The observations since the last call, with their places in the order.
  public mutating func take() -> (observations: [Observation], orders: [ObservationOrder]) {
    let taken = (observations, orders)
    observations = []
    orders = []
    return taken
  }

  /// Passes on the observations since the last call; what comes next takes their place in memory, as long as that is little.
  public mutating func pass(to take: (consuming Observation) -> Void) {
    guard !observations.isEmpty else { return }
    // From the end an array gives its elements away; elsewhere, and to reverse itself, it makes copies.
    var span = observations.mutableSpan
    for place in 0..<span.count / 2 { span.swapAt(place, span.count - 1 - place) }
    while let observation = observations.popLast() { take(observation) }
    if observations.capacity > Self.mostKept { observations = [] }
    orders.removeAll(keepingCapacity: orders.capacity <= Self.mostKept)
  }

  /// More than the packets of a batch usually show.
  private static let mostKept = 1_024
}
