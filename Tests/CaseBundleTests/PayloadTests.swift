import Dissection
import Testing

@testable import CaseBundle

@Suite("Cases without payload")
struct PayloadTests {
  @Test("analysing the evidence gives the same findings and facts", arguments: Samples.captures)
  func sameFindings(capture: String) throws {
    let scratch = Scratch()
    let bundle = try Samples.bundle([capture], privacy: .withoutPayload)
    let again = Samples.report(onEvidenceOf: bundle, in: scratch)
    #expect(again.verdicts == Samples.report(capture).verdicts)
    #expect(
      again.tunnels.map(\.serverName) == Samples.report(capture).tunnels.prefix(again.tunnels.count).map(\.serverName))
  }

  // The training captures lie beside the project and are not part of it.
  @Test(
    "the same holds for the training scenarios of OpenVPN",
    .enabled(if: !Samples.training(family: "openvpn").isEmpty), arguments: Samples.training(family: "openvpn"))
  func training(capture: String) throws {
    let scratch = Scratch()
    let verdicts = Samples.report(capture).verdicts
    for privacy in [.withoutPayload, try Samples.anonymous()] as [CasePrivacy] {
      let bundle = try Samples.bundle([capture], privacy: privacy)
      let again = Samples.report(onEvidenceOf: bundle, in: scratch).verdicts
      if case .withoutPayload = privacy { #expect(again == verdicts) }
      // Facts may hold addresses, which have aliases.
      #expect(Self.rules(again) == Self.rules(verdicts))
    }
  }

  private static func rules(_ verdicts: [String]) -> [String] { verdicts.map { String($0.prefix { $0 != " " }) } }

  @Test(
    "application data and HTTP stay behind, handshakes travel", arguments: ["once-client.pcap", "technote-inside.pcap"])
  func cut(name: String) throws {
    let path = Samples.path(name)
    let whole = try Samples.bundle([path]).onlyEvidence
    let bundle = try Samples.bundle([path], privacy: .withoutPayload)
    let evidence = bundle.onlyEvidence
    var data = 0
    var handshakes = 0
    for frame in frames(of: path) {
      let bytes = unsafe frame.bytes.span.bytes
      guard let packet = PacketGlance(bytes, linkType: frame.interface.linkType, missingBytes: 0),
        packet.payloadLength > 60
      else { continue }
      let tail = Array(frame.bytes.suffix(24))
      guard Set(tail).count > 8, whole.holds(tail) else { continue }
      if packet.content == nil || packet.content == .applicationData {
        data += 1
        let isThere = evidence.holds(tail)
        #expect(!isThere)
      } else if packet.content == .handshake, packet.isTCP == false {
        handshakes += 1
        let isThere = evidence.holds(tail)
        #expect(isThere)
      }
    }
    #expect(data > 3)
    if name == "once-client.pcap" { #expect(handshakes > 3) }
    #expect(bundle.text("manifest.json").contains("bytes cut from them"))
  }
}
