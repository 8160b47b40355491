import Observations
import Testing

@Suite("handshake tokens")
struct HandshakeTokenTests {
  private static let whole = HandshakeToken(0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F, .max, 0)

  @Test("a whole token is 64 hexadecimal digits")
  func whole() {
    #expect(
      Self.whole.hexadecimal == "000102030405060708090a0b0c0d0e0f" + "ffffffffffffffff" + "0000000000000000")
    #expect(Self.whole.isComplete)
  }

  @Test("a cut token shows the bytes that are there, and no more", arguments: 0...32)
  func cut(count: Int) throws {
    let text = String(repeating: "a5", count: count)
    let random = try #require(HandshakeToken(hexadecimal: text))
    #expect(random.byteCount == count)
    #expect(random.isComplete == (count == 32))
    #expect(random.hexadecimal == text)
  }

  @Test("zeros that were captured differ from bytes that were not")
  func cutDiffers() throws {
    let short = try #require(HandshakeToken(hexadecimal: "ab"))
    let long = try #require(HandshakeToken(hexadecimal: "ab00"))
    #expect(short != long)
    #expect(short.words == long.words)
  }

  @Test("upper case reads as lower case")
  func upperCase() { #expect(HandshakeToken(hexadecimal: "ABcd")?.hexadecimal == "abcd") }

  @Test(
    "what is no token is rejected",
    arguments: [
      "a", "abc", "zz", "0x", "+1", "-1", " 1", "1 ", String(repeating: "0", count: 66), "é", "１１",
    ])
  func rejected(text: String) { #expect(HandshakeToken(hexadecimal: text) == nil) }

  @Test("equal tokens hash alike")
  func hashing() throws {
    let copy = try #require(HandshakeToken(hexadecimal: Self.whole.hexadecimal))
    #expect(Set([Self.whole, copy]).count == 1)
  }
}
