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

  @Test("gpclient ends with what it has warned of: it failed once")
  func gpclientsLastWord() throws {
    let start = "[2024-05-06T16:12:14Z INFO  gpclient::cli] gpclient started: 2.3.7 (2024-08-16)"
    let warning = "[2024-05-06T16:12:15Z WARN  gpclient::connect] Failed to connect portal with prelogin: "
    #expect(
      try Self.causes(
        start, warning + "Portal config error: auth-failed", "", "Error: Portal config error: auth-failed")
        == [.rejected(reason: "auth-failed")])
    #expect(
      try Self.causes(
        start, warning + "Prelogin error: GlobalProtect gateway does not exist", "",
        "Error: Prelogin error: GlobalProtect gateway does not exist")
        == [
          .rejected(
            reason: "Failed to connect portal with prelogin: Prelogin error: GlobalProtect gateway does not exist")
        ])
    #expect(
      try Self.causes(start, "Error: GlobalProtect gateway does not exist")
        == [.rejected(reason: "GlobalProtect gateway does not exist")])
    // Another attempt may fail for the same reason.
    let attempts = ["15", "45"].map {
      "[2024-05-06T16:12:\($0)Z WARN  gpclient::connect] Failed to connect portal with prelogin: Portal config error: auth-failed"
    }
    #expect(try Self.causes(start, attempts[0], attempts[1]).count == 2)
  }

  @Test("gpclient before version 2: the portal's configuration is not given out")
  func portalConfiguration() throws {
    #expect(
      try Self.causes(
        "2020-06-19 15:28:04.050 ERROR [7093] [PortalAuthenticator::onFetchConfigFinished@168] Failed to fetch the portal config from https://vpn.example.com/global-protect/getconfig.esp, Error transferring https://vpn.example.com/global-protect/getconfig.esp - server replied: Custom error"
      ) == [.rejected(reason: "Custom error")])
  }

  @Test("openconnect-sso: the gateway's reason, wherever in its answer it stands")
  func singleSignOn() throws {
    #expect(
      try Self.causes(
        "[error    ] Could not finish authentication. Invalid response type in current state [openconnect_sso.authenticator] response=AuthRequestResponse(auth_id='main', auth_error='Single sign-on AnyConnect token verification failure.', login_url='https://vpn.example.com/')"
      ) == [.rejected(reason: "Single sign-on AnyConnect token verification failure.")])
    #expect(
      try Self.causes(
        #"[debug    ] Auth finish response received  [openconnect_sso.authenticator] content=b'<?xml version="1.0" encoding="UTF-8"?>\n<config-auth>\n<error id="13" param1="" param2="">Unable to complete connection: Cisco Secure Desktop not installed on the client</error>\n</config-auth>'"#
      ) == [.rejected(reason: "Cisco Secure Desktop not installed on the client")])
    #expect(
      try Self.causes(
        #"[error    ] Required attributes not found in response ("no such child: single-sign-on-v2", does this endpoint do SSO?), exiting [openconnect_sso.app]"#
      ).count == 1)
  }

  @Test("openconnect: a connection that it takes up again was a session's, wherever the log begins")
  func middleOfSession() throws {
    let events = try Reading(
      """
      2016-03-15 13:28 Got CSTP DPD response
      2016-03-15 13:29 SSL read error: Error in the pull function.; reconnecting.
      2016-03-15 13:29 SSL negotiation with vpn.example.com
      2016-03-15 13:29 CSTP connected. DPD 30, Keepalive 20
      """
    ).events
    #expect(events.contains { if case .ended(let it) = $0 { it.isBreak } else { false } })
    #expect(events.contains { if case .established(let it) = $0 { it.relation == .replacing } else { false } })
  }

  @Test("openconnect: what the gateway asks for is another protocol's, once the client gives up")
  func otherProtocol() throws {
    let words = "Server 'vpn.example.com' requested Basic authentication which is disabled by default"
    let connected = "Connected to HTTPS on vpn.example.com"
    #expect(
      try Self.causes(connected, words, "Failed to obtain WebVPN cookie") == [.other(reason: words)])
    #expect(try Self.causes(connected, words) == [])
  }

  @Test("openconnect's window has no cookie for whatever reason it named before")
  func cookieOfWindow() throws {
    let closing = "2019-04-08 15:38:25 | 3574 | Authentication error; cannot obtain cookie"
    let started = "2019-04-08 15:38:23 | 3574 | SSL negotiation with vpn.example.com"
    let opened = "2019-04-08 15:38:25 | 3574 | Failed to open HTTPS connection to vpn.example.com"
    #expect(
      try Self.causes(
        started, "2019-04-08 15:38:25 | 3574 | SSL connection failure: Error in the pull function.", opened, closing)
        == [.other(reason: "Error in the pull function.")])
    #expect(
      try Self.causes(
        "2019-04-08 15:38:25 | 3574 | getaddrinfo failed for host 'vpn.example.com': Name or service not known", opened,
        closing) == [.setup(reason: "the gateway's name is not resolved")])
    #expect(
      try Self.causes(started, "2019-04-08 15:38:25 | 3574 | Connected to HTTPS on vpn.example.com", closing) == [
        .login
      ])
  }

  @Test("gpclient before version 2 tries what it has saved: a no to that is none to its user")
  func savedLogin() throws {
    let refused =
      "2023-09-06 23:52:35.378 ERROR [86547] [GatewayAuthenticator::onLoginFinished@53] Failed to login the gateway at https://vpn.example.com/ssl-vpn/login.esp, Error transferring https://vpn.example.com/ssl-vpn/login.esp - server replied: Custom error"
    let succeeded =
      "2023-09-06 23:52:51.560 INFO  [86547] [GPClient::onGatewaySuccess@380] Gateway login succeeded, got the cookie authcookie=0a0b"
    #expect(try Self.causes(refused, succeeded) == [])
    #expect(try Self.causes(refused, refused) == [.rejected(reason: "Custom error")])
  }

  @Test("a client without a script for its routes, and a gateway that knows no such computer")
  func otherReasons() throws {
    let reading = try Reading(
      """
      [2024-12-09T01:34:50Z INFO  gpclient::cli] gpclient started: 2.3.9 (2024-11-30)
      [2024-12-09T01:35:07Z WARN  gpclient::connect] Failed to connect portal with prelogin: No vpnc script found
      """)
    #expect(reading.events.contains { if case .statement(.adapterFailed) = $0 { true } else { false } })
    #expect(
      try Self.causes(
        "Aug 04 12:21:11 arch openconnect[2230]: Invalid computer",
        "Aug 04 12:21:11 arch openconnect[2230]: Creating SSL connection failed") == [
          .rejected(reason: "Invalid computer")
        ])
    #expect(
      try Self.causes(
        "NOTICE::Insufficient credential(s). Please check the password, client certificate, etc.",
        "STATUS::Set up tunnel failed") == [.login])
  }
}
