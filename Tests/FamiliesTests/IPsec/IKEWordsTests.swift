import Correlation
import Observations
import Testing

@testable import Families

@Suite("What IKE says in clear of proposals and products")
struct IKEWordsTests {
  /// Bytes of a payload with its generic header.
  private static func payload(next: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = body.count + 4
    return [next, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + body
  }

  /// A transform of IKEv2; with a key length in bits where there is one.
  private static func transform(last: Bool, _ type: UInt8, _ number: UInt8, keyBits: Int? = nil) -> [UInt8] {
    let attribute: [UInt8] = keyBits.map { [0x80, 14, UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []
    return [last ? 0 : 3, 0, 0, UInt8(8 + attribute.count), type, 0, 0, number] + attribute
  }

  private static func proposal(last: Bool, _ number: UInt8, _ transforms: [[UInt8]]) -> [UInt8] {
    let all = transforms.flatMap(\.self)
    return [last ? 0 : 2, 0, 0, UInt8(8 + all.count), number, 1, 0, UInt8(transforms.count)] + all
  }

  /// An IKE_SA_INIT request that offers two proposals.
  private static var opening: [UInt8] {
    let first = proposal(
      last: false, 1,
      [
        transform(last: false, 1, 20, keyBits: 256), transform(last: false, 2, 6),
        transform(last: true, 4, 20),
      ])
    let second = proposal(
      last: true, 2,
      [
        transform(last: false, 1, 12, keyBits: 128), transform(last: false, 1, 3), transform(last: false, 2, 2),
        transform(last: false, 3, 2), transform(last: true, 4, 2),
      ])
    let content = payload(next: 0, first + second)
    return IPsecTalk.ike(34, 0, 0x08, next: 33, length: 28 + content.count, rspi: 0, content: content)
  }

  private static func answer(next: UInt8, _ content: [UInt8]) -> [UInt8] {
    IPsecTalk.ike(34, 0, 0x20, next: next, length: 28 + content.count, content: content)
  }

  @Test("a rejection tells what the client had offered, proposal by proposal")
  func offered() {
    var talk = IPsecTalk()
    talk.client(Self.opening, at: 0, port: 500)
    talk.gateway(Self.answer(next: 41, [0, 0, 0, 8, 0, 0, 0, 14]), at: 0.1, port: 500)
    let rejection = talk.finish().rejections.first
    #expect(
      rejection?.offered == [
        "AES-GCM-16-256, PRF-HMAC-SHA2-384, group 20 (ECP-384)",
        "AES-CBC-128/3DES-CBC, HMAC-SHA1-96, PRF-HMAC-SHA1, group 2 (MODP-1024)",
      ])
  }

  @Test("a gateway that asks for another group says which, where the client does not come back with it")
  func wanted() {
    var talk = IPsecTalk()
    talk.client(Self.opening, at: 0, port: 500)
    talk.gateway(Self.answer(next: 41, [0, 0, 0, 10, 0, 0, 0, 17, 0, 19]), at: 0.1, port: 500)
    let rejection = talk.finish().rejections.first
    #expect(rejection?.wanted == "group 19 (ECP-256)")
  }

  @Test(
    "proposals cut anywhere are read as far as they go",
    arguments: 0..<(IKEWordsTests.opening.count - 28))
  func cut(bytes: Int) {
    var message = Array(Self.opening.dropLast(bytes))
    let length = UInt32(message.count)
    for (place, shift) in zip(24..<28, [24, 16, 8, 0]) {
      message[place] = UInt8(truncatingIfNeeded: length >> UInt32(shift))
    }
    var talk = IPsecTalk()
    talk.client(message, at: 0, port: 500)
    talk.gateway(Self.answer(next: 41, [0, 0, 0, 8, 0, 0, 0, 14]), at: 0.1, port: 500)
    #expect((talk.finish().rejections.first?.offered?.count ?? 0) <= 2)
  }

  @Test(
    "the gateway's vendor ID names its product; IDs of features name none",
    arguments: [
      (Array("CISCO-DELETE-REASON".utf8), "Cisco ASA or IOS"),
      (Array("OE-Libreswan-5.2".utf8), "libreswan"),
      ([0x82, 0x99, 0x03, 0x17, 0x57, 0xA3, 0x60, 0x82, 0xC6, 0xA6, 0x21, 0xDE, 0, 5, 2, 0x4D], "FortiGate"),
      // Dead peer detection.
      ([0xAF, 0xCA, 0xD7, 0x13, 0x68, 0xA1, 0xF1, 0xC9, 0x6B, 0x86, 0x96, 0xFC, 0x77, 0x57, 0x01, 0x00], nil),
    ] as [([UInt8], String?)])
  func vendor(identifier: [UInt8], product: String?) {
    var talk = IPsecTalk()
    talk.client(Self.opening, at: 0, port: 500)
    let accepted = Self.proposal(last: true, 1, [Self.transform(last: true, 1, 20, keyBits: 256)])
    talk.gateway(
      Self.answer(next: 33, Self.payload(next: 43, accepted) + Self.payload(next: 0, identifier)), at: 0.1, port: 500)
    #expect(talk.finish().messages.first?.product?.name == product)
  }

  @Test("what to change is said in the words of the gateway's product, of all where it is not known")
  func remedies() {
    func words(_ product: Product?) -> String {
      var request = RemedyRequest(rule: RuleName("handshake-rejected"), product: product)
      request.reason = "NO_PROPOSAL_CHOSEN"
      return IPsec.remedies(request).joined()
    }
    #expect(words(nil).contains("strongSwan `proposals`") && words(nil).contains("FortiGate `set proposal`"))
    #expect(words(.fortiGate).contains("FortiGate `set proposal`") && !words(.fortiGate).contains("strongSwan"))
    #expect(words(Product("Cisco ASA")).contains("`crypto ikev2 proposal`"))
    #expect(!words(.sonicWall).contains("`"))
  }

  @Test("what stalls in IP fragments is helped by smaller messages first, the rest by the second port")
  func stalledInFragments() {
    var request = RemedyRequest(rule: RuleName("handshake-stalled"))
    #expect(IPsec.remedies(request).first?.hasPrefix("Allow UDP 4500") == true)
    request.isInFragments = true
    #expect(IPsec.remedies(request).first?.contains("RFC 7383") == true)
    #expect(IPsec.remedies(request).last?.hasPrefix("Check that UDP 4500") == true)
  }
}
