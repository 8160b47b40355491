import Testing

@testable import Families

@Suite("WireGuard messages")
struct WireGuardMessageTests {
  /// From a session of wireguard-go: an initiation with a cookie, a response, a keepalive, a cookie reply.
  private static let initiation = WireGuardBytes.hexadecimal(
    "0100000059af57ce0d1af446f60cbdf7d5be9b121d140591a70353aded53bd0889d5cf526fd427485890f4e2853481e2a6d69f5e2ea91307"
      + "a18ef3a994b4147853b80a40f0f49c88465a09569be50e31d32b9f26d2f4ba518e8b434d6d8285ec3fcd95927c8ecebeb00110c9d3bd88a0"
      + "cc1a4f285c2f13c74fe2a783c9ea1969fc3751ad5738b515d60f047ca249824357c84465")
  private static let response = WireGuardBytes.hexadecimal(
    "02000000df64d3fd3f319281b91c424a943a070cd43bd1ad62c01f56654a1765c3809852ab0f0ffa19d3b8782bcb6d4d939f02dc3abf322c"
      + "f4720b8462d7f1fa2fae229b7dbeb2f3b34c02f000000000000000000000000000000000")
  private static let keepalive = WireGuardBytes.hexadecimal(
    "04000000df64d3fd0000000000000000affd50282229f76630c159ae03e9d2f7")
  private static let cookieReply = WireGuardBytes.hexadecimal(
    "03000000d1121811ed4a9f9d71de972407d05bc8bec045b3708f407fd9e2bf8e1a5d7bc7e3774376dbd66d9312a97afd18dfc7ab359c5249"
      + "3f5c3bb3a34952d1")

  private static let all = [initiation, response, keepalive, cookieReply]

  @Test("an initiation has the fields that Wireshark shows")
  func initiation() {
    guard let message = unsafe WireGuardMessage(Self.initiation.span.bytes, length: 148) else {
      Issue.record("no message")
      return
    }
    #expect(message.type == .initiation)
    #expect(message.senderIndex == 0xCE57_AF59)
    #expect(message.receiverIndex == 0)
    #expect(message.token.hexadecimal == "0d1af446f60cbdf7d5be9b121d140591a70353aded53bd0889d5cf526fd42748")
    expect(message.firstCode, is: "5c2f13c74fe2a783c9ea1969fc3751ad")
    expect(message.secondCode, is: "5738b515d60f047ca249824357c84465")
    #expect(message.isCertain == true)
  }

  @Test("a response has the fields that Wireshark shows")
  func response() {
    guard let message = unsafe WireGuardMessage(Self.response.span.bytes, length: 92) else {
      Issue.record("no message")
      return
    }
    #expect(message.type == .response)
    #expect(message.senderIndex == 0xFDD3_64DF)
    #expect(message.receiverIndex == 0x8192_313F)
    expect(message.ephemeral, is: "b91c424a943a070cd43bd1ad62c01f56654a1765c3809852ab0f0ffa19d3b878")
    expect(message.firstCode, is: "62d7f1fa2fae229b7dbeb2f3b34c02f0")
    expect(message.secondCode, is: "00000000000000000000000000000000")
    #expect(message.isCertain == true)
  }

  @Test("data and a cookie reply have the fields that Wireshark shows")
  func data() {
    if let message = unsafe WireGuardMessage(Self.keepalive.span.bytes, length: 32) {
      #expect(message.type == .data)
      #expect(message.receiverIndex == 0xFDD3_64DF)
      #expect(message.counter == 0)
      expect(message.encryptedPacket, is: "affd50282229f76630c159ae03e9d2f7")
    } else {
      Issue.record("no data")
    }
    if let message = unsafe WireGuardMessage(Self.cookieReply.span.bytes, length: 64) {
      #expect(message.type == .cookieReply)
      #expect(message.receiverIndex == 0x1118_12D1)
    } else {
      Issue.record("no cookie reply")
    }
  }

  @Test("indices and counters are little-endian")
  func byteOrder() {
    let bytes = WireGuardBytes.data(to: 0x0102_0304, 0x0506_0708_090A_0B0C)
    guard let message = unsafe WireGuardMessage(bytes.span.bytes, length: bytes.count) else {
      Issue.record("no message")
      return
    }
    #expect(message.receiverIndex == 0x0102_0304)
    #expect(message.counter == 0x0506_0708_090A_0B0C)
    let data = unsafe WireGuardData(bytes.span.bytes, length: bytes.count)
    #expect(data?.receiverIndex == 0x0102_0304)
    #expect(data?.counter == 0x0506_0708_090A_0B0C)
    #expect(data?.carriesPacket == true)
  }

  @Test("a message of any other length is none", arguments: 0..<4)
  func length(kind: Int) {
    let bytes = Self.all[kind]
    for length in 0...200 where length != bytes.count {
      let isLongerData = bytes[0] == 4 && length > 32
      #expect(unsafe (WireGuardMessage(bytes.span.bytes, length: length) != nil) == isLongerData)
    }
  }

  @Test("a snap length leaves a message that it does not cut before the counter", arguments: 0..<4)
  func cut(kind: Int) {
    let bytes = Self.all[kind]
    let least = [8, 12, 16, 8][kind]
    for kept in 0...bytes.count {
      let part = Array(bytes.prefix(kept))
      guard let message = unsafe WireGuardMessage(part.span.bytes, length: bytes.count) else {
        #expect(kept < least)
        continue
      }
      #expect(kept >= least)
      #expect(message.token.byteCount == message.ephemeral.byteCount)
      _ = (message.firstCode.byteCount, message.secondCode.byteCount, message.isCertain)
    }
  }

  @Test("a reserved byte that is not zero, or another type, makes it none")
  func reserved() {
    for bytes in Self.all {
      for index in 1...3 {
        var changed = bytes
        changed[index] = 1
        #expect(unsafe WireGuardMessage(changed.span.bytes, length: changed.count) == nil)
      }
      for type: UInt8 in [0, 5, 0x45, 0xFF] {
        var changed = bytes
        changed[0] = type
        #expect(unsafe WireGuardMessage(changed.span.bytes, length: changed.count) == nil)
      }
    }
  }

  @Test("an initiation is not certain with a key of zeros or above 2^255, or with codes that are text")
  func uncertain() {
    let changes: [(Range<Int>, UInt8)] = [
      (8..<40, 0), (39..<40, 0x80), (116..<132, 0), (116..<132, UInt8(ascii: "a")), (140..<148, 0),
    ]
    for (range, value) in changes {
      var bytes = Self.initiation
      for index in range { bytes[index] = value }
      #expect(unsafe WireGuardMessage(bytes.span.bytes, length: 148)?.isCertain == false)
    }
  }

  private func expect(_ bytes: RawSpan, is text: String) {
    let shown = (0..<bytes.byteCount).map { index in
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    #expect(shown.joined() == text)
  }
}
