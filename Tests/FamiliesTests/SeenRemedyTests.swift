import Correlation
import Testing

@testable import Families

@Suite("Remedies that what was seen leaves open")
struct SeenRemedyTests {
  private static func request(_ rule: RuleName, _ change: (inout RemedyRequest) -> Void) -> RemedyRequest {
    var request = RemedyRequest(rule: rule, port: 500, client: "198.51.100.10", gateway: "203.0.113.20")
    change(&request)
    return request
  }

  @Test("answers that do not reach the client are followed back from the gateway, and nothing else is suggested")
  func answersLost() {
    let request = Self.request(.handshakeStalled) { $0.isAnswerLost = true }
    for remedies in [IPsec.remedies(request), OpenVPN.remedies(request)] {
      #expect(remedies.count == 1)
      #expect(remedies.first?.hasPrefix("Follow UDP 500 from 203.0.113.20 back to 198.51.100.10") == true)
    }
  }

  @Test("answers that do not reach a gateway which asked are followed from the client")
  func answersOfTheClientLost() {
    let request = Self.request(.handshakeStalled) {
      $0.isAnswerLost = true
      $0.loss = .towardsGateway
    }
    #expect(IPsec.remedies(request)[0].hasPrefix("Follow UDP 500 from 198.51.100.10 back to 203.0.113.20"))
  }

  @Test("IKE messages that go in whole packets need no fragmentation of their own")
  func unfragmented() {
    let remedies = IPsec.remedies(Self.request(.handshakeStalled) { $0.isUnfragmented = true })
    #expect(remedies == ["Allow UDP 4500 to 203.0.113.20 as well as UDP 500, in both directions."])
    #expect(IPsec.remedies(Self.request(.handshakeStalled) { _ in }).joined().contains("RFC 7383"))
  }

  @Test("ESP that is seen in UDP is not to be carried in UDP")
  func espInUDP() {
    let remedies = IPsec.remedies(Self.request(.dataBlocked) { $0.isDataInUDP = true }).joined()
    #expect(remedies.contains("UDP 4500"))
    #expect(!remedies.contains("protocol 50") && !remedies.contains("encap"))
  }

  @Test("data that the gateway gets is looked for there and behind it, and the path is not")
  func unreturned() {
    let esp = IPsec.remedies(Self.request(.dataBlocked) { $0.loss = .atGateway }).joined()
    #expect(esp.contains("whether it decrypts") && esp.contains("NAT exemption"))
    #expect(!esp.contains("Allow ESP") && !esp.contains("Allow UDP"))
    let request = Self.request(.dataBlocked) { $0.silentReceiver = .server }
    for remedies in [WireGuard.remedies(request), OpenVPN.remedies(request)] {
      #expect(remedies.joined().contains("whether it forwards"))
      #expect(!remedies.joined().contains("Find the device"))
    }
    #expect(WireGuard.remedies(request)[0].contains("`allowed ips`"))
    let towardsClient = WireGuard.remedies(Self.request(.dataBlocked) { $0.silentReceiver = .client }).joined()
    #expect(towardsClient.contains("on the client") && !towardsClient.contains("203.0.113.20"))
  }

  @Test("where the client alone was seen, the first thing to find out is whether its data arrives")
  func mayArrive() {
    for isInUDP in [true, false] {
      let remedies = IPsec.remedies(Self.request(.dataBlocked) { $0.isDataInUDP = isInUDP })
      #expect(remedies[0].hasPrefix("Look first whether the data arrives: 203.0.113.20 counts"))
    }
  }

  @Test(
    "what a side objects to by its log is what is to be compared",
    arguments: [
      ("messages do not decrypt: the preshared keys differ", "preshared keys", "certificates"),
      ("NO_PROPOSAL_CHOSEN: offered IKE:AES_CBC_256, configured IKE:AES_CBC_128", "an IKE cipher", "esp_proposals"),
      ("NO_PROPOSAL_CHOSEN: offered ESP:AES_CBC_256, configured ESP:AES_CBC_128", "an ESP cipher", "`proposals`"),
    ])
  func objections(reason: String, word: String, other: String) {
    let remedies = IPsec.remedies(Self.request(.handshakeRejected) { $0.reason = reason }).joined()
    #expect(remedies.contains(word))
    #expect(!remedies.contains(other))
  }

  @Test("a gateway that is reached and falls silent is looked at, and the path is not")
  func silentGateway() {
    let request = Self.request(.tunnelLost) { $0.loss = .atGateway }
    for remedies in [
      IPsec.remedies(request), OpenVPN.remedies(request), WireGuard.remedies(request), TLSVPN.remedies(request),
    ] {
      #expect(remedies.first?.hasPrefix("Find out what happened on 203.0.113.20 at that moment") == true)
    }
  }

  @Test("what the path behind the tunnel carries is the tunnel's MTU; no outer header is taken off")
  func insideMTU() {
    let request = Self.request(.oversizedDF) {
      $0.isInside = true
      $0.bytes = 1300
    }
    let openVPN = OpenVPN.remedies(request).joined()
    #expect(openVPN.contains("`tun-mtu 1300`") && openVPN.contains("`mssfix 1300 fixed`") && !openVPN.contains("52"))
    let wireGuard = WireGuard.remedies(request)[0]
    #expect(wireGuard.contains("`MTU = 1300`") && !wireGuard.contains("less 60"))
  }

  @Test("a bug of Cisco's is named for gateways that may be Cisco's")
  func portMismatch() {
    #expect(TLSVPN.note(on: .portMismatch, with: nil)?.contains("CSCuh61321") == true)
    #expect(TLSVPN.note(on: .portMismatch, with: .ciscoASA)?.contains("CSCuh61321") == true)
    #expect(TLSVPN.note(on: .portMismatch, with: .ocserv) == nil)
  }

  @Test("where a log says that a certificate's issuer is not known, the CA is to be given")
  func unknownIssuer() throws {
    let remedies = OpenVPN.remedies(
      Self.request(.handshakeStalled) { $0.reason = "certificate: unable to get local issuer certificate" })
    #expect(try #require(remedies.first).contains("`ca`"))
  }
}
