import Testing

@Suite("Link types in a report")
struct LinkTypeLimitTests {
  @Test("eight link types of a capture are named")
  func named() throws {
    try ClassicPcap.withFiles([("many.pcapng", CostTests.interfaces(20))]) { paths in
      let capture = try #require(Files.analyse(paths).report.captures.first)
      #expect(capture.linkTypes.count == 8)
      #expect(capture.packets == 20)
    }
  }
}
