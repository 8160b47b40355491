import Testing

@testable import Dissection

@Suite("TLS records, messages and hellos")
struct TLSTests {
  @Test("the records of a server's flight follow each other")
  func serverFlight() {
    let frame = SampleFrames.tlsServerFlight
    var records = TLSRecords(payload(in: frame.raw, IPProtocol.tcp))
    var lengths: [Int] = []
    var types: [TLSHandshakeType] = []
    while let record = records.next() {
      #expect(record.contentType == .handshake)
      #expect(record.version == 0x0303)
      #expect(record.isComplete == true)
      lengths.append(record.length)
      var messages = TLSHandshakeMessages(record.fragment)
      while let message = messages.next() {
        #expect(message.isComplete == true)
        #expect(message.length == record.length - 4)
        types.append(message.type)
      }
    }
    #expect(lengths == [93, 445, 147, 4])
    #expect(types == [.serverHello, .certificate, .serverKeyExchange, .serverHelloDone])
    #expect(records.remaining.byteCount == 0)
    #expect(records.consumed == 709)
    #expect(records.bytesMissing == 0)
    #expect(records.isMalformed == false)
  }

  @Test("a record that goes on in the next segment says how much is missing")
  func missingBytes() {
    let frame = SampleFrames.tlsServerFlight
    let flight = payload(in: frame.raw, IPProtocol.tcp).array
    // 98 bytes for the first record, 450 for the second.
    for count in 98 + 5..<98 + 450 {
      var records = TLSRecords(flight.raw.upTo(count))
      while records.next() != nil {}
      #expect(records.bytesMissing == 548 - count)
      #expect(records.remaining.byteCount == 0)
      #expect(records.isMalformed == false)
    }
    for count in 98..<98 + 5 {
      var records = TLSRecords(flight.raw.upTo(count))
      while records.next() != nil {}
      #expect(records.bytesMissing == 0)
      #expect(records.remaining.byteCount == count - 98)
      #expect(records.isMalformed == false)
    }
  }

  @Test(
    "what is no record stops the walk",
    arguments: [
      "13 0301 0001 00", "19 0303 0001 00", "16 0203 0001 00", "16 0305 0001 00", "16 0303 4801 00", "47 4554 202F 20",
      "47", "16 02", "16 03 09",
    ])
  func malformed(hexadecimal: String) {
    let bytes = SampleFrames.bytes(hexadecimal)
    var records = TLSRecords(bytes.raw)
    #expect(records.next()?.length == nil)
    #expect(records.isMalformed == true)
    #expect(records.consumed == 0)
  }

  @Test("the largest record and an empty one are records", arguments: ["17 0303 4800", "17 0303 0000"])
  func extremes(hexadecimal: String) {
    let bytes = SampleFrames.bytes(hexadecimal)
    var records = TLSRecords(bytes.raw)
    let record = records.next()
    #expect(record?.contentType == .applicationData)
    #expect(record?.fragment.byteCount == 0)
  }

