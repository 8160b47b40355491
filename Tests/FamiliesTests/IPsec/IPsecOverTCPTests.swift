import Observations
import Testing

@testable import Families

@Suite("IKE and ESP over TCP")
struct IPsecOverTCPTests {
  private static let prefix = Array("IKETCP".utf8)

  /// What UDP shows of an association, in one TCP connection; at the end the client sends six ESP packets.
  private static func talk(segments size: Int = 1_400, prefix: [UInt8] = prefix) -> IPsecTalk {
    var talk = IPsecTalk()
    func framed(_ message: [UInt8]) -> [UInt8] { IPsecTalk.framed(message) }
    talk.stream(
      prefix + framed(IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0)), from: .client, at: 0, size: size)
    talk.stream(framed(IPsecTalk.ike(34, 0, 0x20, next: 33, length: 200)), from: .server, at: 0.1, size: size)
    talk.stream(framed(IPsecTalk.ike(35, 1, 0x08, length: 300)), from: .client, at: 0.2, size: size)
    talk.stream(framed(IPsecTalk.ike(35, 1, 0x20, length: 260)), from: .server, at: 0.3, size: size)
    talk.stream([0, 3, 0xFF], from: .client, at: 0.5, size: size)
    talk.stream(framed(IPsecTalk.esp(0xAAAA_0001, 1)), from: .client, at: 1, size: size)
    talk.stream(framed(IPsecTalk.esp(0xBBBB_0002, 1)), from: .server, at: 1.1, size: size)
    talk.stream((2...6).flatMap { framed(IPsecTalk.esp(0xAAAA_0001, $0)) }, from: .client, at: 2, size: size)
    return talk
  }

  @Test("an association is followed as over UDP, whatever the segments", arguments: [1_400, 300, 64, 40, 7])
  func association(size: Int) throws {
    var talk = Self.talk(segments: size)
    let events = talk.finish()
    #expect(events.openings.map(\.transport) == [.tcp])
    #expect(events.messages.count == 3)
    #expect(events.established.map(\.id.channel) == [.ike])
    #expect(Set(events.data.map(\.sender)) == [.client, .server])
    let esp = try #require(events.summaries.first { $0.id.channel == .esp })
    #expect(esp.client.packets == 6)
    #expect(esp.client.missing == 0)
    #expect(esp.server.packets == 1)
    #expect(esp.transport == .tcp)
    #expect(events.rejections.isEmpty)
  }

  @Test("packets that the capture lacks are missed, and those behind the gap are found again")
  func gap() throws {
    var talk = Self.talk()
    talk.lose(200, from: .client)
    talk.stream((9...12).flatMap { IPsecTalk.framed(IPsecTalk.esp(0xAAAA_0001, $0)) }, from: .client, at: 3)
    let esp = try #require(talk.finish().summaries.first { $0.id.channel == .esp })
    #expect(esp.client.packets == 10)
    #expect(esp.client.missing == 2)
  }

  @Test("a connection that begins with anything else is none")
  func others() {
    #expect(!Self.talk(prefix: []).isClaimed)
    #expect(!Self.talk(prefix: Array("IKEUDP".utf8)).isClaimed)
  }

  @Test("in a bundle the preface and IKE stay under aliases; what only looks like ESP is nobody's")
  func rebuilding() throws {
    let message = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 60, rspi: 0)
    func rebuilt(_ segment: [UInt8]) -> [UInt8]? {
      unsafe IPsec.rebuilt(segment.span.bytes, in: .tcp) { _, _, count in [UInt8](repeating: 0x5A, count: count) }
    }
    let segment = Self.prefix + IPsecTalk.framed(message)
    let other = try #require(rebuilt(segment))
    #expect(other.count == segment.count)
    #expect(other.prefix(12) == segment.prefix(12))
    #expect(other[12..<20] != segment[12..<20])
    #expect(rebuilt(Self.prefix) == Self.prefix)
    #expect(rebuilt(IPsecTalk.framed(IPsecTalk.esp(0xAAAA_0001, 1))) == nil)
    #expect(rebuilt([0, 9]) == nil)
  }
}
