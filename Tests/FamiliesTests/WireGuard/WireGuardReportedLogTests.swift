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

  @Test("the number of a try counts those before it, which are not shown")
  func number() throws {
    let line =
      "[   42.147793] wireguard: wg0: Handshake for peer 1 (172.30.0.2:51820) did not complete after 5 seconds, "
    #expect(try Self.causes(line + "retrying (try 5)") == [.timedOut])
    #expect(try Self.causes(line + "retrying (try 2)") == [])
  }
}
