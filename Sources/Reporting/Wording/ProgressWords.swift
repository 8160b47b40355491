/// The progress of reading captures, in one line for a terminal.
///
///     1.2 of 4.8 GB (25 %) · 3,400,000 packets/s · 12 s left
///     1.2 GB · 3,400,000 packets/s
public struct ProgressWords {
  public let text: String

  /// - Parameters:
  ///   - packets: Packets analysed.
  ///   - bytes: Bytes read.
  ///   - totalBytes: All bytes; nil when that is not known.
  ///   - seconds: Time so far.
  public init(packets: Int, bytes: Int, totalBytes: Int?, seconds: Double) {
    var parts: [String] = []
    let rate = seconds > 0 ? Double(packets) / seconds : 0
    if let totalBytes, totalBytes > 0 {
      // A file may grow while it is read.
      let done = min(bytes, totalBytes)
      let (size, unit) = Self.size(totalBytes)
      parts.append(
        "\((Double(done) / size).fixed(1)) of \((Double(totalBytes) / size).fixed(1)) \(unit) (\(done * 100 / totalBytes)%)"
      )
    } else {
      let (size, unit) = Self.size(bytes)
      parts.append("\((Double(bytes) / size).fixed(1)) \(unit)")
    }
    parts.append("\(Int(rate).grouped) packets/s")
    if let totalBytes, bytes > 0, bytes < totalBytes {
      let left = seconds * Double(totalBytes - bytes) / Double(bytes)
      parts.append("\(max(1, left.rounded()).duration) left")
    }
    text = parts.joined(separator: " · ")
  }

  private static func size(_ bytes: Int) -> (Double, String) { bytes < 1_000_000_000 ? (1e6, "MB") : (1e9, "GB") }
}
