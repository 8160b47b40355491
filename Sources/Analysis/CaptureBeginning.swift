import Capture
import Observations
import Tracking

extension CaptureFile {
  /// Reads the first packets, some batches of them, until there are so many; what cannot be read ends it.
  mutating func readBeginning(
    packets: Int, _ take: (borrowing PacketBatch, RawSpan, ContiguousArray<LinkType>) -> Void
  ) {
    var batch = PacketBatch()
    var read = 0
    while read < packets, (try? readBatch(&batch)) ?? false {
      take(batch, window, ContiguousArray(interfaces.map(\.linkType)))
      read += batch.count
    }
  }
}

extension PointSeparation {
  /// How the packets of a capture are told apart, as its beginning shows; nil where it is one point's.
  ///
  /// - Parameter path: A file that can be read twice. Why it cannot be read is told when it has its turn.
  init?(ofCaptureAt path: String) {
    guard var file = try? CaptureFile.open(path) else { return nil }
    var sightings = RepeatedSightings()
    file.readBeginning(packets: RepeatedSightings.packets) { batch, window, linkTypes in
      sightings.read(batch, window: window, linkTypes: linkTypes)
    }
    guard let separation = sightings.separation else { return nil }
    self = separation
  }
}
