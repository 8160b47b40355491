import Analysis
import Capture
import CaseBundle
import Correlation
import Testing

@Suite("Evidence of a case")
struct EvidenceTests {
  @Test("analysing the evidence again gives the same findings and facts", arguments: Samples.captures)
  func sameFindings(capture: String) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([capture])
    let again = Samples.report(onEvidenceOf: bundle, in: scratch)
    let first = Samples.report(capture)
    #expect(again.verdicts == first.verdicts)
    #expect(again.tunnels.map { $0.channels.map(\.outcome) } == first.tunnels.map { $0.channels.map(\.outcome) })
    // A verdict on nothing would be the same too.
    #expect(!again.captures.isEmpty && again.captures[0].packets > 0)
  }

  @Test("that a host dropped a packet stays with the packet, whatever becomes of addresses", arguments: [false, true])
  func hostDrops(isAnonymous: Bool) throws {
    let scratch = Scratch()
    let capture = scratch.file("gateway.pcapng", try Self.dropping(Samples.path("wireguard-refused-client.pcap")))
    let bundle = try Samples.bundle([capture], privacy: isAnonymous ? try Samples.anonymous() : .none)
    let again = Samples.report(onEvidenceOf: bundle, in: scratch).findings.first { $0.rule == .handshakeUnanswered }
    #expect(again?.explanation.contains("XDP_DROP") == true)
  }

  /// The packets over UDP of a capture as xdpdump writes them where a program on the host drops them.
  private static func dropping(_ path: String) throws -> [UInt8] {
    var file = try CaptureFile.open(path)
    var batch = PacketBatch()
    var writer = PcapNGWriter()
    while try file.readBatch(&batch) {
      while writer.interfaceCount < file.interfaces.count {
        writer.addInterface(like: file.interfaces[writer.interfaceCount])
      }
      for index in 0..<batch.count {
        let record = batch[index]
        let packet = record.bytes(in: file.window)
        guard packet.byteCount > 23, unsafe packet.unsafeLoad(fromByteOffset: 23, as: UInt8.self) == 17 else {
          continue
        }
        writer.addPacket(
          packet, originalLength: record.originalLength, time: record.time, interface: record.interface,
          verdict: .xdpDrop)
      }
    }
    return writer.takeBytes()
  }

  // The training captures lie beside the project and are not part of it.
  @Test(
    "the same holds for every capture point of the training scenarios", .enabled(if: !Samples.training.isEmpty),
    arguments: Samples.training)
  func trainingFindings(capture: String) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([capture])
    let again = Samples.report(onEvidenceOf: bundle, in: scratch)
    #expect(again.verdicts == Samples.report(capture).verdicts)
  }

  @Test("most of a capture stays behind")
  func selective() throws {
    let bundle = try Samples.bundle([Samples.path("technote-inside.pcap"), Samples.path("blocked-client.pcap")])
    let scratch = Scratch()
    let evidence = Samples.report(onEvidenceOf: bundle, in: scratch).captures.reduce(0) { $0 + $1.packets }
    #expect(evidence > 50)
    #expect(evidence < 524)
  }

  @Test(
    "tshark opens the evidence of each point without a word, and shows comments and the capture's name",
    .enabled(if: hasTshark), arguments: [0, 1])
  func tshark(point: Int) throws {
    let scratch = Scratch()
    let names = ["blocked-client.pcap", "blocked-gateway.pcap"]
    let evidence = try Samples.bundle(names.map(Samples.path)).evidence
    #expect(evidence.map(\.name) == ["evidence/c1-blocked-client.pcapng", "evidence/c2-blocked-gateway.pcapng"])
    let path = scratch.file("evidence.pcapng", evidence[point].bytes)
    let command =
      "tshark -r '\(path)' -T fields -e frame.number -e frame.time_epoch -e frame.interface_name -e frame.comment"
    let (output, status) = shell("\(command) 2>'\(scratch.path)/errors'")
    #expect(status == 0)
    #expect(shell("grep -v 'Running as user' '\(scratch.path)/errors'").output == "")
    let lines = output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(lines.count > 50)
    #expect(Set(lines.compactMap { $0.dropFirst(2).first }) == [Substring(names[point])])
    #expect(lines.allSatisfy { $0.count == 4 && $0[3].contains("capture frame ") })
    // All that is cited was seen at the client; of the gateway there is context alone.
    #expect(lines.contains { $0[3].contains("[F1] ") } == (point == 0))
    let times = lines.compactMap { Double($0[1]) }
    #expect(times == times.sorted())
  }

  @Test("every packet that a finding names is there, under its frame number")
  func cited() throws {
    let path = Samples.path("wrong-port-refused-client.pcap")
    let cited = Set(Samples.report(path).findings.flatMap(\.evidence).compactMap { $0.frame?.frame })
    let manifest = try Samples.bundle([path]).text("manifest.json")
    #expect(cited.count > 5)
    for frame in cited { #expect(manifest.contains(", 1, \(frame)]")) }
  }

  @Test("beyond the limit, what findings name stays and the rest is counted")
  func limited() throws {
    let path = Samples.path("blocked-client.pcap")
    var limits = CaseLimits()
    limits.packets = 60
    let manifest = try Samples.bundle([path], limits: limits).text("manifest.json")
    #expect(manifest.contains("\"packets\": 60"))
    #expect(!manifest.contains("\"packets_beyond_limit\": 0,"))
    let cited = Set(Samples.report(path).findings.flatMap(\.evidence).compactMap { $0.frame?.frame })
    #expect(cited.count < 60)
    for frame in cited { #expect(manifest.contains(", 1, \(frame)]")) }
  }

  @Test("packets of a case have so many bytes together, and the rest is counted")
  func limitedBytes() throws {
    let path = Samples.path("blocked-client.pcap")
    var limits = CaseLimits()
    let whole = try Samples.bundle([path], limits: limits).text("manifest.json")
    #expect(whole.contains("\"packets_beyond_limit\": 0,"))
    limits.bytes = 8_000
    let bundle = try Samples.bundle([path], limits: limits)
    let manifest = bundle.text("manifest.json")
    #expect(!manifest.contains("\"packets_beyond_limit\": 0,"))
    let captures = bundle.filter { $0.name.hasSuffix(".pcapng") }
    #expect((1..<16_000).contains(captures.reduce(0) { $0 + $1.bytes.count }))
  }
}
