import Testing

@testable import Logs

@Suite("Lines that look like errors")
struct ErrorWordTests {
  @Test(
    "an unknown line with a word of failure is one",
    arguments: [
      ("Nov 28 00:23:33 gw openconnect[716]: The frobnicator FAILED to start", ErrorWord.failed),
      ("Nov 28 00:23:33 gw ocserv[716]: worker: peer timed out somewhere", .timedOut),
      ("Nov 28 00:23:33 gw charon: 05[NET] socket unreachable", .unreachable),
      ("Nov 28 00:23:33 gw openvpn[7]: something was denied", .denied),
    ])
  func words(line: String, word: ErrorWord) throws {
    let read = try ReadLine(line)
    #expect(read.meaning == nil)
    #expect(read.suspicious == word)
    #expect(read.product != nil)
    #expect(read.writtenTime == "11-28 00:23:33")
  }

  @Test(
    "a word that is part of another, denied or counted as none is not",
    arguments: [
      "failover is on", "TX errors 0", "errors: 0 dropped: 0", "error=0", "no error", "without errors", "errors: none",
      "deadline", "undeniable", "terror", "error_code", "not lost",
    ])
  func none(text: String) throws { #expect(try ReadLine("Nov 28 00:23:33 gw openvpn[7]: \(text)").suspicious == nil) }

  @Test(
    "so is one that says what is wrong, missing or not done",
    arguments: [
      ("Can't open tun device: no idea", ErrorWord.cant), ("The hash does not match ours", .notMatching),
      ("auth cont but with illegal sid size (5)!", .illegal), ("Child 5 died with sigsegv", .died),
      ("The script exited with non-zero status: 5", .nonZeroStatus), ("unknown CMD 0x1f", .unknown),
      ("no such device", .noSuch), ("Operation not permitted", .notPermitted), ("MTU 5 too small", .tooSmall),
      ("Unsupported OATH HMAC algorithm", .unsupported), ("No matching CHILD_SA config", .noMatching),
      ("!! No proposal chosen", .noProposal), ("VPN-Fehler: vpn.example.com, IKE-Error 0x2027", .fehler),
      ("HTTP chunk length is too large (5)", .tooLarge), ("Token malformed - no header", .malformed),
    ])
  func complaints(text: String, word: ErrorWord) throws {
    #expect(try ReadLine("Nov 28 00:23:33 gw ocserv[716]: worker: \(text)").suspicious == word)
  }

  @Test(
    "what the program passes over, and a value that is not known, is none",
    arguments: [
      "ignoring unknown Vendor ID payload", "ignored unexpected packet", "country: unknown", "NAC Result : Unknown",
      "location=unknown, city=unknown", "agent unknown", "not missing", "badly", "the unknowns",
    ])
  func passedOver(text: String) throws {
    #expect(try ReadLine("Nov 28 00:23:33 gw ocserv[716]: worker: \(text)").suspicious == nil)
  }

  @Test("what another program says is nobody's product")
  func foreign() throws {
    let read = try ReadLine("Nov 28 00:23:33 gw sshd[7]: error: connection reset by peer")
    #expect(read.suspicious == .error)
    #expect(read.product == nil)
  }
}

@Suite("Whose a message is")
struct MessageAttributionTests {
  @Test(
    "common words of another program are no message",
    arguments: [
      "Nov 28 00:23:33 gw sshd[7]: Authentication failed", "Nov 28 00:23:33 db mysqld[7]: shutting down",
      "Nov 28 00:23:33 gw app[7]: TLS handshake completed", "Nov 28 00:23:33 gw app[7]: user logged in",
      "Nov 28 00:23:33 gw ssh[7]: Connected to 198.51.100.10:22",
    ])
  func foreign(line: String) throws { #expect(try ReadLine(line).meaning == nil) }

  @Test("common words count where the program is named, or the log has its own words before")
  func attributed() throws {
    #expect(try ReadLine("Nov 28 00:23:33 gw openconnect[7]: Reconnect failed").attribution == .program)
    #expect(try ReadLine("Reconnect failed").attribution == .assumed)
    #expect(try ReadLine.lines(["CSTP connected. DPD 30, Keepalive 20", "Reconnect failed"])[1].attribution == .log)
  }

  @Test("openconnect's words are its own in every program that is built on it")
  func wrapped() throws {
    let read = try ReadLine(
      "2023-11-17 09:28:51.464 INFO  [1954161] [GPClient::onVPNLogAvailable@518] GPST Dead Peer Detection detected dead peer!"
    )
    #expect(read.meaning == .deadPeer(.tls))
    #expect(read.thread == "1954161")
  }

  @Test("the middle of a word is no beginning of a message")
  func boundaries() throws {
    #expect(try ReadLine("xDTLS handshake failed").meaning == nil)
    #expect(try ReadLine("Reconnect failedly").meaning == nil)
    #expect(try ReadLine("dtls handshake failed: x").meaning == nil)
  }

  @Test("the longest opening wins, and a shorter one where the longer goes on otherwise")
  func longest() throws {
    #expect(try ReadLine("DTLS handshake failed: Error in the push function.").meaning == .sendFailed(.dtls))
    #expect(try ReadLine("X-CSTP-Idle-Timeout: none").meaning == .informational)
    #expect(try ReadLine("X-CSTP-Idle-Timeout: 3600").meaning == .timersAnnounced(.tls))
  }
}
