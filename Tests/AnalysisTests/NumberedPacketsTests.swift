import Capture
import Correlation
import Foundation
import Observations
import Testing

@testable import Analysis

/// A capture that numbers its packets (`epb_packetid`), as those of Windows' pktmon do when they are converted: a record a
/// component, with the same number wherever the packet was seen.
@Suite("Numbered packets")
struct NumberedPacketsTests {
  private static let components = 3

  /// A tunnel whose UDP is blocked, seen from the client's host: what it sends passes the components from the last to the first.
  private struct Host {
    /// Whether the lowest component alone sees checksums, as where the card computes them.
    var computesChecksums = false
    var keepsNumbers = true
    /// Whether the answers are in the capture too.
    var holdsAnswers = true
    /// The component at which datagrams end.
    var dropping: Int?

    func capture() throws -> Data {
      var file = try CaptureFile.open(Files.sample("blocked-client.pcap"))
      var batch = PacketBatch()
      var writer = PcapNGWriter()
      for _ in 0..<components { writer.addInterface(linkTypeNumber: 1) }
      var number: UInt64 = 0
      while try file.readBatch(&batch) {
        for index in 0..<batch.count {
          let record = batch[index]
          let packet = unsafe record.bytes(in: file.window).withUnsafeBytes { unsafe [UInt8]($0) }
          let isDatagram = packet[12..<14] == [8, 0] && packet[23] == 17
          guard holdsAnswers || isDatagram else { continue }
          number += 1
          add(packet, record, number, isDatagram: isDatagram, to: &writer)
        }
      }
      return Data(writer.takeBytes())
    }

    private func add(
      _ packet: [UInt8], _ record: PacketRecord, _ number: UInt64, isDatagram: Bool, to writer: inout PcapNGWriter
    ) {
      let isAnswer = packet[12..<14] == [8, 0] && packet[26..<30] == [203, 0, 113, 20]
      let way = isAnswer ? Array(0..<components) : Array((0..<components).reversed())
      for (step, component) in way.enumerated() {
        var seen = packet
        if computesChecksums, isDatagram, component > 0 { seen[40] ^= UInt8(component) }
        let isDropped = isDatagram && component == dropping
        unsafe writer.addPacket(
          seen.span.bytes, originalLength: record.originalLength,
          time: record.time.adding(nanoseconds: Int64(step) * 3_000),
          interface: component, verdict: isDropped ? .xdpDrop : nil, identity: keepsNumbers ? number : 0)
        if isDropped { break }
      }
    }

    private var components: Int { NumberedPacketsTests.components }
  }

  private static func report(_ host: Host, selection: Selection = Selection()) throws -> Report {
    let files = [(name: "host.pcapng", bytes: try host.capture())]
    return try ClassicPcap.withFiles(files) { paths in
      var analysis = OfflineAnalysis(paths: paths, selection: selection)
      return analysis.run().report
    }
  }

  private static func unanswered(_ report: Report) -> Finding? {
    report.findings.first { $0.rule == .handshakeUnanswered }
  }

  @Test("a packet that several components saw counts once, although a card computed its checksum in between")
  func checksums() throws {
    let host = Host(computesChecksums: true, holdsAnswers: false)
    let finding = try #require(Self.unanswered(try Self.report(host)))
    #expect(finding.explanation.contains("24 DTLS hellos in 9 attempts"))
    let once = Host(holdsAnswers: false)
    #expect(Self.unanswered(try Self.report(once))?.factTexts == finding.factTexts)
    // What the numbers are for: without them each is sent three times.
    let unnumbered = Host(computesChecksums: true, keepsNumbers: false, holdsAnswers: false)
    #expect(Self.unanswered(try Self.report(unnumbered))?.factTexts != finding.factTexts)
  }

  @Test("the component that drops a packet is the point that is named")
  func dropped() throws {
    let finding = try #require(Self.unanswered(try Self.report(Host(dropping: 1))))
    #expect(finding.explanation.contains("The host that captured host.pcapng (point 2) dropped 24 packets"))
    #expect(finding.explanation.contains("never reach host.pcapng (point 1): they are dropped in between"))
  }

  @Test("what the host dropped explains a narrowed analysis too, as far as it is selected")
  func narrowed() throws {
    let host = Host(dropping: 1)
    func drops(_ selection: Selection) throws -> String? {
      Self.unanswered(try Self.report(host, selection: selection))?.explanation
    }
    let all = try #require(try drops(Selection(filter: "udp or tcp")))
    #expect(all.contains("dropped 24 packets"))
    let part = try #require(try drops(Selection(until: try TimeSelection("+20s"))))
    #expect(part.contains("dropped 4 packets"))
    let tcp = try Self.report(host, selection: Selection(filter: "tcp"))
    #expect(tcp.findings.allSatisfy { !$0.explanation.contains("dropped") })
  }
}
