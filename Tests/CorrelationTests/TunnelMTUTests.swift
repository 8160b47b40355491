import Families
import Observations
import Testing

@Suite("MTU arithmetic")
struct TunnelMTUTests {
  private static let rc4 = CipherSuite(0x0005)
  private static let aesCBC = CipherSuite(0x002F)

  @Test("the support note's TLS MTU follows from RC4-SHA and the MSS", arguments: [(1380, 1347), (1460, 1427)])
  func noteTLS(mss: Int, mtu: Int) {
    #expect(TunnelMTU.tls(maximumSegmentSize: mss, suite: Self.rc4, version: .tls10) == mtu)
  }

  @Test(
    "the support note's DTLS MTU follows from AES-CBC-SHA on a link of 1500",
    arguments: [
      TLSVersion.dtls10, .preStandardDTLS,
    ])
  func noteDTLS(version: TLSVersion) {
    #expect(TunnelMTU.dtls(linkMTU: 1500, suite: Self.aesCBC, version: version) == 1418)
  }

  @Test("the inner MSS is 40 bytes less than the adapter's MTU, 60 for IPv6")
  func innerMSS() {
    #expect(TunnelMTU.innerMSS(adapterMTU: 1418) == 1378)
    #expect(TunnelMTU.innerMSS(adapterMTU: 1418, isIPv6: true) == 1358)
  }

  /// By hand, from an MSS of 1380: less 5 of record header is 1375, less the suite's overhead, less 8 of CSTP.
  @Test(
    "each family of suites takes its own overhead from TLS",
    arguments: [
      (UInt16(0x0004), TLSVersion.tls10, 1375 - 16 - 8),  // RC4-MD5
      (0x0002, .tls12, 1375 - 20 - 8),  // NULL-SHA
      (0x000A, .tls10, 1368 - 20 - 1 - 8),  // 3DES: 171 blocks of 8
      (0x002F, .tls10, 1360 - 20 - 1 - 8),  // AES-CBC-SHA without explicit vector: 85 blocks of 16
      (0x002F, .tls12, 1344 - 20 - 1 - 8),  // with: 1375 - 16 is 84 blocks
      (0x003D, .tls12, 1344 - 32 - 1 - 8),  // SHA-256
      (0xC028, .tls12, 1344 - 48 - 1 - 8),  // SHA-384
      (0xC02F, .tls12, 1375 - 8 - 16 - 8),  // AES-GCM
      (0xC0A4, .tls12, 1375 - 8 - 16 - 8),  // AES-CCM
      (0xC0AF, .tls12, 1375 - 8 - 8 - 8),  // AES-CCM-8
      (0xCCA8, .tls12, 1375 - 16 - 8),  // ChaCha20-Poly1305
      (0x1302, .tls13, 1375 - 1 - 16 - 8),  // any AEAD of TLS 1.3
    ])
  func families(suite: UInt16, version: TLSVersion, expected: Int) {
    #expect(TunnelMTU.tls(maximumSegmentSize: 1380, suite: CipherSuite(suite), version: version) == expected)
  }

  @Test("the short tag of AES-CCM-8 counts under TLS 1.3 too")
  func ccm8() {
    #expect(TunnelMTU.tls(maximumSegmentSize: 1380, suite: CipherSuite(0x1305), version: .tls13) == 1375 - 1 - 8 - 8)
  }

  @Test("DTLS takes 13 bytes of header and a type byte; an IPv6 link 20 bytes more")
  func dtlsFamilies() {
    let gcm = CipherSuite(0xC02F)
    #expect(TunnelMTU.dtls(linkMTU: 1500, suite: gcm, version: .dtls12) == 1500 - 20 - 8 - 13 - 8 - 16 - 1)
    #expect(TunnelMTU.dtls(linkMTU: 1500, suite: gcm, version: .dtls12, isIPv6: true) == 1500 - 40 - 8 - 13 - 24 - 1)
  }

  @Test("an unknown suite has no MTU")
  func unknown() {
    #expect(TunnelMTU.tls(maximumSegmentSize: 1380, suite: CipherSuite(0x0A0A), version: .tls12) == nil)
    #expect(TunnelMTU.dtls(linkMTU: 1500, suite: CipherSuite(0x0A0A), version: .dtls12) == nil)
  }

  @Test(
    "a larger outside never makes a smaller inside, and nothing is ever zero or less",
    arguments: [
      UInt16(0x0004), 0x0005, 0x0002, 0x000A, 0x002F, 0x003D, 0xC028, 0xC02F, 0xC0A4, 0xC0AF, 0xCCA8, 0x1301, 0x1305,
    ])
  func monotonic(number: UInt16) {
    let suite = CipherSuite(number)
    for version in [TLSVersion.tls10, .tls11, .tls12, .tls13, .dtls10, .dtls12, .dtls13] {
      var before = (tls: 0, dtls: 0)
      for size in 0...9_216 {
        let tls = TunnelMTU.tls(maximumSegmentSize: size, suite: suite, version: version)
        let dtls = TunnelMTU.dtls(linkMTU: size, suite: suite, version: version)
        if let tls, tls <= 0 || tls >= size { Issue.record("TLS MTU \(tls) of MSS \(size), \(version.name)") }
        if let dtls, dtls <= 0 || dtls >= size { Issue.record("DTLS MTU \(dtls) of link \(size), \(version.name)") }
        let now = (tls: tls ?? 0, dtls: dtls ?? 0)
        if now.tls < before.tls || now.dtls < before.dtls { Issue.record("smaller at \(size), \(version.name)") }
        before = now
      }
      #expect(before.tls > 9_000 && before.dtls > 9_000, "\(version.name)")
    }
  }
}
