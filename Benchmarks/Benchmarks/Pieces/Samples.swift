import Capture
import Correlation
import Families
import Foundation
import Observations
import Tracking

/// The sample captures of the repository: where they are, and their packets in memory.
struct Samples: Sendable {
  let paths: [String]
  let frames: [[UInt8]]
  let observations: [Observation]
  let descriptions: [CaptureDescription]

  var packets: Int { frames.count }

  /// All Ethernet captures of `Captures/`, in order of their names.
  static func load() -> Samples {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Captures").path
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".pcap") }
    let paths = names.sorted().map { "\(folder)/\($0)" }
    var frames: [[UInt8]] = []
    var observations: [Observation] = []
    var descriptions: [CaptureDescription] = []
    for (index, path) in paths.enumerated() {
      var tracker = PointTracker(point: index)
      var statistics = CaptureStatistics()
      read(path) { batch, window, linkTypes in
        tracker.read(batch, 0..<batch.count, window: window, linkTypes: linkTypes, capture: index)
        statistics.add(batch)
        for place in 0..<batch.count {
          let bytes = batch[place].bytes(in: window)
          frames.append((0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) })
        }
      }
      tracker.finish()
      observations += tracker.takeObservations()
      descriptions.append(
        CaptureDescription(
          index: index, point: index, name: "\(index)", format: "pcap", linkTypes: ["Ethernet"], snapLength: 0,
          packets: statistics.packets, bytes: statistics.capturedBytes, start: statistics.earliest,
          end: statistics.latest))
    }
    precondition(!frames.isEmpty, "no captures in \(folder)")
    return Samples(paths: paths, frames: frames, observations: observations, descriptions: descriptions)
  }

  /// Hands on the packets of a capture batch by batch.
  static func read(
    _ path: String, _ body: (borrowing PacketBatch, RawSpan, ContiguousArray<LinkType>) -> Void
  ) {
    guard var file = try? CaptureFile.open(path) else { return }
    var batch = PacketBatch()
    while (try? file.readBatch(&batch)) ?? false {
      body(batch, file.window, ContiguousArray(file.interfaces.map(\.linkType)))
    }
  }

  static func countPackets(_ paths: [String]) -> Int {
    var count = 0
    for path in paths { read(path) { batch, _, _ in count += batch.count } }
    return count
  }

  static func correlator(of observations: [Observation]) -> Correlator {
    var correlator = Correlator(families: RegisteredFamilies.table)
    correlator.absorb(observations)
    return correlator
  }
}
