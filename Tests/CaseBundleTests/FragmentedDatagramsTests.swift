import Observations
import Testing

@testable import CaseBundle

@Suite("Fragments of a datagram that is evidence")
struct FragmentedDatagramsTests {
  /// A fragment of UDP; its offset in bytes.
  private static func fragment(of identification: Int, at offset: Int, isLast: Bool) throws -> PacketGlance {
    let place = offset / 8 | (isLast ? 0 : 0x2000)
    let packet: [UInt8] =
      [
        0x45, 0, 0, 44, UInt8(identification >> 8), UInt8(identification & 255), UInt8(place >> 8), UInt8(place & 255),
        64, 17, 0, 0,
      ]
      + [198, 51, 100, 10, 203, 0, 113, 20, 1, 244, 1, 244, 1, 0, 0, 0] + [UInt8](repeating: 7, count: 16)
    return unsafe try #require(PacketGlance(packet.span.bytes, linkType: LinkType(number: 101), missingBytes: 0))
  }

  private static func later(of chosen: Set<Int>) throws -> [Int] {
    var datagrams = FragmentedDatagrams()
    for (frame, identification, offset, isLast) in [
      (1, 5, 0, false), (2, 5, 24, false), (3, 5, 48, true),
      // The last one first, as some systems send them, and the number of the first datagram again.
      (4, 6, 24, true), (5, 6, 0, false), (6, 5, 0, false), (7, 5, 24, true),
    ] {
      datagrams.see(try fragment(of: identification, at: offset, isLast: isLast), capture: 0, frame: frame)
    }
    return datagrams.later { _, frame in chosen.contains(frame) }.map(\.frame)
  }

  @Test("those behind a first fragment go with it, in whatever order they came")
  func later() throws {
    #expect(try Self.later(of: [1]) == [2, 3])
    #expect(try Self.later(of: [5]) == [4])
    #expect(try Self.later(of: [6]) == [7])
  }

  @Test("those of other datagrams stay behind")
  func none() throws {
    #expect(try Self.later(of: [2, 4, 7]).isEmpty)
  }

  @Test("of very many datagrams the first are followed, and of each so many fragments")
  func limited() throws {
    var datagrams = FragmentedDatagrams()
    let (most, mostFragments) = (16_384, 128)
    for number in 0...most {
      datagrams.see(try Self.fragment(of: number, at: 0, isLast: false), capture: 0, frame: 2 * number)
      datagrams.see(try Self.fragment(of: number, at: 24, isLast: true), capture: 0, frame: 2 * number + 1)
    }
    for frame in 0...mostFragments {
      datagrams.see(try Self.fragment(of: 0, at: 48, isLast: false), capture: 0, frame: 100_000 + frame)
    }
    #expect(datagrams.later { _, frame in frame == 2 * (most - 1) }.map(\.frame) == [2 * most - 1])
    #expect(datagrams.later { _, frame in frame == 2 * most }.isEmpty)
    #expect(datagrams.later { _, frame in frame == 0 }.count == mostFragments)
  }

  @Test(
    "a case of fragments that get lost behind the capture point does not say that they are not there",
    .enabled(if: !Samples.training(family: "ipsec").isEmpty),
    arguments: Samples.training(family: "ipsec").filter { $0.contains("fragments") })
  func training(capture: String) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([capture])
    #expect(Samples.report(onEvidenceOf: bundle, in: scratch).verdicts == Samples.report(capture).verdicts)
  }
}
