import Testing

@testable import Dissection

@Suite("DTLS records and messages")
struct DTLSTests {
  @Test("a ClientHello has the fields that Wireshark shows")
  func clientHello() {
    let frame = SampleFrames.dtlsClientHello
    var records = DTLSRecords(payload(in: frame.raw, IPProtocol.udp))
    guard let record = records.next(), let fragment = DTLSHandshakeFragment(record.fragment),
      let hello = ClientHello(fragment.body, transport: .datagram)
    else {
      Issue.record("no hello")
      return
    }
    #expect(record.contentType == .handshake)
    #expect(record.version == 0xFEFF)
    #expect(record.epoch == 0)
    #expect(record.sequenceNumber == 0)
    #expect(record.length == 155)
    #expect(record.isComplete == true)
    #expect(record.isUnified == false)
    #expect(record.isEncrypted == false)
    #expect(fragment.type == .clientHello)
    #expect(fragment.length == 143)
    #expect(fragment.messageSequence == 0)
    #expect(fragment.fragmentOffset == 0)
    #expect(fragment.fragmentLength == 143)
    #expect(fragment.isFragmented == false)
    #expect(fragment.isComplete == true)
    #expect(hello.version == 0xFEFD)
    #expect(hello.random.hexadecimal == "b66ff796b75d1f4a51dceaab07d5e535955605b56ac6945fe9015b0a576e61c3")
    let sessionID = SampleFrames.bytes("0f1b81d722b49c42eba315fe21a907a74b2fff0c79ee9eb564f673cb111af605")
    #expect(hello.sessionID.array == sessionID)
    #expect(hello.hasCookie == false)
    #expect(hello.cipherSuites.array == [0x00A9, 0xCCAB, 0xC0A5, 0x008D, 0x00A8, 0xC0A4, 0x008C, 0x00AE])
    #expect(hello.offersSessionTicket == true)
    #expect(hello.isTruncated == false)
    #expect(records.next()?.length == nil)
  }

