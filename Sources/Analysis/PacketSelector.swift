import Capture
import Correlation
import Observations
import PacketFilter

/// Chooses the packets that are analysed, by their time and by a capture filter.
package final class PacketSelector {
  private let since: Timestamp
  private let until: Timestamp
  private var filter: PacketFilter?

  /// nil when the narrowing leaves out no packet.
  package init?(_ narrowing: Narrowing) {
    guard narrowing.since != nil || narrowing.until != nil || narrowing.filter != nil else { return nil }
    since = narrowing.since ?? Timestamp(nanoseconds: .min)
    until = narrowing.until ?? Timestamp(nanoseconds: .max)
    filter = narrowing.filter.map { PacketFilter($0) }
  }

  /// The next packets among `records` that are selected without a gap; nil when there are no more.
  ///
  /// - Parameter tally: Is told of packets that the filter cannot judge.
  package func nextRun(
    in batch: borrowing PacketBatch, _ records: Range<Int>, window: RawSpan,
    interfaces: borrowing ContiguousArray<CaptureInterface>, tally: inout SelectionTally
  ) -> Range<Int>? {
    var interface = -1
    var program: PacketFilter.Program?
    var start: Int?
    for index in records {
      let record = batch[index]
      if filter != nil, record.interface != interface {
        interface = record.interface
        program = try? self.program(for: interface, of: interfaces)
      }
      let isSelected: Bool
      if record.time < since || record.time > until {
        isSelected = false
      } else if filter == nil {
        isSelected = true
      } else if let program {
        isSelected =
          filter?.matches(record.bytes(in: window), originalLength: record.originalLength, program) ?? true
      } else {
        refuse(interface, of: interfaces, &tally)
        isSelected = false
      }
      if isSelected {
        if start == nil { start = index }
      } else if let start {
        return start..<index
      }
    }
    return start.map { $0..<records.upperBound }
  }

  /// Whether a packet that the capturing host dropped is selected. A filter sees its headers.
  func selects(_ drop: HostDrop, interfaces: borrowing ContiguousArray<CaptureInterface>) -> Bool {
    guard since <= drop.time, drop.time <= until else { return false }
    guard filter != nil else { return true }
    guard let program = try? program(for: drop.interface, of: interfaces) else { return false }
    return unsafe filter?.matches(
      drop.beginning.span.bytes, originalLength: drop.beginning.count + drop.missingBytes, program) ?? true
  }

  /// The filter for the frames of an interface.
  private func program(
    for interface: Int, of interfaces: borrowing ContiguousArray<CaptureInterface>
  ) throws(PacketFilterError) -> PacketFilter.Program? {
    guard interfaces.indices.contains(interface) else { return nil }
    return try filter?.program(
      for: Framing(
        linkTypeNumber: interfaces[interface].linkTypeNumber, isBigEndian: interfaces[interface].isBigEndian))
  }

  @inline(never)
  private func refuse(
    _ interface: Int, of interfaces: borrowing ContiguousArray<CaptureInterface>, _ tally: inout SelectionTally
  ) {
    let number = interfaces.indices.contains(interface) ? interfaces[interface].linkTypeNumber : .max
    tally.refusals[number, default: SelectionTally.Refusal(reason: "unknown interface", packets: 0)].packets += 1
    do throws(PacketFilterError) {
      _ = try program(for: interface, of: interfaces)
    } catch {
      tally.refusals[number]?.reason = error.message
    }
  }
}

/// What was selected of a capture, and what could not be judged.
package struct SelectionTally {
  /// Of the selected packets only.
  var statistics = CaptureStatistics()

  package init() {}

  /// By link type number.
  var refusals: [UInt16: Refusal] = [:]

  /// Packets of a link type that the filter does not work on.
  struct Refusal {
    /// In libpcap's words.
    var reason: String
    var packets: Int
  }
}
