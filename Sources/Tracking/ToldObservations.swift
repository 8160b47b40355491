import Observations

/// What a point has told since it was last asked, each with its place in the order of telling.
struct ToldObservations {
  private(set) var items: [Observation] = []
  private(set) var orders: [ObservationOrder] = []
  /// Packets that the point has read.
  var packets = 0
  /// The turn of what ends; nil while packets are read.
  private var ending: ObservationOrder?

  mutating func append(_ observation: Observation) {
    items.append(observation)
    orders.append(ending ?? ObservationOrder(packets: packets))
  }

  /// What follows is told at the end, about something that began with the packet `first`.
  mutating func end(_ turn: ObservationOrder.Turn, first: FrameReference) {
    ending = ObservationOrder(packets: packets, turn: turn, first: first)
  }

  mutating func end(_ turn: ObservationOrder.Turn, first: PackedFrame) { end(turn, first: first.reference) }

  mutating func take() -> ToldObservations {
    let taken = self
    items = []
    orders = []
    return taken
  }
}
