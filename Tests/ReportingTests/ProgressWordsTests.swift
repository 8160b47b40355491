import Testing

@testable import Reporting

@Suite("Progress in words")
struct ProgressWordsTests {
  @Test("it tells bytes, their share, packets a second and the time left")
  func known() {
    let words = ProgressWords(packets: 7_000_000, bytes: 1_200_000_000, totalBytes: 4_800_000_000, seconds: 2)
    #expect(words.text == "1.2 of 4.8 GB (25%) · 3,500,000 packets/s · 6 s left")
  }

  @Test("it tells no share and no time where the size is not known")
  func unknown() {
    #expect(ProgressWords(packets: 10, bytes: 2_500_000, totalBytes: nil, seconds: 0.5).text == "2.5 MB · 20 packets/s")
  }

  @Test("a file that grew while it was read is at 100%, with no time left, and no time passed is no rate")
  func odd() {
    #expect(
      ProgressWords(packets: 1, bytes: 3_000_000, totalBytes: 2_000_000, seconds: 1).text
        == "2.0 of 2.0 MB (100%) · 1 packets/s")
    #expect(ProgressWords(packets: 0, bytes: 0, totalBytes: 0, seconds: 0).text == "0.0 MB · 0 packets/s")
  }
}
