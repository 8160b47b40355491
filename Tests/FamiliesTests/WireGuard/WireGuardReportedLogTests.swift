import Logs
import Observations
import Testing

@testable import Families

/// Logs of WireGuard as people show them in reports: wg-quick's output, BoringTun, Tailscale, a few lines of many.
@Suite("WireGuard logs in reports")
struct WireGuardReportedLogTests {
  private static func causes(_ text: String) throws -> [HandshakeFailure.Cause] {
    try LogOfText.read(text, WireGuardLogs.readers).observations.compactMap { observation in
      guard case .failed(let it) = observation.event else { return nil }
      return it.cause
    }
  }

  @Test("wg-quick takes its interface away for what the first command that fails says", arguments: ["", ","])
  func quick(end: String) throws {
    let log = """
      [#] ip link add wg0 type wireguard\(end)
      RTNETLINK answers: Operation not permitted\(end)
      Unable to access interface: Operation not permitted\(end)
      [#] ip link delete dev wg0\(end)
      Cannot find device "wg0"\(end)
      """
    #expect(try Self.causes(log) == [.setup(reason: "RTNETLINK answers: Operation not permitted")])
  }

  @Test("a kernel without the module is no failure where the daemon takes its place")
  func fallback() throws {
    let up = """
      [#] ip link add wg0 type wireguard
      RTNETLINK answers: Operation not supported
      [!] Missing WireGuard kernel module. Falling back to slow userspace implementation.
      [#] wireguard-go wg0
      """
    let rest = """
      [#] wg setconf wg0 /dev/fd/63
      [#] ip -4 address add 10.8.0.2/24 dev wg0
      [#] ip link set mtu 1420 up dev wg0
      [#] ip link delete dev wg0
      """
    #expect(try Self.causes(up + "\n" + rest) == [])
    let failed = """
      ERROR: (wg0) 2020/07/29 07:18:00 Failed to create TUN device: operation not permitted
      Unable to access interface: Operation not permitted
      [#] ip link delete dev wg0
      """
    #expect(
      try Self.causes(up + "\n" + failed) == [.setup(reason: "Failed to create TUN device: operation not permitted")])
  }

  @Test("an attempt that fails is no news once another has brought the interface up")
  func secondAttempt() throws {
    let log = """
      [#] ip link add wg0 type wireguard
      RTNETLINK answers: Operation not permitted
      [#] ip link delete dev wg0
      [#] ip link add wg0 type wireguard
      [#] wg setconf wg0 /dev/fd/63
      [#] ip link set mtu 1420 up dev wg0
      """
    #expect(try Self.causes(log) == [])
  }

  @Test("a name that is looked up again, and an interface that its user takes down, are no failure")
  func retry() throws {
    let log = """
      [#] ip link add wg0 type wireguard
      [#] wg setconf wg0 /dev/fd/63
      Temporary failure in name resolution: `vpn.example.com:51820'. Trying again in 1.00 seconds...
      [#] ip link delete dev wg0
      """
    #expect(try Self.causes(log) == [])
  }

  @Test("BoringTun names no peer; three initiations without an answer are a failure, and an answer ends the count")
  func boringTun() throws {
    let attempt = """
      2023-09-20T18:03:37.708Z DEBUG boringtun::noise: Sending handshake_initiation
      2023-09-20T18:03:42.838Z  WARN boringtun::noise::timers: HANDSHAKE(REKEY_TIMEOUT)

      """
    let answer =
      "2023-09-20T18:03:43.838Z DEBUG boringtun::noise: Received handshake_response local_idx=1 remote_idx=2\n"
    #expect(try Self.causes(attempt + attempt) == [])
    #expect(try Self.causes(attempt + attempt + attempt) == [.timedOut])
    #expect(try Self.causes(attempt + attempt + answer + attempt) == [])
  }

  @Test("Tailscale writes a peer's name in brackets")
  func tailscale() throws {
    let log = (2...4).map {
      "2026/11/28 00:04:\($0 * 6 + 10) wg: [9CjNC] - Handshake did not complete after 5 seconds, retrying (try \($0))"
    }
    #expect(try Self.causes(log.joined(separator: "\n")) == [.timedOut])
  }

  private static func initiations(_ seconds: [Int]) -> [String] {
    seconds.map { second in
      let clock = "22:\(second / 60 + 10):\(second % 60 < 10 ? "0" : "")\(second % 60)"
      return "2026-11-28 \(clock).100400: [NET] peer(5x4E…4uyk) - Sending handshake initiation"
    }
  }

  @Test("initiations that are sent again and again are not answered, even if no line counts them as tries")
  func resent() throws {
    let answer = "2026-11-28 22:10:11.100400: [NET] peer(5x4E…4uyk) - Received handshake response"
    #expect(try Self.causes(Self.initiations([0, 5, 10, 15]).joined(separator: "\n")) == [.timedOut])
    #expect(try Self.causes(Self.initiations([0, 5, 10]).joined(separator: "\n")) == [])
    #expect(
      try Self.causes((Self.initiations([0, 5, 10]) + [answer] + Self.initiations([130])).joined(separator: "\n")) == []
    )
    #expect(
      try Self.causes(Self.initiations([0, 120, 240, 360, 480]).joined(separator: "\n")) == [], "new keys of a session")
  }

  @Test(
    "a gateway's client that has not come yet is asked for in vain, and that is no failure",
    arguments: ["no known endpoint for peer", "no UDP or DERP addr"])
  func addressUnknown(reason: String) throws {
    let log = (0..<8).flatMap { index in
      let time = "2026/11/28 00:04:\(index * 6 + 10)"
      return [
        "DEBUG: (wg0) \(time) peer(5wWv…Op2w) - Sending handshake initiation",
        "ERROR: (wg0) \(time) peer(5wWv…Op2w) - Failed to send handshake initiation: \(reason)",
        "DEBUG: (wg0) \(time) peer(5wWv…Op2w) - Handshake did not complete after 5 seconds, retrying (try \(index + 2))",
      ]
    }
    #expect(try Self.causes(log.prefix(21).joined(separator: "\n")) == [])
  }

  @Test("Keenetic's routers write a peer's key and its number")
  func keenetic() throws {
    let log = """
      Mar 13 15:09:31 router kernel: wireguard: Wireguard1: handshake for peer "bmXOC+F1Fx" (49) (203.0.113.20:14547) did not complete after 1 seconds, retrying (try 5)
      """
    let observation = try #require(try LogOfText.read(log, WireGuardLogs.readers).observations.first)
    guard case .line(let origin) = observation.origin else { return }
    #expect(origin.subject.gateway?.description == "203.0.113.20")
    #expect(try Self.causes(log) == [.timedOut])
  }

  @Test("the number of a try counts those before it, which are not shown")
  func number() throws {
    let line =
      "[   42.147793] wireguard: wg0: Handshake for peer 1 (172.30.0.2:51820) did not complete after 5 seconds, "
    #expect(try Self.causes(line + "retrying (try 5)") == [.timedOut])
    #expect(try Self.causes(line + "retrying (try 2)") == [])
  }
}
