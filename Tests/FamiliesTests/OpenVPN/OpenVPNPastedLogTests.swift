import Logs
import Observations
import Testing

@testable import Families

/// A client's log of OpenVPN that other programs start and stop, or of which only the end is pasted.
@Suite("Parts of OpenVPN's logs")
struct OpenVPNPastedLogTests {
  private static func causes(_ lines: [String]) throws -> [HandshakeFailure.Cause] {
    try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers).observations.compactMap {
      guard case .failed(let it) = $0.event else { return nil }
      return it.cause
    }
  }

  private static func asks(_ time: String) -> String {
    "2026-11-27 \(time) UDP link remote: [AF_INET]203.0.113.20:1194"
  }

  @Test(
    "a gateway that has no name yet has not been heard, whichever option ends the wait", arguments: ["exit", "restart"])
  func nothingHeard(option: String) throws {
    let end = "2026-11-27 09:16:39 [UNDEF] Inactivity timeout (--ping-\(option)), exiting"
    #expect(try Self.causes([Self.asks("09:15:39"), end]) == [.timedOut])
  }

  @Test("a client that begins anew because it was not let in says so once")
  func loginRestart() throws {
    let restart = "2026-11-27 09:15:42 SIGUSR1[soft,auth-failure] received, process restarting"
    let word = "2026-11-27 09:15:42 AUTH: Received control message: AUTH_FAILED"
    #expect(try Self.causes([restart]) == [.other(reason: "AUTH_FAILED")])
    #expect(try Self.causes([Self.asks("09:15:39"), word, restart]) == [.other(reason: "AUTH_FAILED")])
  }

  @Test("attempts that another program begins anew were not answered: a long one, or two in a row")
  func restarts() throws {
    #expect(try Self.causes([Self.asks("04:25:17"), Self.asks("04:25:48")]) == [.timedOut])
    #expect(try Self.causes([Self.asks("04:25:17"), Self.asks("04:25:27")]) == [])
    #expect(try Self.causes([Self.asks("04:25:17"), Self.asks("04:25:27"), Self.asks("04:25:37")]) == [.timedOut])
  }

  @Test(
    "what was answered, ended otherwise, or is asked for on another day is none of them",
    arguments: [
      "2026-11-27 04:25:18 TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=0b1c2d3e 4f5a6b7c",
      "2026-11-27 04:25:18 [vpn] Peer Connection Initiated with [AF_INET]203.0.113.20:1194",
      "2026-11-27 04:25:20 Initialization Sequence Completed",
      "2026-11-27 04:25:20 SIGTERM[hard,] received, process exiting",
    ])
  func noRestart(line: String) throws {
    #expect(try Self.causes([Self.asks("04:25:17"), line, Self.asks("04:25:48")]).filter { $0 == .timedOut } == [])
    #expect(try Self.causes([Self.asks("04:25:17"), Self.asks("09:25:48")]) == [])
  }

  @Test("over TCP the line for the connection is followed by one for what it carries")
  func connectionOfTCP() throws {
    let lines = [
      "2026-11-27 04:25:17 Attempting to establish TCP connection with [AF_INET]203.0.113.20:443 [nonblock]",
      "2026-11-27 04:25:57 TCP connection established with [AF_INET]203.0.113.20:443",
      "2026-11-27 04:25:57 TCP_CLIENT link remote: [AF_INET]203.0.113.20:443",
    ]
    #expect(try Self.causes(lines) == [])
    let reset = "2026-11-27 04:26:20 Connection reset, restarting [-1]"
    #expect(try Self.causes(lines + [reset, lines[0]]) == [.other(reason: "connection reset")])
  }

  @Test("a wrong password of the private key keeps a client from connecting, where only the restart says so")
  func privateKeyPassword() throws {
    let lines = (0...1).map {
      "Oct  8 21:33:3\($0) host nm-openvpn[16542]: SIGUSR1[soft,private-key-password-failure] received, process restarting"
    }
    let read = try LogOfText.read(lines.joined(separator: "\n"), OpenVPNLogs.readers)
    #expect(read.description.format == .openvpnClient)
    #expect(
      read.observations.contains {
        if case .failed(let it) = $0.event {
          it.cause == .setup(reason: "the password of its private key is wrong")
        } else {
          false
        }
      })
  }
}
