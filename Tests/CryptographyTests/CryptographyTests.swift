import Cryptography
import Testing

/// The examples that the standards give.
@Suite("Cryptography")
struct CryptographyTests {
  @Test(
    "SHA-256 gives the digests of FIPS 180-4",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func digests(text: String, expected: String) {
    #expect(SHA256.digest(text.utf8).hexadecimal == expected)
    var bytewise = SHA256()
    for byte in text.utf8 { bytewise.update(CollectionOfOne(byte)) }
    #expect(bytewise.finish().hexadecimal == expected, "byte by byte")
  }

  @Test("a digest can be asked for in between")
  func digestInBetween() {
    var hash = SHA256()
    hash.update("ab".utf8)
    let early = hash.finish()
    hash.update("c".utf8)
    #expect(early == SHA256.digest("ab".utf8))
    #expect(hash.finish() == SHA256.digest("abc".utf8))
  }

  @Test(
    "HMAC gives the codes of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func authenticationCodes(key: [UInt8], message: String, expected: String) {
    let hmac = HMACSHA256(key: key)
    #expect(hmac.code(of: Array(message.utf8)).hexadecimal == expected)
    #expect(hmac.code(of: Array(message.utf8)).hexadecimal == expected, "a second message begins anew")
  }

  @Test("AES gives the block of FIPS 197, appendix C.1")
  func aes() {
    let cipher = AES128(key: (0..<16).map { $0 })
    let block = (0..<16).map { UInt8($0 * 0x11) }
    #expect(cipher?.encrypted(block)?.hexadecimal == "69c4e0d86a7b0430d8cdb78070b4c55a")
  }

  @Test("a key or a block of another size is none", arguments: [0, 15, 17, 32])
  func sizes(count: Int) {
    #expect(AES128(key: [UInt8](repeating: 0, count: count)) == nil)
    #expect(AES128(key: [UInt8](repeating: 0, count: 16))?.encrypted([UInt8](repeating: 0, count: count)) == nil)
  }

  @Test(
    "base64 is that of RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func base64(text: String, expected: String) { #expect(text.utf8.base64 == expected) }
}
