import Observations
import Testing

@testable import Families

@Suite("What is taken for WireGuard")
struct WireGuardRecognitionTests {
  private typealias Bytes = WireGuardBytes

  /// Whether datagrams of a client to any port, a second apart, are taken for WireGuard.
  private static func isWireGuard(_ payloads: [[UInt8]]) -> Bool {
    var talk = Talk()
    for (number, payload) in payloads.enumerated() {
      talk.send(payload, at: Double(number), from: Talk.client, to: Endpoint(Talk.gateway.address, 9_999))
    }
    return talk.isClaimed
  }

  @Test("an initiation or a response is enough, on any port")
  func handshakes() {
    #expect(Self.isWireGuard([Bytes.initiation(1)]))
    #expect(Self.isWireGuard([Bytes.response(2, to: 1)]))
  }

  @Test("reserved bytes may mark the client where sixteen zeros stand for the three; other messages show nothing then")
  func marked() {
    #expect(Self.isWireGuard([Bytes.marked(Bytes.initiation(1))]))
    #expect(Self.isWireGuard([Bytes.marked(Bytes.response(2, to: 1))]))
    #expect(!Self.isWireGuard([Bytes.marked(Bytes.initiation(1, hasCookie: true))]))
    #expect(!Self.isWireGuard((0..<9).map { Bytes.marked(Bytes.data(to: 77, UInt64($0))) }))
  }

  @Test("a cookie reply alone is not")
  func cookieReply() { #expect(!Self.isWireGuard([Bytes.cookieReply(to: 1)])) }

  @Test("data of one direction takes four messages with one index and rising counters")
  func data() {
    let messages = (0..<4).map { Bytes.data(to: 77, UInt64($0)) }
    #expect(Self.isWireGuard(messages))
    #expect(!Self.isWireGuard(Array(messages.dropLast())))
    #expect(!Self.isWireGuard([0, 1, 1, 2, 2].map { Bytes.data(to: 77, $0) }))
    #expect(!Self.isWireGuard([9, 8, 7, 6, 5, 4].map { Bytes.data(to: 77, $0) }))
    #expect(!Self.isWireGuard((0..<9).map { Bytes.data(to: 77, UInt64($0) * 5_000) }))
  }

  @Test("ESP in UDP is not, whatever its SPI")
  func esp() {
    let packets = (1..<40).map { number in
      [4, 0, 0, 0, 0, 0, 0, UInt8(number)] + Bytes.noise(120, UInt64(number))
    }
    #expect(!Self.isWireGuard(packets))
  }

  @Test("IKE behind UDP 4500, QUIC, DTLS and STUN are not")
  func others() {
    let ike = [0, 0, 0, 0] + Bytes.noise(144, 1)
    let quic = [0xC3, 0, 0, 0, 1] + Bytes.noise(1_195, 2)
    let quicShort = [0x44] + Bytes.noise(147, 3)
    let dtls = [22, 0xFE, 0xFD, 0, 0] + Bytes.noise(143, 4)
    let stun = [1, 1, 0, 72, 0x21, 0x12, 0xA4, 0x42] + Bytes.noise(84, 5)
    let radius = [1, 0, 0, 148] + Bytes.noise(144, 6)
    for payload in [ike, quic, quicShort, dtls, stun, radius] {
      #expect(!Self.isWireGuard([payload, payload, payload, payload, payload]))
    }
  }

  @Test("a game's messages with small numbers, text or padding are not, whatever their lengths")
  func games() {
    func message(_ type: UInt8, _ number: UInt8, _ rest: [UInt8]) -> [UInt8] {
      [type, 0, 0, 0, 9, 8, 7, 6, number, 0, 0, 0, 0, 0, 0, 0] + rest
    }
    let zeros = [UInt8](repeating: 0, count: 84)
    let text = Array(
      "player one moves to the left and shoots at the dragon, which dies; next turn ....... and so on".utf8)
    for rest in [zeros, text] {
      #expect(!Self.isWireGuard((1..<20).map { message(4, $0, rest) }))
    }
    let login = message(1, 1, Array((text + text).prefix(132)))
    let join = message(2, 1, Array(zeros.prefix(76)))
    #expect(login.count == 148 && join.count == 92)
    #expect(!Self.isWireGuard([login, login, login]))
    #expect(!Self.isWireGuard([join, join, join]))
  }

  @Test("a snap length that leaves half of the key leaves enough")
  func snapLength() {
    var talk = Talk()
    let initiation = Array(Bytes.initiation(1).prefix(22))
    talk.send(initiation, at: 0, from: Talk.client, to: Talk.gateway, length: 148)
    #expect(talk.finish().openings.map { $0.token?.byteCount } == [14])
  }

  @Test("an initiation or response of any other length is none")
  func everyLength() {
    for (message, length) in [(Bytes.initiation(1), 148), (Bytes.response(2, to: 1), 92)] {
      for count in 1...200 {
        let bytes = Array((message + Bytes.noise(108, 9)).prefix(count))
        #expect(Self.isWireGuard([bytes, bytes]) == (count == length))
      }
    }
  }

  @Test("a thousand flows under way, one after the other, are all recognised")
  func manyFlows() {
    var talk = Talk()
    for flow in 0..<1_000 {
      for number in 0..<4 {
        talk.send(
          Bytes.data(to: UInt32(flow + 1), UInt64(number)), at: Double(flow),
          from: Endpoint(Talk.client.address, UInt16(20_000 + flow)),
          to: Talk.gateway)
      }
    }
    #expect(talk.finish().data.count == 1_000)
  }
}