  @Test("a ServerHello has the fields that Wireshark shows")
  func serverHello() {
    let frame = SampleFrames.dtlsServerHello
    guard let hello = ServerHello(datagramHandshakeBody(in: frame.raw)) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.legacyVersion == 0xFEFD)
    #expect(hello.selectedVersion == 0xFEFD)
    #expect(hello.cipherSuite == 0x00A9)
    #expect(hello.random.hexadecimal == "0ad2f421eb4782173030b8823812f1b7596cba081882b3a6bfd23267afe0bcdd")
  }

  @Test("a HelloVerifyRequest's cookie comes back in the next hello")
  func cookie() {
    let cookie = SampleFrames.bytes("31d4c51e316d62ce12866458972ee18afde67f04")
    let first = SampleFrames.dtlsHelloVerifyRequest
    guard let request = HelloVerifyRequest(datagramHandshakeBody(in: first.raw)) else {
      Issue.record("no request")
      return
    }
    #expect(request.version == 0xFEFF)
    #expect(request.cookieLength == 20)
    #expect(request.cookie.array == cookie)
    let second = SampleFrames.dtlsClientHelloWithCookie
    guard let hello = ClientHello(datagramHandshakeBody(in: second.raw), transport: .datagram) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.hasCookie == true)
    #expect(hello.cookie.array == cookie)
    #expect(hello.cipherSuites.count == 28)
  }

  @Test("several records in a datagram are walked, the encrypted one known by its epoch")
  func severalRecords() {
    let frame = SampleFrames.dtlsClientFinish
    var records = DTLSRecords(payload(in: frame.raw, IPProtocol.udp))
    var seen: [[Int]] = []
    while let record = records.next() {
      seen.append([Int(record.contentType.number), Int(record.epoch), Int(record.sequenceNumber), record.length])
      #expect(record.isEncrypted == (record.epoch == 1))
    }
    #expect(seen == [[22, 0, 1, 17], [20, 0, 2, 1], [22, 1, 0, 48]])
    #expect(records.remaining.byteCount == 0)
  }

  @Test("every version in use is DTLS", arguments: ["FEFF", "FEFD", "FEFC", "0100"])
  func versions(version: String) {
    let bytes = SampleFrames.bytes("17 \(version) 0001 000000000005 0004 DEADBEEF")
    var records = DTLSRecords(bytes.raw)
    let record = records.next()
    #expect(record?.contentType == .applicationData)
    #expect(record?.epoch == 1)
    #expect(record?.sequenceNumber == 5)
    #expect(record?.fragment.array == [0xDE, 0xAD, 0xBE, 0xEF])
  }

  @Test(
    "other protocols over UDP are not DTLS",
    arguments: [
      "C3 00000001 08 0001020304050607 00 00 41 00 0102030405060708090A0B0C0D0E0F",  // QUIC, long header
      "43 0102030405060708090A0B0C0D0E0F101112131415161718",  // QUIC, short header
      "0001 0008 2112A442 0102030405060708090A0B0C 00030004 00000000",  // STUN
      "80 60 0001 00000002 00000003 0405060708090A0B0C0D0E0F",  // RTP
      "80 C8 0006 00000001 0000000000000000 00000000 00000000 00000000",  // RTCP
      "38 0102030405060708 00 00000000 0102030405060708",  // OpenVPN, client reset
      "20 0102030405060708 00 00000001 16030100010203040506",  // OpenVPN, control
      "30 000000 0102030405060708090A0B0C0D0E0F1011121314",  // OpenVPN, data
      "2A01 0100 0001 0000 0000 0000 03777777 00 0001 0001",  // DNS
      "16FE 8180 0001 0001 0000 0000 03777777 00 0001 0001",  // DNS with an unlucky number
      "01000000 01020304 0102030405060708090A0B0C0D0E0F101112131415161718",  // WireGuard
      "00000000 0102030405060708 0000000000000000 2120 2208 00000000 00000030",  // IKE behind NAT
      "16 0301 0005 0100000100 0102030405060708",  // TLS
      "16 FEFE 0000 000000000000 0001 00",  // no such version
      "1B FEFD 0000 000000000000 0001 00",  // no such type
      "13 FEFD 0000 000000000000 0001 00",
      "",
    ])
  func notDTLS(hexadecimal: String) {
    let bytes = SampleFrames.bytes(hexadecimal)
    var records = DTLSRecords(bytes.raw)
    #expect(records.next()?.length == nil)
    #expect(records.consumed == 0)
  }

  @Test("a record that does not fit its datagram is none, unless the packet was cut")
  func fit() {
    let bytes = SampleFrames.bytes("17 FEFD 0001 000000000005 0064 DEADBEEF")
    var records = DTLSRecords(bytes.raw)
    #expect(records.next()?.length == nil)
    var cut = DTLSRecords(bytes.raw, originalPayloadLength: 113)
    let record = cut.next()
    #expect(record?.length == 100)
    #expect(record?.isComplete == false)
    #expect(record?.fragment.byteCount == 4)
    #expect(cut.next()?.length == nil)
    #expect(cut.consumed == 17)
    var short = DTLSRecords(bytes.raw, originalPayloadLength: 112)
    #expect(short.next()?.length == nil)
    let long = SampleFrames.bytes("17 FEFD 0001 000000000005 4801 DEADBEEF")
    var largest = DTLSRecords(long.raw, originalPayloadLength: 65_000)
    #expect(largest.next()?.length == nil)
  }

  @Test("a record with a connection ID reaches to the end unless the ID's length is known")
  func connectionID() {
    let bytes = SampleFrames.bytes("19 FEFD 0001 000000000007 C1C2C3 0004 DEADBEEF 17 FEFD 0001 000000000008 0001 AA")
    var opaque = DTLSRecords(bytes.raw)
    let whole = opaque.next()
    #expect(whole?.contentType == .connectionID)
    #expect(whole?.sequenceNumber == 7)
    #expect(whole?.length == bytes.count - 11)
    #expect(opaque.next()?.length == nil)
    var known = DTLSRecords(bytes.raw, connectionIDLength: 3)
    #expect(known.next()?.fragment.array == [0xDE, 0xAD, 0xBE, 0xEF])
    #expect(known.next()?.contentType == .applicationData)
    #expect(known.next()?.length == nil)
  }

  @Test("a unified record counts only where DTLS 1.3 is known, or behind a plain record")
  func unified() {
    let body = "0102030405060708090A0B0C0D0E0F10"
    let withLength = SampleFrames.bytes("2E 0005 0010 \(body) 2A 0006 \(body)")
    var unknown = DTLSRecords(withLength.raw)
    #expect(unknown.next()?.length == nil)
    var records = DTLSRecords(withLength.raw, allowsUnifiedHeader: true)
    let first = records.next()
    #expect(first?.isUnified == true)
    #expect(first?.isEncrypted == true)
    #expect(first?.version == 0xFEFC)
    #expect(first?.epoch == 2)
    #expect(first?.length == 16)
    #expect(first?.contentType == .unknown(0x2E))
    let second = records.next()
    #expect(second?.length == 16)
    #expect(records.next()?.length == nil)
    let behindPlain = SampleFrames.bytes("16 FEFD 0000 000000000000 0001 0E 2F 0005 0010 \(body)")
    var both = DTLSRecords(behindPlain.raw)
    #expect(both.next()?.isUnified == false)
    #expect(both.next()?.isUnified == true)
    let withID = SampleFrames.bytes("3E C1C2 0005 0010 \(body)")
    var opaque = DTLSRecords(withID.raw, allowsUnifiedHeader: true)
    #expect(opaque.next()?.length == withID.count - 1)
    var known = DTLSRecords(withID.raw, connectionIDLength: 2, allowsUnifiedHeader: true)
    #expect(known.next()?.length == 16)
  }

  @Test("a fragmented message tells its place")
  func fragmented() {
    let bytes = SampleFrames.bytes("0B 000400 0003 000064 000004 AABBCCDD 0E 000000 0004 000000 000000")
    var fragments = DTLSHandshakeFragments(bytes.raw)
    let first = fragments.next()
    #expect(first?.type == .certificate)
    #expect(first?.length == 1024)
    #expect(first?.messageSequence == 3)
    #expect(first?.fragmentOffset == 100)
    #expect(first?.fragmentLength == 4)
    #expect(first?.isFragmented == true)
    #expect(first?.body.array == [0xAA, 0xBB, 0xCC, 0xDD])
    let second = fragments.next()
    #expect(second?.type == .serverHelloDone)
    #expect(second?.isFragmented == false)
    #expect(fragments.next()?.length == nil)
  }

  @Test("a fragment that lies outside its message is none")
  func fragmentOutside() {
    let bytes = SampleFrames.bytes("0B 000064 0003 000064 000001 AA")
    #expect(DTLSHandshakeFragment(bytes.raw)?.length == nil)
  }
}
