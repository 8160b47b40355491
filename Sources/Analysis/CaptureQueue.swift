import Algorithms
import Observations

/// The captures that are merged, by the time of their next packet: whose turn it is, and until when.
///
/// A capture that had its turn is put back where its next packet belongs, so that thousands of files are not walked for
/// every packet.
struct CaptureQueue {
  private struct Place {
    let time: Timestamp
    let capture: CaptureCursor
  }

  /// The earliest last.
  private var waiting: [Place] = []

  /// When the capture after the first one has its turn.
  var secondTime: Timestamp? { waiting.count > 1 ? waiting[waiting.count - 2].time : nil }

  /// Takes out the capture whose next packet comes first; of equal ones the one that was given first.
  mutating func takeFirst() -> CaptureCursor? { waiting.popLast()?.capture }

  mutating func insert(_ capture: CaptureCursor, at time: Timestamp) {
    let place = waiting.partitioningIndex { ($0.time, $0.capture.index) <= (time, capture.index) }
    waiting.insert(Place(time: time, capture: capture), at: place)
  }
}
