import Capture
import Correlation
import Observations
import Tracking

/// Reads capture files from beginning to end and hands on what they show.
struct CaptureReading<Sink: ObservationSink> {
  /// Files that are kept open between the look at their first packet and their turn; the others are opened again.
  private static var filesKeptOpen: Int { 16 }

  let paths: [String]
  let points: CapturePoints
  let share: HostPairShare?
  var sink: Sink
  private let captures: [CaptureCursor]
  /// What is left out, in the words of the selection; nil when nothing is.
  let narrowing: Narrowing?
  /// nil when every packet is analysed: then nothing is asked for any of them.
  private let selector: PacketSelector?
  /// Read files while this thread looks at the packets; none when it does both.
  private let readers: [ReaderThread]
  private var trackers: [Int: PointTracker] = [:]
  /// By point: how its packets are told from those of other points in its captures.
  private var separations: [Int: PointSeparation] = [:]
  /// Packets that trackers have read, by all points together.
  private var packetsRead = 0
  /// Packets and runs of them that were looked at, whether they are selected or not.
  private var packetsSeen = 0
  private var runsSeen = 0
  private(set) var descriptions: [CaptureDescription] = []
  /// By index of the capture: the greatest time of all its packets, whether they are selected or not.
  private(set) var latest: [Int: Timestamp] = [:]
  private var problemsByCapture: [(index: Int, error: CaptureError)] = []
  private var filterProblemsByCapture: [(index: Int, problem: FilterProblem)] = []

  /// Opens the files and looks at their first packets.
  init(
    paths: [String], points: CapturePoints, selection: Selection, share: HostPairShare? = nil,
    threads: ThreadCount = .automatic, sink: Sink
  ) {
    self.paths = paths
    self.points = points
    self.share = share
    self.sink = sink
    let names = DisplayNames.names(for: paths)
    captures = zip(paths, names).enumerated().map { index, file in
      let capture = CaptureCursor(index: index, path: file.0, name: file.1)
      if index >= Self.filesKeptOpen { capture.closeUntilNeeded() }
      return capture
    }.sorted { ($0.start, $0.index) < ($1.start, $1.index) }
    narrowing = selection.narrowing(firstPacket: captures.first.flatMap { $0.isEmpty ? nil : $0.start })
    selector = narrowing.flatMap { PacketSelector($0) }
    // Where the system makes no thread, this one does all, as with --threads 1.
    var readers: [ReaderThread] = []
    while readers.count + 1 < threads.count, let reader = ReaderThread() { readers.append(reader) }
    self.readers = readers
  }

  /// What the look at a capture's beginning told.
  struct Beginning {
    let path: String
    /// nil for a capture without packets.
    let firstPacket: Timestamp?
    let linkTypes: [LinkType]
  }

  /// In the order in which the files were given.
  var beginnings: [Beginning] {
    captures.sorted { $0.index < $1.index }.map {
      Beginning(path: $0.path, firstPacket: $0.isEmpty ? nil : $0.start, linkTypes: $0.linkTypes)
    }
  }

  /// What could not be read, in the order of the files.
  var problems: [CaptureError] { problemsByCapture.sorted { $0.index < $1.index }.map(\.error) }
  /// Packets that the capture filter does not work on, in the order of the files.
  var filterProblems: [FilterProblem] { filterProblemsByCapture.sorted { $0.index < $1.index }.map(\.problem) }

  /// Reads every file. A file that cannot be read does not keep the others from being read.
  ///
  /// - Parameter progress: Is told now and then how far it has come.
  mutating func run(_ progress: (ReadingProgress) -> Void = { _ in }) throws(Sink.Failure) {
    let dropStage = DropStage(captures)
    switch points {
    case .merged:
      try readMerged(captures.filter { !dropStage.captures.contains($0.index) }, progress)
      for capture in captures where dropStage.captures.contains(capture.index) { try readDropped(capture, progress) }
      sortDescriptions()
    case .separate:
      for (place, capture) in captures.enumerated() {
        if dropStage.captures.contains(capture.index) {
          try readDropped(capture, progress)
        } else {
          try read(place, point: capture.index, progress)
        }
      }
    case .automatic: try readAutomatically(dropStage, progress)
    }
    try finish()
    addPacketQuality()
  }

