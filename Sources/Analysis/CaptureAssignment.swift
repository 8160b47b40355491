import ObservationStreams
import Observations

/// Gives the captures of several works their numbers and capture points, as if they had been read together.
struct CaptureAssignment {
  /// For each work, and each of its captures: the index in the report.
  private(set) var numbers: [[Int]] = []
  /// For each work, and each of its points: the index in the report.
  private(set) var points: [[Int]] = []
  private var names: [String] = []
  /// By index: the name of the capture that it continues although the two were observed apart.
  private var continued: [Int: String] = [:]
  /// By index: the last moment that an observation tells of.
  private var lastTold: [Int: Timestamp] = [:]

  /// - Parameter joinsPoints: Whether a capture may continue one of another work.
  init(_ works: [ObservedWork], joinsPoints: Bool) {
    names = DisplayNames.names(for: works.flatMap { $0.header.captures.map(\.path) })
    var count = 0
    for work in works {
      numbers.append(Array(count..<count + work.header.captures.count))
      count += work.header.captures.count
    }
    points = numbers
    if joinsPoints { joinPoints(works) }
  }

  /// A capture and when it begins.
  private struct Beginning {
    let start: Timestamp
    let index: Int
    let work: Int
    let capture: Int
  }

  /// Captures in the order in which they begin, as they are read when they are read together.
  private mutating func joinPoints(_ works: [ObservedWork]) {
    var beginnings: [Beginning] = []
    for (number, work) in works.enumerated() where work.header.points == .automatic {
      for (index, capture) in work.header.captures.enumerated() {
        beginnings.append(
          Beginning(
            start: capture.firstPacket ?? Timestamp(nanoseconds: .max), index: numbers[number][index], work: number,
            capture: index))
      }
    }
    var assignment = PointAssignment(CaptureSeries(beginnings.lazy.map { [names] in (names[$0.index], $0.start) }))
    var isAssigned = Set<Int>()
    var lastName: [Int: String] = [:]
    for beginning in beginnings.sorted(by: { ($0.start, $0.index) < ($1.start, $1.index) }) {
      let work = works[beginning.work]
      let linkTypes = work.header.captures[beginning.capture].linkTypes
      let told = work.capture(beginning.capture)
      let own = told?.capture.point ?? beginning.capture
      let name = names[beginning.index]
      // Which captures of one work continue each other was decided when it was observed.
      if isAssigned.insert(numbers[beginning.work][own]).inserted,
        let point = assignment.point(for: name, linkTypes: linkTypes, start: beginning.start)
      {
        points[beginning.work][own] = point
        // Nothing of an empty capture can be cut.
        if work.header.captures[beginning.capture].firstPacket != nil { continued[beginning.index] = lastName[point] }
      }
      let point = points[beginning.work][own]
      if let latest = told?.latest { assignment.add(name, linkTypes: linkTypes, end: latest, to: point) }
      lastName[point] = name
    }
  }

  /// Remembers how far observations go, for captures whose end was not written down.
  mutating func noteTime(of observation: Observation) {
    guard case .packet(let time, _, let frame) = observation.origin else { return }
    lastTold[frame.capture] = max(lastTold[frame.capture] ?? time, time)
  }

  /// The captures as the report describes them, in the order in which they begin.
  func descriptions(_ works: [ObservedWork]) -> [CaptureDescription] {
    works.enumerated().flatMap { number, work in
      work.header.captures.enumerated().map { index, beginning in
        (beginning.firstPacket ?? Timestamp(nanoseconds: .max), description(of: work, number, index, beginning))
      }
    }.sorted { ($0.0, $0.1.index) < ($1.0, $1.1.index) }.map(\.1)
  }

  private func description(
    of work: ObservedWork, _ number: Int, _ index: Int, _ beginning: StreamHeader.Capture
  ) -> CaptureDescription {
    let place = numbers[number][index]
    var description =
      work.capture(index)?.capture
      ?? CaptureDescription(
        index: place, point: index, name: names[place], format: "unknown", linkTypes: beginning.linkTypes,
        snapLength: 0, packets: 0, bytes: 0, start: beginning.firstPacket,
        end: lastTold[place] ?? beginning.firstPacket)
    description.index = place
    description.point = points[number][description.point]
    description.name = names[place]
    description.continuesApart = continued[place]
    if description.problem == nil, let gap = work.gap(ofCapture: index) {
      description.problem = gap
      description.isComplete = false
    }
    return description
  }
}
