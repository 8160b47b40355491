import Observations
import Testing

@testable import Capture

// Skipped where the sample captures are not beside the package.
@Suite("One capture in many shapes", .enabled(if: SharedCaptures.exists("captures/variants/blocked-client")))
struct VariantTests {
  /// A frame behind its link layer, or nothing when it is not IP: some shapes cannot carry other frames.
  private struct Content: Equatable {
    var nanoseconds: Int64
    var packet: ArraySlice<UInt8>
  }

  private static func contents(_ capture: ReadCapture, linkHeader: Int, etherType: Int?) -> [Content] {
    capture.packets.compactMap { packet in
      if let at = etherType {
        let type = UInt16(packet.bytes[at]) << 8 | UInt16(packet.bytes[at + 1])
        guard type == 0x0800 || type == 0x86DD else { return nil }
      }
      return Content(nanoseconds: packet.nanoseconds, packet: ArraySlice(Array(packet.bytes.dropFirst(linkHeader))))
    }
  }

  private static func read(_ name: String) -> ReadCapture {
    ReadCapture(path: SharedCaptures.path("captures/variants/blocked-client/\(name)"))
  }

  private static let reference = contents(
    ReadCapture(path: SharedCaptures.path("captures/blocked/client.pcap")), linkHeader: 14, etherType: 12)

  @Test(
    "the same packets at the same times",
    arguments: [
      ("big-endian.pcap", 14, 12, LinkType.ethernet), ("nanosecond.pcap", 14, 12, .ethernet),
      ("nanosecond-big-endian.pcap", 14, 12, .ethernet), ("ng.pcapng", 14, 12, .ethernet),
      ("compressed.pcap.gz", 14, 12, .ethernet), ("compressed.pcapng.lz4", 14, 12, .ethernet),
      ("compressed.pcapng.zst", 14, 12, .ethernet), ("vlan.pcap", 18, 16, .ethernet),
      ("qinq.pcap", 22, 20, .ethernet), ("bsd-null.pcap", 4, nil, .bsdNull), ("raw-ip.pcap", 0, nil, .rawIP),
      ("linux-sll.pcap", 16, 14, .linuxCooked), ("linux-sll2.pcap", 20, 0, .linuxCooked2),
    ] as [(String, Int, Int?, LinkType)])
  func samePackets(name: String, linkHeader: Int, etherType: Int?, linkType: LinkType) {
    let capture = Self.read(name)
    #expect(capture.error == nil)
    #expect(capture.packets.count == (linkType == .ethernet ? 808 : 806), "two frames are not IP")
    #expect(capture.interfaces.map(\.linkType) == [linkType])
    #expect(Self.reference.count == 806)
    #expect(Self.contents(capture, linkHeader: linkHeader, etherType: etherType) == Self.reference)
  }

  @Test("the parts of a rotated capture are the capture")
  func rotated() {
    let parts = (0...2).flatMap { Self.contents(Self.read("rotated-\($0).pcap"), linkHeader: 14, etherType: 12) }
    #expect(parts == Self.reference)
  }

  @Test("a snap length of 96 keeps the first 96 bytes, and the cuts are counted")
  func snapLength() {
    let capture = Self.read("snap96.pcap")
    let cut = Self.reference.map { Content(nanoseconds: $0.nanoseconds, packet: $0.packet.prefix(82)) }
    #expect(Self.contents(capture, linkHeader: 14, etherType: 12) == cut)
    #expect(capture.statistics.cutPackets == Self.reference.count { $0.packet.count > 82 })
    #expect(capture.statistics.smallestCut == 96)
  }

  @Test("a capture that ends inside its last packet gives the others and says so")
  func cutShort() {
    let capture = Self.read("cut-short.pcap")
    #expect(capture.packets.count == 807)
    #expect(Self.contents(capture, linkHeader: 14, etherType: 12) == Self.reference.dropLast())
    let path = SharedCaptures.path("captures/variants/blocked-client/cut-short.pcap")
    #expect(
      capture.error?.description
        == "\(path): offset 149459: the file ends inside frame 808 (needs 66 bytes, has 29); "
        + "the 807 frames before it were read")
  }
}
