import Capture
import Families
import Observations
import Tracking

/// The trackers, fed with packet sequences, under limits so small that inputs reach them.
enum TrackingTarget {
  static let target = FuzzTarget(
    "tracking", "flows, handshakes, retransmissions, paths and fragments over a sequence of packets",
    mutation: .packets, run)

  private static func run(_ bytes: [UInt8]) -> Int {
    let sequence = PacketSequence(bytes)
    var limits = TrackingLimits()
    limits.flows = 6
    limits.handshakeBytes = 600
    limits.reassemblies = 2
    limits.paths = 2
    limits.fragmentedPaths = 2
    limits.sessions = 2
    limits.errorsPerFlow = 2
    var tracker = PointTracker(point: 0, limits: limits)
    guard var file = try? CaptureFile.open(bytes: sequence.capture(), name: "input") else { return 0 }
    var batch = PacketBatch(capacity: 8)
    var observed = 0
    while (try? file.readBatch(&batch)) ?? false {
      tracker.read(
        batch, 0..<batch.count, window: file.window, linkTypes: [LinkType(number: sequence.linkTypeNumber)], capture: 0)
      observed += tracker.takeObservations().count
      // What a live capture asks for in the middle of things.
      observed += tracker.openObservations().count
    }
    tracker.finish()
    return observed + tracker.takeObservations().count
  }
}
