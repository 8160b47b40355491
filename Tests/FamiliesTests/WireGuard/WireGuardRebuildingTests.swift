import Observations
import Testing

@testable import Families

@Suite("WireGuard in a bundle")
struct WireGuardRebuildingTests {
  private typealias Bytes = WireGuardBytes

  /// Stands for a keyed hash: depends on kind and value, and shows neither.
  private static func alias(_ kind: String, _ value: [UInt8], _ count: Int) -> [UInt8] {
    let seed = (Array(kind.utf8) + value).reduce(UInt64(14_695_981_039_346_656_037)) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    return Bytes.noise(count, seed)
  }

  private static func rebuilt(_ payload: [UInt8]) -> [UInt8]? {
    unsafe WireGuardRebuilding.rebuilt(payload.span.bytes, length: payload.count, alias: alias)
  }

  /// What a tracker says of datagrams of the client and the gateway in turn.
  private static func events(_ payloads: [(Side, [UInt8], Int)]) -> [Observation.Event] {
    var talk = Talk()
    for (number, (side, payload, length)) in payloads.enumerated() {
      let (from, to) = side == .client ? (Talk.client, Talk.gateway) : (Talk.gateway, Talk.client)
      talk.send(payload, at: Double(number) * 6, from: from, to: to, length: length)
    }
    return talk.finish()
  }

  private static let conversation: [(Side, [UInt8])] =
    [
      (.client, Bytes.initiation(1)), (.server, Bytes.cookieReply(to: 1)),
      (.client, Bytes.initiation(2, hasCookie: true)), (.server, Bytes.response(3, to: 2)),
      (.client, Bytes.data(to: 3, 0)),
    ] + (0..<4).map { (.server, Bytes.data(to: 2, $0)) }

  @Test("a mark of the client becomes another one, the same in each message")
  func marks() throws {
    let initiation = try #require(Self.rebuilt(Bytes.marked(Bytes.initiation(1))))
    let response = try #require(Self.rebuilt(Bytes.marked(Bytes.response(2, to: 1))))
    #expect(initiation[0] == 1)
    #expect(initiation[1..<4] == response[1..<4])
    #expect(initiation[1..<4] != [0xA1, 0x07, 0xC3])
    #expect(Self.rebuilt(Bytes.marked(Bytes.data(to: 2, 0))) == nil, "by itself it may be anything")
  }

  @Test("a rebuilt conversation shows the same, but for its tokens")
  func sameEvents() {
    let before = Self.events(Self.conversation.map { ($0.0, $0.1, $0.1.count) })
    let after = Self.events(Self.conversation.map { ($0.0, Self.rebuilt($0.1) ?? [], $0.1.count) })
    #expect(before.openings.map(\.id) == after.openings.map(\.id))
    #expect(before.openings.map(\.answersChallenge) == [false, true])
    #expect(after.openings.map(\.answersChallenge) == [false, true])
    #expect(before.messages == after.messages)
    #expect(before.established == after.established)
    #expect(before.data == after.data)
    #expect(before.summaries.map(\.client) == after.summaries.map(\.client))
    #expect(Set(before.openings.map(\.token)).isDisjoint(with: after.openings.map(\.token)))
  }

  @Test("data alone is recognised as before")
  func dataAlone() {
    let data = (0..<4).map { (Side.client, Bytes.data(to: 3, $0), 128) }
    #expect(Self.events(data).data.count == 1)
    #expect(Self.events(data.map { ($0.0, Self.rebuilt($0.1) ?? [], $0.2) }).data.count == 1)
  }

  @Test("eight bytes in a row of a key, code or ciphertext are nowhere in what is rebuilt", arguments: 0..<9)
  func nothingLeft(number: Int) {
    let original = Self.conversation[number].1
    guard let rebuilt = Self.rebuilt(original) else {
      Issue.record("not rebuilt")
      return
    }
    #expect(rebuilt.count <= original.count)
    let secrets = original.count == 128 ? 16..<128 : 12..<original.count
    for start in secrets where start + 8 <= original.count {
      let secret = Array(original[start..<start + 8])
      guard !secret.contains(0) else { continue }
      let places = rebuilt.indices.filter { $0 + 8 <= rebuilt.count && Array(rebuilt[$0..<$0 + 8]) == secret }
      #expect(places.isEmpty)
    }
  }

  @Test("a cut message is rebuilt as far as it goes, and what is no message not at all")
  func cut() {
    for (_, payload) in Self.conversation {
      for kept in 0...payload.count {
        let part = Array(payload.prefix(kept))
        let rebuilt = unsafe WireGuardRebuilding.rebuilt(part.span.bytes, length: payload.count, alias: Self.alias)
        #expect(rebuilt?.count ?? 0 <= kept)
      }
    }
    #expect(Self.rebuilt([22, 0xFE, 0xFD] + Bytes.noise(145, 1)) == nil)
  }
}

@Suite("WireGuard's overhead")
struct WireGuardOverheadTests {
  @Test("60 bytes over IPv4, 80 over IPv6")
  func innerMTU() {
    #expect(WireGuardOverhead.innerMTU(ofPath: 1_500, overIPv6: false) == 1_440)
    #expect(WireGuardOverhead.innerMTU(ofPath: 1_500, overIPv6: true) == 1_420)
    #expect(WireGuardOverhead.innerMTU(ofPath: 1_492, overIPv6: true) == 1_412)
    #expect(WireGuardOverhead.innerMTU(ofPath: 20, overIPv6: true) == 0)
  }

  @Test("packets are padded to 16 bytes, but not above the adapter's MTU")
  func outerLength() {
    // A ping of 84 bytes and a full packet, as captured: 156 and 1480 bytes.
    #expect(WireGuardOverhead.outerLength(ofInner: 84, adapterMTU: 1_420, overIPv6: false) == 156)
    #expect(WireGuardOverhead.outerLength(ofInner: 1_420, adapterMTU: 1_420, overIPv6: false) == 1_480)
    #expect(WireGuardOverhead.outerLength(ofInner: 1_410, adapterMTU: 1_420, overIPv6: false) == 1_480)
  }
}
