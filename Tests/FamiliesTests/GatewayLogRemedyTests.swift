import Correlation
import Testing

@testable import Families

@Suite("remedies and the gateway's log")
struct GatewayLogRemedyTests {
  private static func remedies(_ rule: RuleName, hasGatewayLog: Bool) -> String {
    var request = RemedyRequest(rule: rule)
    request.hasGatewayLog = hasGatewayLog
    return TLSVPN.remedies(request).joined(separator: "\n")
  }

  @Test("without it they say to look there", arguments: [RuleName.reconnectCycle, .sessionReconnects])
  func absent(rule: RuleName) {
    #expect(Self.remedies(rule, hasGatewayLog: false).contains("gateway's log for"))
  }

  @Test(
    "with it nobody is sent there, but told to raise its level",
    arguments: [RuleName.reconnectCycle, .sessionReconnects])
  func given(rule: RuleName) {
    let words = Self.remedies(rule, hasGatewayLog: true)
    #expect(
      words.contains("Raise the level of the gateway's log if what was read of it does not say why the session ends"))
    #expect(!words.contains("ook in the gateway's log"))
    #expect(words.contains("Look at the client's network") == (rule == .sessionReconnects))
  }
}
