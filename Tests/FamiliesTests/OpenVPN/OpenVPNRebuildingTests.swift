import Observations
import Testing

@testable import Families

@Suite("OpenVPN in a bundle")
struct OpenVPNRebuildingTests {
  private typealias Bytes = OpenVPNBytes

  /// Stands for a keyed hash: depends on kind and value, and shows neither.
  private static func alias(_ kind: String, _ value: [UInt8], _ count: Int) -> [UInt8] {
    let seed = (Array(kind.utf8) + value).reduce(UInt64(14_695_981_039_346_656_037)) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    return noise(count, seed)
  }

  private static func noise(_ count: Int, _ seed: UInt64) -> [UInt8] {
    var state = seed | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33) | 1
    }
  }

  private static func rebuilt(_ payload: [UInt8], length: Int? = nil) -> [UInt8]? {
    unsafe OpenVPN.rebuilt(payload.span.bytes, in: .udp(length: length ?? payload.count), alias: alias)
  }

  private static func clear(_ payload: [UInt8]) -> ClearDatagram? {
    unsafe OpenVPN.clear(payload.span.bytes, in: .udp(length: payload.count))
  }

  private static func record(_ type: UInt8, _ fragment: [UInt8]) -> [UInt8] {
    [type, 3, 3, UInt8(fragment.count >> 8), UInt8(fragment.count & 255)] + fragment
  }

  private static let certificate = record(22, [11, 0, 0, 60] + noise(60, 3))
  private static let alert = record(21, [2, 48])

  /// A whole handshake without a key, and some data.
  private static let conversation: [(Side, [UInt8])] = [
    (.client, Bytes.reset()), (.server, Bytes.answer()),
    (.client, Bytes.control(Bytes.clientSession, record(22, [1, 0, 0, 50] + noise(50, 1)))),
    (.server, Bytes.control(Bytes.serverSession, certificate)),
    (.client, [0x28] + Bytes.clientSession + [1, 0, 0, 0, 1] + Bytes.serverSession),
    (.client, Bytes.control(Bytes.clientSession, record(23, noise(80, 5)))),
    (.client, Bytes.data(1)), (.server, Bytes.data(1)), (.client, Bytes.data(2)), (.server, Bytes.data(3)),
    (.server, Bytes.softReset(Bytes.serverSession)), (.client, Bytes.softReset(Bytes.clientSession)),
  ]

  private static func events(_ packets: [(Side, [UInt8])]) -> [Observation.Event] {
    var talk = OpenVPNTalk()
    for (number, (side, packet)) in packets.enumerated() {
      if side == .client { talk.client(packet, at: Double(number)) } else { talk.gateway(packet, at: Double(number)) }
    }
    return talk.finish()
  }

  @Test("a rebuilt conversation shows the same, but for its tokens and the lengths of data")
  func sameEvents() {
    let before = Self.events(Self.conversation)
    let after = Self.events(Self.conversation.map { ($0.0, Self.rebuilt($0.1) ?? []) })
    #expect(before.openings.map(\.id) == after.openings.map(\.id))
    #expect(before.openings.count == 2)
    #expect(before.messages == after.messages)
    #expect(before.established == after.established)
    #expect(before.data == after.data)
    #expect(before.summaries.map(\.server.missing) == after.summaries.map(\.server.missing))
    #expect(after.summaries.map(\.server.missing) == [1])
    #expect(Set(before.openings.map(\.token)).isDisjoint(with: after.openings.map(\.token)))
  }

  @Test("a fatal alert in clear stays one")
  func alertStays() throws {
    let packets = [
      (Side.client, Bytes.reset()), (.server, Bytes.answer()),
      (.client, Bytes.control(Bytes.clientSession, Self.alert)),
    ]
    let after = Self.events(packets.map { ($0.0, Self.rebuilt($0.1) ?? []) })
    #expect(after.contains { if case .rejected(let it) = $0 { it.reason == "unknown_ca" } else { false } })
  }

  @Test("a session has one alias, by its own side and in the other's acknowledgements")
  func sessions() throws {
    let answer = try #require(Self.rebuilt(Bytes.answer()))
    let reset = try #require(Self.rebuilt(Bytes.reset()))
    #expect(Array(reset[1..<9]) == Array(answer[14..<22]))
    #expect(Array(reset[1..<9]) != Bytes.clientSession)
    #expect(Array(answer[9..<14]) == [1, 0, 0, 0, 0])
  }

  @Test("six bytes in a row of a session, certificate or ciphertext are nowhere in what is rebuilt", arguments: 0..<12)
  func nothingLeft(number: Int) throws {
    let original = Self.conversation[number].1
    let rebuilt = try #require(Self.rebuilt(original))
    #expect(rebuilt.count <= original.count)
    for start in 1..<(original.count - 5) {
      let secret = Array(original[start..<start + 6])
      guard !secret.contains(0) else { continue }
      let places = rebuilt.indices.filter { $0 + 6 <= rebuilt.count && Array(rebuilt[$0..<$0 + 6]) == secret }
      #expect(places.isEmpty)
    }
  }

  @Test("without payload handshakes travel whole, application data of TLS and what data holds stay behind")
  func kept() {
    let control = Bytes.control(Bytes.serverSession, Self.certificate)
    #expect(Self.clear(control) == ClearDatagram(isHandshake: true, kept: control.count))
    let keys = Bytes.control(Bytes.clientSession, Self.record(23, Self.noise(80, 5)))
    #expect(Self.clear(keys) == ClearDatagram(isHandshake: true, kept: 14 + 5))
    #expect(Self.clear(Bytes.data(7)) == ClearDatagram(isHandshake: false, kept: 24))
  }

  @Test("tls-auth and tls-crypt keep their numbers, and their codes are aliases")
  func protected() throws {
    let replay: [UInt8] = [0, 0, 0, 3, 0x69, 0x2A, 0, 1]
    let auth = [0x20] + Bytes.clientSession + Self.noise(20, 7) + replay + [0, 0, 0, 0, 2] + Self.certificate
    let rebuiltAuth = try #require(Self.rebuilt(auth))
    #expect(Array(rebuiltAuth[29..<42]) == Array(auth[29..<42]))
    #expect(Array(rebuiltAuth[9..<29]) != Array(auth[9..<29]))
    // The headers of record and message stay.
    #expect(Array(rebuiltAuth[42..<51]) == Array(auth[42..<51]))
    #expect(rebuiltAuth[51...].allSatisfy { $0 == 0 })
    let crypt = [0x20] + Bytes.clientSession + replay + Self.noise(32, 9) + Self.noise(100, 11)
    let rebuiltCrypt = try #require(Self.rebuilt(crypt))
    #expect(rebuiltCrypt.count == crypt.count)
    #expect(Array(rebuiltCrypt[9..<17]) == replay)
    #expect(Array(rebuiltCrypt[17..<49]) != Array(crypt[17..<49]))
    #expect(rebuiltCrypt[49...].allSatisfy { $0 == 0 })
  }

  @Test(
    "another protocol's message is none of OpenVPN's, whatever it begins with",
    arguments: [
      Array("NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n".utf8),
      Array("  a line of text that begins with blanks, and goes on for a while".utf8),
      // SNMP: a community's name.
      [0x30, 0x29, 2, 1, 0, 4, 6] + Array("public".utf8) + [
        0xA0, 0x1C, 2, 4, 0, 0, 0, 1, 2, 1, 0, 2, 1, 0, 0x30, 0x0E,
      ],
      // DNS under a number like data's.
      [0x48, 0x10, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3] + Array("www".utf8) + [7] + Array("example".utf8) + [
        0, 0, 1, 0, 1,
      ],
      // IKE_SA_INIT, whose SPI begins like a control packet.
      [0x20, 0xFB, 0x1F, 0x28, 0x1A, 0xA4, 0x53, 0x82] + [UInt8](repeating: 0, count: 8)
        + [33, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 36] + [UInt8](repeating: 0xA7, count: 8),
    ])
  func others(payload: [UInt8]) {
    #expect(Self.clear(payload) == nil)
    #expect(Self.rebuilt(payload) == nil)
    let segment = [0, UInt8(payload.count)] + payload
    #expect(unsafe OpenVPN.clear(segment.span.bytes, in: .tcp) == nil)
  }

  @Test("a cut packet is rebuilt as far as it goes")
  func cut() {
    for (_, packet) in Self.conversation {
      for kept in 0...packet.count {
        let rebuilt = Self.rebuilt(Array(packet.prefix(kept)), length: packet.count)
        #expect(rebuilt?.count ?? 0 <= kept)
      }
    }
  }

  // MARK: TCP

  private static func framed(_ packets: [[UInt8]]) -> [UInt8] {
    packets.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
  }

  @Test("a segment's packets are rebuilt in turn, up to the first data")
  func segment() throws {
    let packets = [Bytes.answer(), Bytes.control(Bytes.serverSession, Self.certificate), Bytes.data(1), Bytes.data(2)]
    let segment = Self.framed(packets)
    let kept = packets[0].count + packets[1].count + 3 * 2 + 24
    #expect(
      unsafe OpenVPN.clear(segment.span.bytes, in: .tcp) == ClearDatagram(isHandshake: true, kept: kept))
    let rebuilt = try #require(unsafe OpenVPN.rebuilt(segment.span.bytes, in: .tcp, alias: Self.alias))
    let parts = packets.prefix(3).compactMap { Self.rebuilt($0) }
    #expect(rebuilt == Self.framed(Array(parts.prefix(2))) + [0, UInt8(packets[2].count)] + parts[2])
  }

  @Test("every length of a segment is rebuilt or refused")
  func segmentLengths() {
    let segment = Self.framed(Self.conversation.map(\.1))
    for kept in 0...segment.count {
      let part = Array(segment.prefix(kept))
      let rebuilt = unsafe OpenVPN.rebuilt(part.span.bytes, in: .tcp, alias: Self.alias)
      #expect(rebuilt?.count ?? 0 <= kept)
    }
  }
}