  private mutating func readAutomatically(
    _ dropStage: DropStage, _ progress: (ReadingProgress) -> Void
  ) throws(Sink.Failure) {
    var assignment = PointAssignment(CaptureSeries(captures.lazy.map { ($0.name, $0.start) }))
    let tap = TapDirections(captures.filter { !dropStage.captures.contains($0.index) })
    var continuation = Continuation(captures)
    for (place, capture) in captures.enumerated() where !capture.isClosed {
      let linkTypes = capture.linkTypes.map(\.name)
      if dropStage.captures.contains(capture.index) {
        try readDropped(capture, progress)
        continue
      }
      if let partner = tap.partners[capture.index], let other = captures.first(where: { $0.index == partner }) {
        try readMerged([capture, other], progress)
        continue
      }
      let continued = assignment.point(for: capture.name, linkTypes: linkTypes, start: capture.start)
      let point = continued.flatMap { continuation.mayContinue(capture, point: $0) ? $0 : nil } ?? capture.index
      continuation.add(capture, to: point)
      if point == capture.index { separations[point] = separation(of: capture) }
      try read(place, point: point, progress)
      // The whole capture counts, so that a selection does not change which captures continue each other.
      if let end = capture.latest {
        assignment.add(capture.name, linkTypes: linkTypes, end: end, to: point)
      }
    }
  }

  private mutating func read(
    _ place: Int, point: Int, _ progress: (ReadingProgress) -> Void
  ) throws(Sink.Failure) {
    let capture = captures[place]
    readAhead(from: place)
    if let separation = separations[point] {
      while capture.fill() {
        try track(capture, point: point, separation)
        tell(progress)
      }
    } else {
      var tracker = takeTracker(of: point)
      while capture.fill() {
        try track(capture, 0..<capture.batch.count, by: &tracker)
        tell(progress)
      }
      trackers[point] = tracker
    }
    close(capture, point: point)
    try noteHostDrops(of: capture, point: point)
  }

  /// Tells of the packets of a capture that its host dropped, at the points that saw them.
  private mutating func noteHostDrops(of capture: CaptureCursor, point: Int) throws(Sink.Failure) {
    guard !capture.hostDrops.isEmpty else { return }
    for (place, drops) in capture.takeHostDrops(by: separations[point]).sorted(by: { $0.key < $1.key }) {
      let number = CapturePoint.number(heldBy: point, place: place)
      var tracker = takeTracker(of: number)
      capture.hand(drops, to: &tracker)
      try sink.take(from: &tracker)
      trackers[number] = tracker
    }
  }

  /// Packets that a firewall dropped: a point of their own, which is on no path.
  private mutating func readDropped(
    _ capture: CaptureCursor, _ progress: (ReadingProgress) -> Void
  ) throws(Sink.Failure) {
    var tracker = takeTracker(of: capture.index)
    while capture.fill() {
      capture.handAsDropped(0..<capture.batch.count, selectedBy: selector, to: &tracker)
      packetsSeen += capture.batch.count
      runsSeen += 1
      try sink.take(from: &tracker)
      tell(progress)
    }
    trackers[capture.index] = tracker
    close(capture, point: capture.index)
  }

  /// Of more captures than this, each is part of something larger; to look into them would read all twice.
  private static var mostLookedInto: Int { 16 }

  private func separation(of capture: CaptureCursor) -> PointSeparation? {
    guard capture.canBeReadTwice, captures.count <= Self.mostLookedInto else { return nil }
    return PointSeparation(ofCaptureAt: capture.path)
  }

  /// Each point's packets of the current batch to its own tracker.
  private mutating func track(
    _ capture: CaptureCursor, point: Int, _ separation: PointSeparation
  ) throws(Sink.Failure) {
    let places = capture.places(0..<capture.batch.count, by: separation)
    for place in 0..<separation.count where places.contains(place) {
      let number = CapturePoint.number(heldBy: point, place: place)
      var tracker = takeTracker(of: number)
      var next = 0
      while let first = places[next...].firstIndex(of: place) {
        next = places[first...].firstIndex { $0 != place } ?? places.count
        try track(capture, first..<next, by: &tracker)
      }
      trackers[number] = tracker
    }
  }

  /// Has the readers begin with the capture at `place` and those after it, one more than there are readers, so that
  /// none waits between two small files.
  private func readAhead(from place: Int) {
    guard !readers.isEmpty else { return }
    for next in place..<min(place + readers.count + 1, captures.count) {
      captures[next].readAhead(on: readers[next % readers.count])
    }
  }

