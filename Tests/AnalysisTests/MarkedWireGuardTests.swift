import Correlation
import Foundation
import Testing

/// Services such as Cloudflare's WARP write into WireGuard's three reserved bytes which client it is.
@Suite("WireGuard whose peers mark the client")
struct MarkedWireGuardTests {
  static let samples = Files.all(under: Files.samples).filter { $0.hasPrefix("wireguard-") && $0.hasSuffix(".pcap") }

  @Test("the same is found as without marks, where the capture shows a handshake", arguments: samples)
  func sameFindings(sample: String) throws {
    let path = Files.sample(sample)
    let marked = try #require(ClassicPcap(path)).changing(Self.mark)
    let report = try ClassicPcap.withFiles([(sample, marked)]) { Files.analyse($0).report }
    let original = Files.report(path)
    #expect(report.outline() == original.outline())
    #expect(report.tunnels.map(\.outline) == original.tunnels.map(\.outline))
  }

  /// Marks a message behind Ethernet, IPv4 and UDP, the checksum left as it is.
  private static func mark(_ frame: inout [UInt8]) {
    let (ip, typeOfIPv4) = (14, [UInt8](arrayLiteral: 8, 0))
    guard frame.count > ip + 36, Array(frame[12..<14]) == typeOfIPv4, frame[ip + 9] == 17 else { return }
    let message = ip + Int(frame[ip] & 15) * 4 + 8
    guard frame.count >= message + 32, (1...4).contains(frame[message]), frame[message + 1..<message + 4] == [0, 0, 0]
    else { return }
    frame.replaceSubrange(message + 1..<message + 4, with: [0xA1, 0x07, 0xC3])
  }
}
