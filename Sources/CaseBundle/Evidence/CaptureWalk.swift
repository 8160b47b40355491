import Capture
import Observations

/// Reads a capture once more, for what the analysis has named.
enum CaptureWalk {
  /// A packet on its way past.
  struct Step {
    let frame: Int
    let record: PacketRecord
    let interface: CaptureInterface

    var missingBytes: Int { max(0, record.originalLength - record.capturedLength) }
  }

  /// Shows every packet in file order, up to `last` when given. A capture that cannot be read to its end was told of
  /// by the analysis; here its readable packets count.
  static func packets(of path: String, upTo last: Int = .max, _ look: (RawSpan, Step) -> Void) {
    guard last > 0, var file = try? CaptureFile.open(path) else { return }
    var batch = PacketBatch()
    while (try? file.readBatch(&batch)) ?? false {
      let window = file.window
      let interfaces = file.interfaces
      for index in 0..<batch.count {
        let frame = batch.firstFrame + index
        guard frame <= last else { return }
        let record = batch[index]
        guard interfaces.indices.contains(record.interface) else { continue }
        look(record.bytes(in: window), Step(frame: frame, record: record, interface: interfaces[record.interface]))
      }
    }
  }
}
