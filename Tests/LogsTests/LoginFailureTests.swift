import Observations
import Testing

@testable import Logs

/// Clients of TLS VPNs that do not get past the gateway's door, in the few lines that reports show.
@Suite("clients that cannot log in")
struct LoginFailureTests {
  private static func causes(_ lines: String...) throws -> [HandshakeFailure.Cause] {
    try Reading(lines.joined(separator: "\n")).events.compactMap {
      if case .failed(let it) = $0 { it.cause } else { nil }
    }
  }

  @Test("gpclient: a portal that answers nothing that it understands, one without a gateway, one that is not trusted")
  func gpclient() throws {
    let start = "[2024-05-06T16:12:14Z INFO gpgui::portal_connector] Connecting to the portal: v**********m..."
    #expect(
      try Self.causes(
        start,
        "[2024-05-06T16:12:14Z WARN gpgui::portal_connector] Failed to connect to the portal: Prelogin error: Invalid prelogin response"
      ) == [.other(reason: "Prelogin error: Invalid prelogin response")])
    #expect(
      try Self.causes(start, "Error: Prelogin error: GlobalProtect gateway does not exist")
        == [.rejected(reason: "GlobalProtect gateway does not exist")])
    #expect(
      try Self.causes(
        start,
        "[2024-05-06T16:12:14Z WARN gpgui::portal_connector] Failed to connect to the portal: Network error: error:0A000086:SSL routines::certificate verify failed (self-signed certificate)"
      ) == [.other(reason: "the gateway's certificate was not accepted")])
  }

  @Test("gpclient before version 2: the portal's configuration is not given out")
  func portalConfiguration() throws {
    #expect(
      try Self.causes(
        "2020-06-19 15:28:04.050 ERROR [7093] [PortalAuthenticator::onFetchConfigFinished@168] Failed to fetch the portal config from https://vpn.example.com/global-protect/getconfig.esp, Error transferring https://vpn.example.com/global-protect/getconfig.esp - server replied: Custom error"
      ) == [.rejected(reason: "Custom error")])
  }

  @Test("openconnect: what the gateway asks for is another protocol's, once the client gives up")
  func otherProtocol() throws {
    let words = "Server 'vpn.example.com' requested Basic authentication which is disabled by default"
    let connected = "Connected to HTTPS on vpn.example.com"
    #expect(
      try Self.causes(connected, words, "Failed to obtain WebVPN cookie") == [.other(reason: words)])
    #expect(try Self.causes(connected, words) == [])
  }
}