  /// Packets of some files in time order, as runs: from the file that is behind, up to where the next one stands.
  private mutating func readMerged(
    _ captures: [CaptureCursor], _ progress: (ReadingProgress) -> Void
  ) throws(Sink.Failure) {
    guard let point = captures.map(\.index).min() else { return }
    var tracker = takeTracker(of: point)
    var queue = CaptureQueue()
    for capture in captures { enqueue(capture, in: &queue, point: point) }
    while true {
      let limit = queue.secondTime ?? Timestamp(nanoseconds: .max)
      guard let first = queue.takeFirst() else { break }
      try track(first, first.run(until: limit), by: &tracker)
      enqueue(first, in: &queue, point: point)
      tell(progress)
    }
    trackers[point] = tracker
    for capture in captures { try noteHostDrops(of: capture, point: point) }
    sortDescriptions()
  }

  /// Merged captures end in whatever order; they are told in that of their beginnings.
  private mutating func sortDescriptions() {
    let places = Dictionary(self.captures.enumerated().map { ($1.index, $0) }) { first, _ in first }
    descriptions.sort { places[$0.index] ?? 0 < places[$1.index] ?? 0 }
  }

  /// Puts a capture where its next packet belongs, or closes it when it has none.
  private mutating func enqueue(_ capture: CaptureCursor, in queue: inout CaptureQueue, point: Int) {
    guard let time = capture.nextTime() else { return close(capture, point: point) }
    queue.insert(capture, at: time)
  }

  /// The tracker is taken out of the table while it works, so that there is one of it, and put back afterwards.
  private mutating func takeTracker(of point: Int) -> PointTracker {
    var tracker = trackers.removeValue(forKey: point) ?? PointTracker(point: point, share: share)
    tracker.packetsRead = packetsRead
    return tracker
  }

  private mutating func track(
    _ capture: CaptureCursor, _ records: Range<Int>, by tracker: inout PointTracker
  ) throws(Sink.Failure) {
    if let selector {
      capture.hand(records, selectedBy: selector, to: &tracker)
    } else {
      capture.hand(records, to: &tracker)
    }
    packetsRead = tracker.packetsRead
    packetsSeen += records.count
    runsSeen += 1
    try sink.take(from: &tracker)
  }

  /// Tells what only the end of the captures can tell, one point after the other.
  private mutating func finish() throws(Sink.Failure) {
    for (turn, point) in trackers.keys.sorted().enumerated() {
      var tracker = takeTracker(of: point)
      tracker.packetsRead = packetsRead + turn
      tracker.finish()
      try sink.take(from: &tracker)
      trackers[point] = tracker
    }
  }

  /// Tells the progress after every so many runs of packets, because adding up the files takes its time too.
  private func tell(_ progress: (ReadingProgress) -> Void) {
    guard runsSeen % max(64, captures.count) == 0 else { return }
    let sizes = captures.map(\.size)
    progress(
      ReadingProgress(
        packets: packetsSeen, bytes: captures.reduce(0) { $0 + $1.bytesRead },
        totalBytes: sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }))
  }

  private mutating func close(_ capture: CaptureCursor, point: Int) {
    descriptions.append(capture.description(point: point))
    if let problem = capture.problem { problemsByCapture.append((capture.index, problem)) }
    filterProblemsByCapture += capture.filterProblems.map { (capture.index, $0) }
    capture.close(selecting: selector)
    latest[capture.index] = capture.latest
  }

  private mutating func addPacketQuality() {
    var known: Set<Int> = []
    for index in descriptions.indices {
      let description = descriptions[index]
      let held = (0..<CapturePoint.mostPlaces).compactMap {
        trackers[CapturePoint.number(heldBy: description.point, place: $0)]
      }
      guard let limits = held.first?.limits else { continue }
      let quality = held.reduce(into: PacketQuality()) { $0.add($1.quality(ofCapture: description.index)) }
      descriptions[index].superPackets = quality.superPackets
      descriptions[index].copies = quality.copies
      descriptions[index].setUnread(quality.unread)
      if known.insert(description.point).inserted {
        descriptions[index].directions = SeenDirections.together(held.map(\.directions))
        descriptions[index].failedConnections = FailedConnections.together(held.map(\.failedConnections))
      }
      descriptions[index].reachedLimits += quality.counters.reached(limits)
    }
  }
}
