import Observations

/// The captures that are merged, by the time of their next packet: whose turn it is, and until when.
///
/// A capture that had its turn is put back where its next packet belongs, so that thousands of files are not walked for
/// every packet.
struct CaptureQueue {
  private struct Place {
    let time: Timestamp
    let capture: OpenCapture
  }

  /// The earliest last.
  private var waiting: [Place] = []

  /// When the capture after the first one has its turn.
  var secondTime: Timestamp? { waiting.count > 1 ? waiting[waiting.count - 2].time : nil }

  /// Takes out the capture whose next packet comes first; of equal ones the one that was given first.
  mutating func takeFirst() -> OpenCapture? { waiting.popLast()?.capture }

  mutating func insert(_ capture: OpenCapture, at time: Timestamp) {
    var low = 0
    var high = waiting.count
    while low < high {
      let middle = (low + high) / 2
      let other = waiting[middle]
      if (other.time, other.capture.index) > (time, capture.index) { low = middle + 1 } else { high = middle }
    }
    waiting.insert(Place(time: time, capture: capture), at: low)
  }
}
