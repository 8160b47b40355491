import Observations
import Testing

@testable import Families

@Suite("OpenVPN through a proxy")
struct OpenVPNProxyTests {
  private static let proxy = Endpoint(IPAddress(v4: 0xC633_6401), 3_128)

  /// What a capture at the client shows: words with a proxy, alternating, the client first; then resets and data.
  private static func events(of words: [[UInt8]]) -> [Observation.Event] {
    var peers = TalkingPeers<OpenVPNTracker>()
    var sent: [UInt32] = [1, 1]
    func send(_ bytes: [UInt8], from side: Int, at seconds: Double) {
      let ends = side == 0 ? (OpenVPNTalk.client, Self.proxy) : (Self.proxy, OpenVPNTalk.client)
      peers.sendSegment(bytes, sequence: sent[side], at: seconds, from: ends.0, to: ends.1, isClient: side == 0)
      sent[side] += UInt32(bytes.count)
    }
    func framed(_ packet: [UInt8]) -> [UInt8] { [UInt8(packet.count >> 8), UInt8(packet.count & 255)] + packet }
    for (index, word) in words.enumerated() { send(word, from: index % 2, at: Double(index) / 100) }
    send(framed(OpenVPNBytes.reset()), from: 0, at: 1)
    send(framed(OpenVPNBytes.answer()), from: 1, at: 1.1)
    send(framed(OpenVPNBytes.data(1)), from: 0, at: 1.2)
    send(framed(OpenVPNBytes.data(1)), from: 1, at: 1.3)
    return peers.observations().map(\.event)
  }

  @Test(
    "behind HTTP's CONNECT and behind SOCKS 5 it is found as it is without",
    arguments: [
      [], [Array("CONNECT 203.0.113.20:1194 HTTP/1.0\r\n\r\n".utf8), Array("HTTP/1.0 200 OK\r\n\r\n".utf8)],
      [[5, 1, 0], [5, 0], [5, 1, 0, 1, 203, 0, 113, 20, 4, 170], [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]],
      [
        [5, 2, 0, 2], [5, 2], [1, 1, 97, 1, 98], [1, 0], [5, 1, 0, 3, 1, 97, 4, 170], [5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
    ] as [[[UInt8]]])
  func found(words: [[UInt8]]) {
    let events = Self.events(of: words)
    #expect(events.contains { if case .opened(let it) = $0 { it.flow?.server == Self.proxy } else { false } })
    #expect(events.count { if case .data = $0 { true } else { false } } == 2)
  }

  @Test(
    "other first words ask no proxy for anything",
    arguments: [Array("GET / HTTP/1.1\r\n".utf8), Array("CONNECT".utf8), [5, 9, 0], [5], [4, 1, 0, 80]] as [[UInt8]])
  func others(words: [UInt8]) {
    #expect(unsafe !ProxyWords.mayBegin(with: words.span.bytes))
  }

  @Test("what is neither text nor a short message of SOCKS ends the talk with the proxy")
  func ends() {
    for bytes in [[0x16, 3, 1, 0, 200], [5] + [UInt8](repeating: 7, count: 600), OpenVPNBytes.reset()] as [[UInt8]] {
      #expect(unsafe !ProxyWords.mayGoOn(with: bytes.span.bytes))
    }
    #expect(unsafe ProxyWords.mayGoOn(with: Array("User-Agent: x\r\n".utf8).span.bytes))
  }
}
