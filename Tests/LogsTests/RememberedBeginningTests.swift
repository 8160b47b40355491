import Testing

@testable import Logs

@Suite("What is remembered of the line before")
struct RememberedBeginningTests {
  private static func recall(_ text: String, after first: String, upTo end: Int, asking asked: Int? = nil) -> Int? {
    var beginning = RememberedBeginning<Int>()
    let before = Array(first.utf8)
    beginning.remember(7, LogText(before.span), upTo: end)
    let bytes = Array(text.utf8)
    return beginning.recall(LogText(bytes.span), upTo: asked)
  }

  @Test("a line that begins with the same bytes has the same value, however it goes on")
  func same() {
    #expect(Self.recall("Nov 28 00:00:00 gw: b", after: "Nov 28 00:00:00 gw: a", upTo: 20) == 7)
    #expect(Self.recall("Nov 28 00:00:00 gw: b", after: "Nov 28 00:00:00 gw: a", upTo: 20, asking: 20) == 7)
  }

  @Test("a line that begins otherwise, is shorter, or is asked for another beginning has none")
  func other() {
    #expect(Self.recall("Nov 28 00:00:01 gw: a", after: "Nov 28 00:00:00 gw: a", upTo: 20) == nil)
    #expect(Self.recall("Nov 28", after: "Nov 28 00:00:00 gw: a", upTo: 20) == nil)
    #expect(Self.recall("Nov 28 00:00:00 gw: a", after: "Nov 28 00:00:00 gw: a", upTo: 20, asking: 16) == nil)
  }

  @Test("nothing is remembered of nothing, of more than there is, and of what is too long")
  func none() {
    let long = String(repeating: "x", count: 1_000)
    #expect(Self.recall("a", after: "a", upTo: 0) == nil)
    #expect(Self.recall("a", after: "a", upTo: 2) == nil)
    #expect(Self.recall(long, after: long, upTo: 600) == nil)
  }

  @Test(
    "lines of one second are read as if each stood alone",
    arguments: [
      "Nov 28 00:00:00 gw ocserv[5751]: worker[alice]: 198.51.100.10 received BYE packet; exiting",
      "Nov 28 00:00:00 gw ocserv[5751]: main[alice]:198.51.100.10:40124 user disconnected",
      "Nov 28 00:00:00 gw ocserv[5751]:  sec-mod: invalidating session of user 'alice'",
      "Nov 28 00:00:00 gw openconnect[716]: CSTP connected. DPD 30, Keepalive 20",
      "28/11/2026 00:00:00 x CSTP connected. DPD 30, Keepalive 20",
      "11/12/2026 00:00:00 x CSTP connected. DPD 30, Keepalive 20",
      "{\"time\":\"2026-11-28T00:00:00Z\",\"message\":\"CSTP connected. DPD 30, Keepalive 20\"}",
      "<30>1 2026-11-28T00:00:00Z gw ocserv 5751 - - worker[alice]: 198.51.100.10 received BYE packet; exiting",
    ])
  func lines(line: String) throws {
    let alone = try ReadLine(line)
    let read = try ReadLine.lines([line, line + " ", line])
    for each in read {
      #expect(each.time?.second == alone.time?.second)
      #expect(each.time?.day == alone.time?.day)
      #expect(each.program == alone.program)
      #expect(each.host == alone.host)
      #expect(each.meaning == alone.meaning)
    }
  }

  @Test("a date that has shown that days come first changes how the same header is read again")
  func dates() throws {
    let ambiguous = "11/12/2026 00:00:00 CSTP connected. DPD 30, Keepalive 20"
    let read = try ReadLine.lines([ambiguous, "28/11/2026 00:00:00 CSTP connected. DPD 30, Keepalive 20", ambiguous])
    #expect(read.map { $0.time?.month } == [11, 11, 12])
  }

  @Test(
    "what began like a message or an error in the same header is found again, however the line goes on",
    arguments: [
      // An error word in the header, an opening that goes on otherwise, more of them than are remembered.
      ["2026-11-28T00:00:00Z ERROR: gw: Tunnel is up and running.", "2026-11-28T00:00:00Z ERROR: gw: something else"],
      [
        "Nov 28 00:00:00 gw openconnect[716]: Connected to 203.0.113.20:443",
        "Nov 28 00:00:00 gw openconnect[716]: Connected to HTTPS on vpn.example.com",
      ],
      [
        "failed failed failed failed failed failed failed failed failed failed Cookie was rejected by server; exiting.",
        "failed failed failed failed failed failed failed failed failed failed Cookie is no longer valid, ending session",
      ],
      [
        "Nov 28 00:00:00 gw openconnect[716]: Attempt new DTLS connection",
        "Nov 28 00:00:00 gw openconnect[716]: DTLS Dead Peer Detection detected dead peer!",
        "Nov 28 00:00:00 gw openconnect[716]: unknown thing failed",
        "Nov 28 00:00:00 gw openconnect[716]: DTLS handshake failed: x",
      ],
    ])
  func sameBeginning(lines: [String]) throws {
    for (read, line) in zip(try ReadLine.lines(lines + lines), lines + lines) {
      let alone = try ReadLine(line)
      #expect(read.meaning == alone.meaning)
      #expect(read.suspicious == alone.suspicious)
      #expect(read.values == alone.values)
    }
  }
}
