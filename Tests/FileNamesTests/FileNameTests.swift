import Testing

@testable import FileNames

@Suite("Names of files")
struct FileNameTests {
  @Test(
    "every name comes back from its text byte by byte",
    arguments: [
      [], Array("plain.pcap".utf8), Array("é/ü€𝄞".utf8), [0x63, 0xE9, 0x2E], [0xFF, 0xFE], [0xC3], [0xE2, 0x82, 0x41],
      [0xF4, 0x90, 0x80, 0x80], [0xED, 0xA0, 0x80], Array("\u{10FEE9}".utf8), [0xE9] + Array("\u{10FEFF}é".utf8),
      [0x1B, 0x5B, 0x33, 0x31, 0x6D],
    ] as [[UInt8]])
  func roundTrip(name: [UInt8]) {
    #expect(FileName.bytes(FileName.text(name)) == name)
    #expect(
      unsafe FileName.withPath(FileName.text(name)) { unsafe Array(String(cString: $0).utf8) }.isEmpty == name.isEmpty)
  }

  @Test("what is UTF-8 is its own text, and what is not is shown as bytes")
  func visible() {
    #expect(FileName.text("é.pcap".utf8) == "é.pcap")
    #expect(FileName.visible("é.pcap") == "é.pcap")
    #expect(FileName.isUTF8("é.pcap"))
    #expect(!FileName.isUTF8(FileName.text([0x63, 0xE9])))
    #expect(FileName.visible(FileName.text([0x63, 0xE9, 0xC3, 0xA9])) == "c\\xE9é")
    #expect(FileName.visible(FileName.text("\u{10FEE9}".utf8)) == "\\xF4\\x8F\\xBB\\xA9")
  }
}
