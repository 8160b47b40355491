import Observations
import Testing

@testable import Dissection

/// Snap lengths cut packets anywhere. A debug build traps on a load outside the bytes, so walking is a check too.
@Suite("cut and damaged packets")
struct TruncationTests {
  @Test("a frame cut at any length shows no field that the whole one does not", arguments: SampleFrames.all.map(\.name))
  func everyLength(name: String) throws {
    let frame = try #require(SampleFrames.all.first { $0.name == name }).frame
    var encrypted = PacketFields.Encrypted()
    var whole = PacketFields()
    whole.read(frame: frame.raw, linkType: .ethernet, encrypted: &encrypted)
    #expect(whole.values.count >= 4)
    for count in 0...frame.count {
      var encrypted = PacketFields.Encrypted()
      var part = PacketFields()
      part.read(frame: frame.raw.upTo(count), linkType: .ethernet, encrypted: &encrypted)
      for (name, values) in part.values {
        let expected = whole.values[name] ?? []
        #expect(expected.starts(with: values), "\(name) at \(count) bytes")
      }
      if count == frame.count { #expect(part.values == whole.values) }
    }
  }

  @Test(
    "a ClientHello cut at any length keeps what comes before the cut",
    arguments: [
      HelloTransport.stream, .datagram,
    ])
  func clientHello(transport: HelloTransport) throws {
    let frame = transport == .stream ? SampleFrames.tlsClientHello : SampleFrames.dtlsClientHelloWithCookie
    let body =
      transport == .stream ? handshakeBody(in: frame.raw).array : datagramHandshakeBody(in: frame.raw).array
    guard let whole = ClientHello(body.raw, transport: transport) else {
      Issue.record("no hello")
      return
    }
    for count in 0...body.count {
      guard let part = ClientHello(body.raw.upTo(count), transport: transport) else {
        #expect(count < 3)
        continue
      }
      #expect(count >= 3)
      #expect(part.version == whole.version)
      #expect(part.random.byteCount == min(32, count - 2))
      #expect(whole.random.hexadecimal.hasPrefix(part.random.hexadecimal))
      #expect(part.sessionID.isEmpty || part.sessionID.array == whole.sessionID.array)
      #expect(part.cookie.isEmpty || part.cookie.array == whole.cookie.array)
      #expect(whole.cipherSuites.array.starts(with: part.cipherSuites.array))
      #expect(part.serverName == nil || part.serverName == whole.serverName)
      #expect(whole.supportedVersions.starts(with: part.supportedVersions))
      #expect(part.applicationProtocols == [])
    }
    #expect(ClientHello(body.raw.upTo(body.count - 1), transport: transport)?.isTruncated == true)
  }

  @Test("a ServerHello cut at any length keeps what comes before the cut")
  func serverHello() {
    let frame = SampleFrames.dtlsServerHello
    let body = datagramHandshakeBody(in: frame.raw).array
    for count in 0...body.count {
      guard let part = ServerHello(body.raw.upTo(count)) else {
        #expect(count < 3)
        continue
      }
      #expect(part.random.byteCount == min(32, count - 2))
      // 2 of version, 32 of random, 33 of session ID.
      #expect(part.sessionID.byteCount == (count >= 67 ? 32 : 0))
      #expect(part.cipherSuite == (count >= 69 ? 0x00A9 : nil))
      #expect(part.selectedVersion == 0xFEFD)
    }
  }

  /// SplitMix64: the same damage in every run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }
  }

  @Test("damaged bytes never lead outside the packet", arguments: SampleFrames.all.map(\.name))
  func damage(name: String) throws {
    let frame = try #require(SampleFrames.all.first { $0.name == name }).frame
    var generator = Generator(state: 7)
    for _ in 0..<400 {
      var damaged = frame
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 12..<damaged.count, using: &generator)
        damaged[place] = Bool.random(using: &generator) ? 0xFF : UInt8.random(in: 0...255, using: &generator)
      }
      let cut = Int.random(in: 0...damaged.count, using: &generator)
      for linkType in [LinkType.ethernet, .linuxCooked, .bsdNull, .ppp, .rawIP] {
        var fields = PacketFields()
        var encrypted = PacketFields.Encrypted()
        fields.read(frame: damaged.raw.upTo(cut), linkType: linkType, encrypted: &encrypted)
      }
      expectSaneRecords(damaged.raw.upTo(cut).from(42))
    }
  }

  /// Walks bytes as every kind of record and checks what callers rely on.
  func expectSaneRecords(_ bytes: RawSpan) {
    var tls = TLSRecords(bytes)
    while let record = tls.next() {
      #expect(record.fragment.byteCount <= record.length)
      if let alert = TLSAlert(record.fragment) { #expect(record.fragment.byteCount == 2, "\(alert)") }
      if let hello = ServerHello(record.fragment) { #expect(hello.random.byteCount >= 1) }
    }
    #expect(tls.consumed + tls.remaining.byteCount == bytes.byteCount)
    for connectionIDLength in [nil, 0, 5, 255] {
      var dtls = DTLSRecords(
        bytes, originalPayloadLength: 1400, connectionIDLength: connectionIDLength, allowsUnifiedHeader: true)
      while let record = dtls.next() {
        #expect(record.fragment.byteCount <= record.length)
        if let hello = ClientHello(record.fragment, transport: .datagram) { #expect(hello.random.byteCount >= 1) }
      }
      #expect(dtls.consumed + dtls.remaining.byteCount == bytes.byteCount)
    }
  }
}
