import Testing

@testable import Logs

@Suite("What stands in front of a line as its program wrote it")
struct LineDecorationTests {
  private static func end(_ line: String) -> Int {
    let bytes = Array(line.utf8)
    return LineDecoration.end(of: LogText(bytes.span))
  }

  @Test(
    "in front of a time it is passed",
    arguments: [
      ("  2026-11-27 22:40:26 x", 2), ("\t2026-11-27 22:40:26 x", 1), ("> Nov 27 22:40:26 gw x: y", 2),
      (">> 2026/11/27 22:40:26 x", 3), ("  12\t2026-11-27 22:40:26 x", 5), ("12: 2026-11-27 22:40:26 x", 4),
      ("vpn_1     | 2026-11-27 22:40:26 x", 12), ("  <30>Nov 27 22:40:26 x", 2), ("  [2026-11-27 22:40:26] x", 2),
      ("    DEBUG: (wg0) 2026/11/27 22:40:26 x", 4),
    ])
  func passed(line: String, end: Int) { #expect(Self.end(line) == end) }

  @Test(
    "in front of anything else it may be the program's own",
    arguments: [
      "", " ", ">", "    local address 198.51.100.10", "  latest handshake: 5 seconds ago", "12", "12:", "12\t",
      "vpn | x", "vpn  | Connected", ">STATE:1795818803,CONNECTED", "10: error 2026", "Connected to 198.51.100.10",
    ])
  func kept(line: String) { #expect(Self.end(line) == 0) }
}
