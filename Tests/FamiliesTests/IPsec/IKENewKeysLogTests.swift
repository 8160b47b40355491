import Logs
import Observations
import Testing

@testable import Families

@Suite("Logs of new keys that are not agreed on")
struct IKENewKeysLogTests {
  private static func events(_ lines: [String]) throws -> [String] {
    try LogOfText.events(lines.joined(separator: "\n"), IPsecLogs.readers)
  }

  private static func charon(_ lines: [String]) -> [String] { lines.map { "2026-11-27 22:37:10 \($0)" } }

  private static let session = charon([
    "09[IKE] <net|1> initiating IKE_SA net[1] to 203.0.113.20",
    "09[NET] <net|1> sending packet: from 198.51.100.10[500] to 203.0.113.20[500] (240 bytes)",
    "09[IKE] <net|1> IKE_SA net[1] established between 198.51.100.10[alice]...203.0.113.20[vpn]",
    "09[IKE] <net|1> CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.50.0.1/32 === 10.10.0.0/24",
  ])
  private static func request(_ payloads: String = "N(REKEY_SA) SA No KE TSi TSr") -> [String] {
    charon([
      "07[ENC] <net|1> generating CREATE_CHILD_SA request 5 [ \(payloads) ]",
      "07[NET] <net|1> sending packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (544 bytes)",
      "10[NET] <net|1> received packet: from 203.0.113.20[4500] to 198.51.100.10[4500] (80 bytes)",
    ])
  }
  private static func refusal(_ name: String = "NO_PROPOSAL_CHOSEN") -> [String] {
    charon([
      "10[ENC] <net|1> parsed CREATE_CHILD_SA response 5 [ N(NO_PROP) ]",
      "10[IKE] <net|1> received \(name) notify, no CHILD_SA built",
      "10[IKE] <net|1> failed to establish CHILD_SA, keeping IKE_SA",
    ])
  }
  private static let rejected = "failed renewalRejected(reason: Optional(\"NO_PROPOSAL_CHOSEN\"))"

  @Test("a gateway that refuses new keys for a session that is up is told of, once or again and again")
  func refused() throws {
    #expect(
      try Self.events(Self.session + Self.request() + Self.refusal())
        == ["1 opened", "4 established", "9 \(Self.rejected)"])
    let twice = Self.session + Self.request() + Self.refusal() + Self.request() + Self.refusal()
    #expect(try Self.events(twice) == ["1 opened", "4 established", "15 \(Self.rejected)"])
  }

  @Test("the same is told where the log begins behind the handshake")
  func refusedLate() throws {
    #expect(
      try Self.events(Self.request() + Self.refusal()) == ["5 opened", "5 established", "5 \(Self.rejected)"])
  }

  @Test("what both sides ask for at a time, another group, another network and keys that come in the end are none")
  func notRefused() throws {
    let quiet = ["1 opened", "4 established"]
    #expect(try Self.events(Self.session + Self.request() + Self.refusal("TEMPORARY_FAILURE")) == quiet)
    #expect(try Self.events(Self.session + Self.request() + Self.refusal("INVALID_KE_PAYLOAD")) == quiet)
    #expect(try Self.events(Self.session + Self.request("SA No KE TSi TSr") + Self.refusal()) == quiet)
    let done = Self.charon([
      "10[IKE] <net|1> CHILD_SA net{2} established with SPIs 03_i 04_o and TS 10.50.0.1/32 === 10.10.0.0/24"
    ])
    #expect(try Self.events(Self.session + Self.request() + Self.refusal() + done) == quiet)
  }

  @Test("a gateway says that it refuses a client's request for new keys")
  func refusesClient() throws {
    let lines = Self.charon([
      "14[NET] <1> received packet: from 198.51.100.10[500] to 203.0.113.20[500] (180 bytes)",
      "14[IKE] <1> 198.51.100.10 is initiating an IKE_SA",
      "14[IKE] <net|1> IKE_SA net[1] established between 203.0.113.20[vpn]...198.51.100.10[alice]",
      "14[IKE] <net|1> CHILD_SA net{1} established with SPIs 01_i 02_o and TS 10.10.0.0/24 === 10.50.0.1/32",
      "07[NET] <net|1> received packet: from 198.51.100.10[4500] to 203.0.113.20[4500] (180 bytes)",
      "07[ENC] <net|1> parsed CREATE_CHILD_SA request 2 [ N(REKEY_SA) SA No KE TSi TSr ]",
      "07[IKE] <net|1> no acceptable proposal found", "07[IKE] <net|1> failed to establish CHILD_SA, keeping IKE_SA",
    ])
    #expect(try Self.events(lines) == ["3 opened", "4 established", "7 \(Self.rejected)"])
  }

  @Test("libreswan drops a request for new keys that has payloads that it does not expect")
  func droppedByPluto() throws {
    let line =
      "Jul  6 11:42:43 vpn pluto[107]: \"ikev2-cp\"[38] 198.51.100.10 #49: dropping unexpected CREATE_CHILD_SA message containing REKEY_SA notification; message payloads: SK; encrypted payloads: SA,KE,Ni,N,TSi,TSr,CP; unexpected payloads: CP"
    #expect(
      try Self.events([line]) == [
        "1 opened", "1 established",
        "1 failed renewalRejected(reason: Optional(\"the request has payloads that are not expected: CP\"))",
      ])
  }
}
