import Families
import Observations
import Testing

@testable import Logs

@Suite("Products whose messages the table is asked for first")
struct TableFirstTests {
  private var readers: [any LogFormatReader.Type] {
    TLSVPNLogs.readers + WireGuardLogs.readers + OpenVPNLogs.readers + IPsecLogs.readers
  }

  /// The messages in `wrapping` that readers of lines take for their product's, of products that should have none, or of the
  /// others.
  private func taken(_ wrapping: Wrapping, hasNoLineReader: Bool) throws -> [String] {
    try ReadLine.table().entries.filter { $0.product.hasNoLineReader == hasNoLineReader }.filter { entry in
      let line = wrapping.line(entry.message.sample).replacing("PROG", with: MessageTableTests.program(entry.product))
      let bytes = Array(line.utf8)
      var offered = OfferedLine(LogText(bytes.span))
      var sink = LogSink(log: 0)
      return readers.contains { reader in
        var reader = reader.init()
        return reader.read(&offered, into: &sink) && sink.understood(entry.product.format) != nil
      }
    }.map(\.message.sample)
  }

  @Test("no reader of lines takes one of them for what it is", arguments: Wrapping.all)
  func readers(wrapping: Wrapping) throws {
    let taken = try taken(wrapping, hasNoLineReader: true)
    #expect(taken.isEmpty, "\(taken.prefix(6).joined(separator: "\n"))")
  }

  @Test("readers of lines take messages of the others")
  func others() throws { #expect(try Wrapping.all.contains { try !taken($0, hasNoLineReader: false).isEmpty }) }

  @Test("lines of other products among them are read as they are alone")
  func mixed() throws {
    let first = "2026-11-28 00:23:33 INFO:   Connected to gateway."
    let others = [
      "Nov 28 00:23:34 vm ocserv[5751]: main: added 1 points (total 1) for IP '198.51.100.10' to ban list",
      "2026-11-28 00:23:35 us=1 TLS Error: TLS handshake failed",
      "Nov 28 2026 00:23:36 fw1 : %ASA-6-722022: Group <g> User <alice> IP <198.51.100.10> TCP SVC connection established without compression",
      "What nobody knows.",
    ]
    let lines = others.flatMap { [first, $0] } + [first]
    let mixed = try #require(try Reading(lines.joined(separator: "\n") + "\n").log)
    let alone = try others.map { try #require(try Reading($0 + "\n").log) }
    #expect(mixed.understoodLines == alone.reduce(others.count + 1) { $0 + $1.understoodLines })
    #expect(mixed.unknownLines == alone.reduce(0) { $0 + $1.unknownLines })
  }
}
