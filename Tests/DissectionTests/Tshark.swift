import Foundation

/// Wireshark's command-line dissector, asked for the fields of each packet by itself.
enum Tshark {
  static let executable = ["/usr/bin/tshark", "/usr/local/bin/tshark", "/opt/homebrew/bin/tshark"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Whether a message may gather bytes from several packets; here none may.
  private static let perPacket = [
    "tcp.desegment_tcp_streams:FALSE", "tls.desegment_ssl_records:FALSE",
    "tls.desegment_ssl_application_data:FALSE", "ip.defragment:FALSE", "ipv6.defragment:FALSE",
    "tcp.analyze_sequence_numbers:FALSE",
  ]

  /// The values of `fields` in each packet of the file: one array a packet, in it one array of values a field.
  ///
  /// - Parameter decoding: What else tshark is to take for what, as its option `-d` has it.
  static func rows(of path: String, fields: [String], decoding: [String] = []) throws -> [[[Substring]]] {
    guard let executable else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments =
      ["-n", "-r", path, "-T", "fields", "-E", "separator=|"]
      + perPacket.flatMap { ["-o", $0] } + decoding.flatMap { ["-d", $0] } + fields.flatMap { ["-e", $0] }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map { $0.split(separator: ",") }
    }
  }
}