  @Test("a ClientHello has the fields that Wireshark shows")
  func clientHello() {
    let frame = SampleFrames.tlsClientHello
    guard let hello = ClientHello(handshakeBody(in: frame.raw), transport: .stream) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.version == 0x0303)
    #expect(hello.random.hexadecimal == "22903e9178eb2feb078f2348ac9370cd038e7a7e5797ecb98be0c93a88211a7b")
    let sessionID = SampleFrames.bytes("c7b7d3b5e9fe0339a72cebea2c6bf83882811c933ee90784fe3c607d5a0b605e")
    #expect(hello.sessionID.array == sessionID)
    #expect(hello.hasCookie == false)
    #expect(hello.cipherSuites.count == 35)
    #expect(hello.cipherSuites[0] == 0x1302)
    #expect(hello.cipherSuites[34] == 0x0067)
    #expect(hello.cipherSuites.contains(0xC02F) == true)
    #expect(hello.cipherSuites.contains(0x0005) == false)
    #expect(hello.serverName == "vpn.example.com")
    #expect(hello.applicationProtocols == [])
    #expect(hello.supportedVersions == [0x0304, 0x0303, 0x0302, 0x0301])
    #expect(hello.offersSessionTicket == true)
    #expect(hello.offersSRTP == false)
    #expect(hello.offersConnectionID == false)
    #expect(hello.hasPreSharedKey == false)
    #expect(hello.isTruncated == false)
    var types: [UInt16] = []
    var extensions = hello.extensions
    while let each = extensions.next() { types.append(each.type) }
    #expect(types == [5, 10, 11, 13, 35, 51, 43, 65281, 0, 45, 28, 21])
  }

  @Test("a ServerHello has the fields that Wireshark shows")
  func serverHello() {
    let frame = SampleFrames.tlsServerFlight
    guard let hello = ServerHello(handshakeBody(in: frame.raw)) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.legacyVersion == 0x0303)
    #expect(hello.selectedVersion == 0x0303)
    #expect(hello.random.hexadecimal == "9b919a5db9f1b56ad2a5d9a9ec8612c6642a06aa405ef36ba286592b4dd7176b")
    let sessionID = SampleFrames.bytes("bef149a48b8827fbdd93c6081f8f5eb5cfa6fad1af674dfb9a0e7b38e83c6586")
    #expect(hello.sessionID.array == sessionID)
    #expect(hello.cipherSuite == 0xC02C)
    #expect(hello.isHelloRetryRequest == false)
    #expect(hello.choosesEncryptThenMAC == false)
    #expect(hello.isTruncated == false)
  }

  @Test("a version in the supported-versions extension goes before the old field, and a retry request shows")
  func helloRetryRequest() {
    let bytes = SampleFrames.bytes(
      """
      0303 CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C 00 1302 00
      000C 002B 0002 0304 0033 0002 0017
      """)
    #expect(ServerHello(bytes.raw)?.selectedVersion == 0x0304)
    #expect(ServerHello(bytes.raw)?.isHelloRetryRequest == true)
    #expect(ServerHello(bytes.raw)?.cipherSuite == 0x1302)
  }

  /// A ClientHello with no session ID, one cipher suite and those extensions.
  func hello(extensions: [UInt8]) -> [UInt8] {
    [3, 3] + Array(repeating: 1, count: 32) + [0, 0, 2, 0x13, 1, 1, 0]
      + [UInt8(extensions.count >> 8), UInt8(extensions.count & 255)] + extensions
  }

  /// A server_name extension with that name.
  func serverName(_ name: [UInt8]) -> [UInt8] {
    let field = { (number: Int) in [UInt8(number >> 8), UInt8(number & 255)] }
    return [0, 0] + field(name.count + 5) + field(name.count + 3) + [0] + field(name.count) + name
  }

  @Test("a server name is repaired, bounded, and left out where it is cut")
  func serverNames() {
    let odd = hello(extensions: serverName(Array("a".utf8) + [0xFF] + Array("b".utf8)))
    #expect(ClientHello(odd.raw, transport: .stream)?.serverName == "a\u{FFFD}b")
    let long = hello(extensions: serverName(Array(repeating: 0x78, count: 300)))
    #expect(ClientHello(long.raw, transport: .stream)?.serverName == String(repeating: "x", count: 255))
    let plain = hello(extensions: serverName(Array("vpn.example".utf8)))
    #expect(ClientHello(plain.raw, transport: .stream)?.serverName == "vpn.example")
    #expect(ClientHello(plain.raw.upTo(plain.count - 1), transport: .stream)?.serverName == nil)
    let none = hello(extensions: [])
    #expect(ClientHello(none.raw, transport: .stream)?.serverName == nil)
  }

  @Test("application protocols are listed in order")
  func applicationProtocols() {
    let bytes = hello(extensions: [0, 16, 0, 14, 0, 12, 2] + Array("h2".utf8) + [8] + Array("http/1.1".utf8))
    #expect(ClientHello(bytes.raw, transport: .stream)?.applicationProtocols == ["h2", "http/1.1"])
  }

  @Test("extensions that matter to a tunnel are recognised", arguments: [14, 35, 41, 54, 22])
  func extensions(type: UInt8) {
    let bytes = hello(extensions: [0, type, 0, 1, 0])
    guard let hello = ClientHello(bytes.raw, transport: .stream) else {
      Issue.record("no hello")
      return
    }
    let found = [
      hello.offersSRTP, hello.offersSessionTicket, hello.hasPreSharedKey, hello.offersConnectionID,
      hello.offersEncryptThenMAC,
    ]
    #expect(found == [14, 35, 41, 54, 22].map { $0 == type })
  }

  @Test("a hello without extensions is whole")
  func noExtensions() {
    let bytes: [UInt8] = [3, 1] + Array(repeating: 1, count: 32) + [0, 0, 2, 0, 5, 1, 0]
    #expect(ClientHello(bytes.raw, transport: .stream)?.isTruncated == false)
    #expect(ClientHello(bytes.raw, transport: .stream)?.cipherSuites.array == [5])
  }

  @Test("a body of another protocol is no hello")
  func notHello() {
    let bytes = hello(extensions: [])
    #expect(ClientHello(bytes.raw, transport: .datagram)?.version == nil)
    var other = bytes
    other[0] = 9
    #expect(ClientHello(other.raw, transport: .stream)?.version == nil)
    #expect(ServerHello(other.raw)?.legacyVersion == nil)
  }

  @Test("a plaintext alert is read, an encrypted one is not")
  func alerts() {
    let frame = SampleFrames.tlsAlert
    var records = TLSRecords(payload(in: frame.raw, IPProtocol.tcp))
    guard let record = records.next(), let alert = TLSAlert(record.fragment) else {
      Issue.record("no alert")
      return
    }
    #expect(alert.level == .fatal)
    #expect(alert.description == .handshakeFailure)
    #expect(TLSAlert([1, 0].raw)?.description == .closeNotify)
    #expect(TLSAlert([1, 0].raw)?.level == .warning)
    #expect(TLSAlert([2, 200].raw)?.description == .unknown(200))
    #expect(TLSAlert([7, 0].raw) == nil)
    #expect(TLSAlert([2].raw) == nil)
    #expect(TLSAlert([2, 40, 0].raw) == nil)
  }
}
