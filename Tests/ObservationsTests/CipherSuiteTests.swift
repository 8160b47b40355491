import Observations
import Testing

@Suite("cipher suites and versions")
struct CipherSuiteTests {
  @Test(
    "a suite tells its name, bulk cipher and MAC",
    arguments: [
      (UInt16(0x0005), "TLS_RSA_WITH_RC4_128_SHA", CipherSuite.BulkCipher.rc4, CipherSuite.MAC.sha1),
      (0x0004, "TLS_RSA_WITH_RC4_128_MD5", .rc4, .md5),
      (0x0002, "TLS_RSA_WITH_NULL_SHA", .null, .sha1),
      (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", .tripleDESCBC, .sha1),
      (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", .aesCBC, .sha1),
      (0x003D, "TLS_RSA_WITH_AES_256_CBC_SHA256", .aesCBC, .sha256),
      (0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", .aesCBC, .sha384),
      (0xC035, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA", .aesCBC, .sha1),
      (0x00A9, "TLS_PSK_WITH_AES_256_GCM_SHA384", .aesGCM, .aead),
      (0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", .aesGCM, .aead),
      (0xC0A4, "TLS_PSK_WITH_AES_128_CCM", .aesCCM, .aead),
      (0xC0AF, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", .aesCCM8, .aead),
      (0xCCAB, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256", .chaCha20Poly1305, .aead),
      (0x1302, "TLS_AES_256_GCM_SHA384", .aesGCM, .aead),
      (0x1304, "TLS_AES_128_CCM_SHA256", .aesCCM, .aead),
      (0x1305, "TLS_AES_128_CCM_8_SHA256", .aesCCM8, .aead),
    ])
  func known(number: UInt16, name: String, bulkCipher: CipherSuite.BulkCipher, mac: CipherSuite.MAC) {
    let suite = CipherSuite(number)
    #expect(suite.name == name)
    #expect(suite.bulkCipher == bulkCipher)
    #expect(suite.mac == mac)
    #expect(suite.isTLS13 == (number >> 8 == 0x13))
  }

  @Test("every suite in the table has a bulk cipher and a MAC")
  func complete() {
    let known = (UInt16.min ... .max).map { CipherSuite($0) }.filter(\.isKnown)
    #expect(known.count >= 60)
    for suite in known {
      #expect(suite.bulkCipher != nil, "\(suite.name)")
      #expect(suite.mac != nil, "\(suite.name)")
    }
  }

  @Test("an unknown suite goes by its number")
  func unknown() {
    #expect(CipherSuite(0x0A0A).name == "0x0a0a")
    #expect(CipherSuite(0x00FF).bulkCipher == nil)
    #expect(CipherSuite(0x00FF).mac == nil)
    #expect(!CipherSuite(0x00FF).isKnown)
  }

  @Test(
    "versions have the names people know",
    arguments: [
      (UInt16(0x0303), "TLS 1.2", false), (0x0304, "TLS 1.3", false), (0x0301, "TLS 1.0", false),
      (0xFEFF, "DTLS 1.0", true), (0xFEFD, "DTLS 1.2", true), (0xFEFC, "DTLS 1.3", true),
      (0x0100, "DTLS 0.9 (pre-standard)", true), (0x7F1C, "0x7f1c", false), (0x0002, "0x0002", false),
    ])
  func versions(number: UInt16, name: String, isDatagram: Bool) {
    #expect(TLSVersion(number).name == name)
    #expect(TLSVersion(number).isDatagram == isDatagram)
  }
}
