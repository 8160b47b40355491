import Observations

extension PointHistory {
  /// What two hosts did with each other: connections and attempts in the order in which they were told of.
  struct PairHistory {
    var connections: [ObservedConnection] = []
    var attempts: [ObservedAttempt] = []
    /// Connections and attempts that were forgotten.
    private(set) var forgotten = 0

    /// Above so many, entries are found by their flow; walking through fewer is quicker and takes no memory.
    private static let walked = 32
    /// Places of the connections of each flow that have not ended, the latest last; empty while there are few.
    private var openPlaces: [Flow: [Int]] = [:]
    /// The place of each flow's latest attempt; empty while there are few.
    private var attemptPlaces: [Flow: Int] = [:]

    var entries: Int { connections.count + attempts.count }

    /// The latest connection of a flow that has not ended.
    func openConnection(of flow: Flow) -> Int? {
      guard connections.count > Self.walked else {
        return connections.lastIndex { $0.flow == flow && $0.whole == nil }
      }
      return openPlaces[flow]?.last
    }

    /// The latest attempt of a flow.
    func latestAttempt(of flow: Flow) -> Int? {
      guard attempts.count > Self.walked else { return attempts.lastIndex { $0.flow == flow } }
      return attemptPlaces[flow]
    }

    mutating func add(_ connection: ObservedConnection, limit: Int) {
      if connections.count >= limit { forget(connections: connections.count / 2) }
      Self.makePlace(in: &connections)
      connections.append(connection)
      if connections.count == Self.walked + 1 {
        indexConnections()
      } else if connections.count > Self.walked, connection.whole == nil {
        openPlaces[connection.flow, default: []].append(connections.count - 1)
      }
    }

    /// Long histories grow by a quarter: to double them, as arrays do, would leave half of their memory unused.
    private static func makePlace<Entry>(in entries: inout [Entry]) {
      guard entries.count >= walked / 2, entries.count == entries.capacity else { return }
      entries.reserveCapacity(entries.count / 4 * 5)
    }

    /// Ends the latest connection of its flow that has not ended.
    mutating func end(_ place: Int, with whole: TLSConnection, at frame: FrameReference) {
      connections[place].whole = whole
      connections[place].endFrame = frame
      let flow = connections[place].flow
      guard connections.count > Self.walked, var places = openPlaces[flow] else { return }
      places.removeLast()
      openPlaces[flow] = places.isEmpty ? nil : places
    }

    mutating func add(_ attempt: ObservedAttempt, limit: Int) {
      if attempts.count >= limit { forget(attempts: attempts.count / 2) }
      Self.makePlace(in: &attempts)
      attempts.append(attempt)
      if attempts.count == Self.walked + 1 {
        indexAttempts()
      } else if attempts.count > Self.walked {
        attemptPlaces[attempt.flow] = attempts.count - 1
      }
    }

    private mutating func indexConnections() {
      openPlaces = [:]
      guard connections.count > Self.walked else { return }
      for (place, connection) in connections.enumerated() where connection.whole == nil {
        openPlaces[connection.flow, default: []].append(place)
      }
    }

    private mutating func indexAttempts() {
      attemptPlaces = [:]
      guard attempts.count > Self.walked else { return }
      for (place, attempt) in attempts.enumerated() { attemptPlaces[attempt.flow] = place }
    }

    /// Forgets the oldest part: many at once, because to forget one costs as much.
    mutating func forgetOldest(_ parts: Int, of all: Int) {
      forget(
        connections: (connections.count * parts + all - 1) / all, attempts: (attempts.count * parts + all - 1) / all)
    }

    private mutating func forget(connections first: Int = 0, attempts second: Int = 0) {
      connections.removeFirst(first)
      attempts.removeFirst(second)
      forgotten += first + second
      indexConnections()
      indexAttempts()
    }

    /// Whether they made a tunnel, or may be about to. Hellos alone, which nobody answered, made none.
    var isTunnel: Bool {
      if !attempts.isEmpty, !connections.isEmpty || attempts.contains(where: \.wasAnswered) { return true }
      return connections.contains { $0.whole == nil || $0.isTunnel }
    }

    /// When they last did something; a connection that is still open counts as now.
    var last: Timestamp {
      if connections.contains(where: { $0.whole == nil }) { return Timestamp(nanoseconds: .max) }
      return max(
        connections.last?.end ?? Timestamp(nanoseconds: .min),
        attempts.last?.last.time ?? Timestamp(nanoseconds: .min))
    }
  }
}
