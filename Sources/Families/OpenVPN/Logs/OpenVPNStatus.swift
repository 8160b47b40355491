import Logs
import Observations

/// OpenVPN's status file, or what `status` prints on its management interface, in versions 1 to 3.
///
///     OpenVPN CLIENT LIST
///     Updated,Thu Jun 18 08:12:15 2020
///     Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since
///     alice,198.51.100.10:54321,3860,3688,Thu Jun 18 08:10:15 2020
///     …
///     END
///
/// It shows one moment: who is connected, and neither who is not nor whether data passes. So nothing follows from it.
struct OpenVPNStatus: LogFormatReader {
  private var isListing = false

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    if Self.headings.contains(where: { offered.text.starts(with: $0) }) {
      isListing = true
    } else if isListing {
      isListing = Self.isRow(&offered)
    }
    guard isListing else { return false }
    sink.understand(.openvpnStatus)
    if offered.text.starts(with: "END") { isListing = false }
    return true
  }

  private static let headings: [StaticString] = [
    "OpenVPN CLIENT LIST", "OpenVPN STATISTICS", "TITLE,OpenVPN ", "TITLE\tOpenVPN ",
  ]

  /// A title, or values with commas or tabulators between them; a line of a log has a time in front or a colon.
  private static func isRow(_ offered: inout OfferedLine) -> Bool {
    if ["ROUTING TABLE", "GLOBAL STATS", "END"].contains(where: { offered.text.starts(with: $0) }) { return true }
    return (offered.text.contains(",") || offered.text.contains("\t")) && !offered.text.contains(": ")
      && offered.leadingTime == nil
  }
}
