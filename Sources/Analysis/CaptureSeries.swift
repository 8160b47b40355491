import Observations

/// The series that captures are of by their names: a capturing program that rotates its files numbers them, or writes the time
/// into their names, and changes nothing else.
///
/// Two series at the same time are two capturing programs: neither's files continue the other's.
struct CaptureSeries {
  /// By name without its digits: from the beginning of the first file to that of the last, where there are several.
  private let spans: [String: ClosedRange<Timestamp>]

  /// - Parameter beginnings: The captures by name, and when each begins.
  init(_ beginnings: some Sequence<(name: String, start: Timestamp)>) {
    spans = Dictionary(grouping: beginnings) { Self.stem(of: $0.name) }.filter { $0.value.count > 1 }
      .compactMapValues { files in
        let starts = files.map(\.start)
        guard let first = starts.min(), let last = starts.max() else { return nil }
        return first...last
      }
  }

  /// Whether one capture may continue another, by their names.
  func mayContinue(_ name: String, after earlier: String) -> Bool {
    let (stem, other) = (Self.stem(of: name), Self.stem(of: earlier))
    guard stem != other, let span = spans[stem], let otherSpan = spans[other] else { return true }
    return !span.overlaps(otherSpan)
  }

  private static func stem(of name: String) -> String { name.filter { !$0.isASCII || !$0.isNumber } }
}
