import Analysis
import Capture
import Observations

/// Reads a capture once more, for what the analysis has named.
enum CaptureWalk {
  /// A packet on its way past.
  struct Step {
    let frame: Int
    let record: PacketRecord
    let interface: CaptureInterface
    /// That the host which captured it dropped the packet.
    let verdict: HostDrop.Verdict?
    /// The number that the capture gives to the packet; 0 when it gives none.
    let identity: UInt64

    var missingBytes: Int { max(0, record.originalLength - record.capturedLength) }
  }

  /// Shows every packet that was analysed in file order, up to `last` when given. A capture that cannot be read to its
  /// end was told of by the analysis; here its readable packets count.
  static func packets(
    of input: CaseInput, upTo last: Int = .max, selectedBy selector: PacketSelector?, _ look: (RawSpan, Step) -> Void
  ) {
    var tally = SelectionTally()
    for part in input.parts {
      packets(of: part, upTo: min(last, input.lastFrame), selectedBy: selector, &tally, look)
    }
  }

  private static func packets(
    of part: CaseInput.Part, upTo last: Int, selectedBy selector: PacketSelector?, _ tally: inout SelectionTally,
    _ look: (RawSpan, Step) -> Void
  ) {
    let earlier = part.firstFrame - 1
    guard last > earlier, var file = try? CaptureFile.open(part.path) else { return }
    var batch = PacketBatch()
    while (try? file.readBatch(&batch)) ?? false {
      guard earlier + batch.firstFrame <= last else { return }
      let verdicts = Dictionary(file.takeHostDrops().map { (earlier + $0.frame, $0.verdict) }) { _, last in last }
      let window = file.window
      let interfaces = file.interfaces
      var rest = 0..<batch.count
      while let run = nextRun(in: batch, rest, window: window, interfaces: interfaces, selector, &tally) {
        for index in run {
          let record = batch[index]
          let frame = earlier + batch.firstFrame + index
          guard frame <= last else { return }
          guard interfaces.indices.contains(record.interface) else { continue }
          look(
            record.bytes(in: window),
            Step(
              frame: frame, record: record, interface: interfaces[record.interface], verdict: verdicts[frame],
              identity: batch.identity(at: index)))
        }
        rest = min(run.upperBound, batch.count)..<batch.count
      }
    }
  }

  private static func nextRun(
    in batch: PacketBatch, _ rest: Range<Int>, window: RawSpan, interfaces: ContiguousArray<CaptureInterface>,
    _ selector: PacketSelector?, _ tally: inout SelectionTally
  ) -> Range<Int>? {
    guard !rest.isEmpty else { return nil }
    guard let selector else { return rest }
    return selector.nextRun(in: batch, rest, window: window, interfaces: interfaces, tally: &tally)
  }
}
