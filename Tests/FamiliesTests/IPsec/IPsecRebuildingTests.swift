import Testing

@testable import Families

@Suite("IPsec for others to see")
struct IPsecRebuildingTests {
  private static func rebuilt(_ message: [UInt8], kept: Int? = nil) -> [UInt8]? {
    let captured = Array(message.prefix(kept ?? message.count))
    return unsafe IPsec.rebuilt(captured.span.bytes, in: .udp(length: message.count)) { kind, value, count in
      // Depends on the kind and on each byte; any function that does will do.
      var state = kind.utf8.reduce(UInt8(7)) { $0 &* 31 &+ $1 }
      for byte in value { state = state &* 17 &+ byte }
      return (0..<count).map { state &+ UInt8($0) &* 29 }
    }
  }

  @Test("of IKE in clear the header, the chain and the proposals stay; keys and hashes are zero, SPIs have aliases")
  func clearMessage() throws {
    // A proposal, a key exchange, a NAT detection hash.
    let content: [UInt8] =
      [34, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8] + [41, 0, 0, 10, 0, 19, 0xAA, 0xBB, 0xCC, 0xDD]
      + [0, 0, 0, 12, 0, 0, 0x40, 0x04, 0xEE, 0xEE, 0xEE, 0xEE]
    let message = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 28 + content.count, rspi: 0, content: content)
    let rebuilt = try #require(Self.rebuilt(message))
    #expect(rebuilt.count == message.count)
    #expect(rebuilt[0..<8] != message[0..<8])
    #expect(rebuilt[8..<40] == message[8..<40])
    #expect(rebuilt[40..<44] == message[40..<44])
    #expect(rebuilt[44..<50].allSatisfy { $0 == 0 })
    #expect(rebuilt[50..<58] == message[50..<58])
    #expect(rebuilt[58...].allSatisfy { $0 == 0 })
    #expect(unsafe IKEMessage(rebuilt.span.bytes, length: message.count) != nil)
  }

  @Test("of encrypted IKE the headers stay, and nothing of what is encrypted")
  func encryptedMessage() throws {
    let message = IPsecTalk.ike(35, 1, 0x08, length: 300)
    let rebuilt = try #require(Self.rebuilt(message))
    #expect(rebuilt.count == 4 + 28 + 16)
    #expect(rebuilt[20..<36] == message[20..<36])
    #expect(rebuilt[36...] != message[36..<48])
    #expect(unsafe IKEMessage(rebuilt.span.bytes, length: message.count) != nil)
  }

  @Test("of ESP the sequence number stays and it is still recognised; DTLS is left to others")
  func data() throws {
    let packet = IPsecTalk.esp(0xAAAA_0001, 77)
    let rebuilt = try #require(Self.rebuilt(packet))
    #expect(rebuilt.count == 24)
    #expect(rebuilt[0..<4] != packet[0..<4])
    #expect(rebuilt[4..<8] == packet[4..<8])
    #expect(rebuilt[8...] != packet[8..<24])
    #expect(unsafe EncryptedBytes.looksLikeNoise(rebuilt.span.bytes.extracting(8..<24)))
    #expect(Self.rebuilt([23, 0xFE, 0xFD, 0] + packet.dropFirst(4)) == nil)
  }

  @Test("what a snap length left is never read beyond")
  func cut() {
    for message in [IPsecTalk.ike(35, 1, 0x08, length: 300), IPsecTalk.esp(0xAAAA_0001, 77)] {
      for kept in 0..<message.count {
        #expect((Self.rebuilt(message, kept: kept)?.count ?? 0) <= kept)
      }
    }
  }
}
