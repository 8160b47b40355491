import Capture
import Dissection
import Foundation
import Observations
import Testing

/// What is found inside of carriers, against what tshark finds there.
@Suite("carried packets agree with Wireshark's")
struct CarrierAgreementTests {
  /// Captures of other projects that hold carriers or rarer link types, by their names.
  static let captures: [String] = {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let path = folder.appendingPathComponent("shared/corpora").path
    let words = [
      "vxlan", "gre", "erspan", "geneve", "mpls", "gtp", "l2tp", "macsec", "juniper", "pktap", "nflog", "pflog", "ipip",
      "sll", "ppp", "802_11", "radiotap", "snap", "wccp", "6in4", "tunnel", "hdlc", "nsh", "capwap", "teredo",
    ]
    let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return files.filter { file in
      let name = file.split(separator: "/").last?.lowercased() ?? ""
      return name.contains("pcap") && words.contains { name.contains($0) }
    }.sorted().map { path + "/" + $0 }
  }()

  /// What tshark is asked for.
  static let fields = ["ip.src", "ipv6.src", "icmp.type", "icmpv6.type"]

  @Test(
    "the innermost addresses are those that tshark finds last",
    .enabled(if: Tshark.executable != nil && !captures.isEmpty, "needs tshark and the shared corpora"),
    arguments: captures)
  func addresses(path: String) throws {
    guard var capture = try? CaptureFile.open(path) else { return }
    let rows = try Tshark.rows(of: path, fields: Self.fields, decoding: ["udp.port==8472,vxlan"])
    var batch = PacketBatch()
    var frame = 0
    var differences: [String] = []
    while (try? capture.readBatch(&batch)) ?? false {
      for index in 0..<batch.count {
        defer { frame += 1 }
        guard frame < rows.count, rows[frame].count == Self.fields.count else { continue }
        // An ICMP error quotes a packet, which is no carried one.
        guard rows[frame][2].isEmpty, rows[frame][3].isEmpty else { continue }
        let bytes = batch[index].bytes(in: capture.window)
        let linkType = capture.interfaces[batch[index].interface].linkType
        if let difference = Self.difference(bytes, linkType, rows[frame]) {
          differences.append("frame \(frame + 1): \(difference)")
        }
      }
    }
    #expect(differences.isEmpty, "\(differences.count) of \(frame): \(differences.prefix(8).joined(separator: "\n"))")
  }

  /// How what is found differs from tshark's row; nil when it does not.
  static func difference(_ bytes: RawSpan, _ linkType: LinkType, _ row: [[Substring]]) -> String? {
    let headers = row[0].count + row[1].count
    switch Decapsulation.innermost(of: bytes, linkType: linkType) {
    case .packet(let inner):
      let packet = bytes.extracting(inner.offset..<inner.end)
      let source = IPv4Header(packet)?.source ?? IPv6Header(packet)?.source
      let last = (inner.etherType == EtherType.ipv4 ? row[0] : row[1]).last
      // From a length of 0, what segmentation offload leaves, tshark reads nothing further.
      if isUnsized(bytes, linkType) { return nil }
      return source?.description == last.map(String.init)
        ? nil
        : "\(source.map { "\($0)" } ?? "nothing") at \(inner.offset) through \(inner.carriers.carriers), tshark \(row)"
    // tshark shows the carrier's addresses where the program says what the carrier holds.
    case .unread(let what):
      return headers <= (isCarrier(bytes, linkType) ? 1 : 0) || what == .badHeader || what == .carrierControl
        ? nil : "\(what), tshark \(row)"
    }
  }

  private static func outer(_ bytes: RawSpan, _ linkType: LinkType) -> (length: Int, mayCarry: Bool)? {
    guard let layer = LinkLayer.networkLayer(of: bytes, linkType: linkType) else { return nil }
    let packet = bytes.from(layer.offset)
    if let header = IPv4Header(packet) {
      return (
        header.totalLength, Decapsulation.mayCarry(protocolNumber: header.protocolNumber, transport: header.payload)
      )
    }
    guard let header = IPv6Header(packet) else { return nil }
    return (
      header.payloadLength, Decapsulation.mayCarry(protocolNumber: header.protocolNumber, transport: header.payload)
    )
  }

  private static func isUnsized(_ bytes: RawSpan, _ linkType: LinkType) -> Bool {
    outer(bytes, linkType).map { $0.length == 0 } ?? false
  }

  private static func isCarrier(_ bytes: RawSpan, _ linkType: LinkType) -> Bool {
    outer(bytes, linkType)?.mayCarry ?? false
  }
}
