import Analysis
import Capture
import Correlation
import Observations
import Reporting

/// The packets that belong to a case, copied out of their captures.
struct Evidence {
  /// A packet as it goes into the bundle.
  struct Packet {
    let capture: Int
    /// Its number in the capture, from 1.
    let frame: Int
    let time: Timestamp
    let reason: EvidenceReason
    let linkTypeNumber: UInt16
    let snapLength: Int
    let originalLength: Int
    let bytes: [UInt8]
  }

  /// In time order.
  private(set) var packets: [Packet] = []
  /// Packets that would have belonged to it beyond the limits.
  private(set) var omitted = 0
  /// The packets of a capture that were looked at.
  struct Seen: Equatable {
    var packets = 0
    var first: Int?
    var last: Int?
  }

  /// By capture.
  private(set) var seen: [Int: Seen] = [:]
  /// Packets that findings name and that are not there any more, in captures that go on.
  private(set) var notHeld = 0
  let request: EvidenceRequest
  private(set) var treatment: PacketTreatment

  /// Reads the captures again: what findings name and its conversations, then the packets, then their bytes.
  ///
  /// - Parameters:
  ///   - inputs: By capture index.
  ///   - narrowing: What the analysis left out; it is left out here too.
  init(
    _ request: EvidenceRequest, inputs: [CaseInput], narrowing: Narrowing?, treatment: PacketTreatment,
    limits: CaseLimits
  ) {
    self.request = request
    self.treatment = treatment
    let selector = narrowing.flatMap { PacketSelector($0) }
    var selection = EvidenceSelection(request)
    for (capture, input) in inputs.enumerated() {
      let cited = request.citations[capture] ?? [:]
      CaptureWalk.packets(of: input, upTo: cited.keys.max() ?? 0, selectedBy: selector) { bytes, step in
        guard cited[step.frame] != nil,
          let packet = PacketGlance(bytes, linkType: step.interface.linkType, missingBytes: step.missingBytes)
        else { return }
        selection.note(packet, capture: capture, frame: step.frame)
      }
    }
    for (capture, input) in inputs.enumerated() {
      let cited = request.citations[capture] ?? [:]
      var own = Seen()
      var found = 0
      CaptureWalk.packets(of: input, selectedBy: selector) { bytes, step in
        own.packets += 1
        own.first = own.first ?? step.frame
        own.last = step.frame
        if cited[step.frame] != nil { found += 1 }
        guard let packet = PacketGlance(bytes, linkType: step.interface.linkType, missingBytes: step.missingBytes)
        else { return selection.seeOther(capture: capture, frame: step.frame) }
        selection.see(packet, capture: capture, frame: step.frame, time: step.record.time)
      }
      seen[capture] = own
      if !input.isWhole { notHeld += cited.count - found }
    }
    let (choices, wanted) = selection.finish(limit: limits.packets)
    omitted = wanted - choices.count
    copy(choices, from: inputs, selectedBy: selector, limits)
  }

  private mutating func copy(
    _ choices: [EvidenceSelection.Choice], from inputs: [CaseInput], selectedBy selector: PacketSelector?,
    _ limits: CaseLimits
  ) {
    let byCapture = Dictionary(grouping: choices, by: \.capture)
    var copied: [Packet] = []
    var room = limits.bytes
    for (capture, input) in inputs.enumerated() {
      guard let own = byCapture[capture] else { continue }
      let reasons = Dictionary(uniqueKeysWithValues: own.map { ($0.frame, $0.reason) })
      CaptureWalk.packets(of: input, upTo: reasons.keys.max() ?? 0, selectedBy: selector) { bytes, step in
        guard let reason = reasons[step.frame] else { return }
        guard
          let treated = treatment.treat(
            bytes, capture: capture, interface: step.interface, originalLength: step.record.originalLength)
        else { return }
        guard treated.bytes.count <= room else {
          omitted += 1
          return
        }
        room -= treated.bytes.count
        copied.append(
          Packet(
            capture: capture, frame: step.frame, time: step.record.time, reason: reason,
            linkTypeNumber: treated.linkTypeNumber, snapLength: step.interface.snapLength,
            originalLength: treated.originalLength, bytes: treated.bytes))
      }
    }
    packets = copied.sorted { ($0.time, $0.capture, $0.frame) < ($1.time, $1.capture, $1.frame) }
  }

  // MARK: The file

  /// A pcapng file: an interface for each capture, a comment for each packet.
  ///
  /// - Parameters:
  ///   - names: What the captures are called, by index.
  ///   - application: The program's name and version.
  func pcapng(names: [Int: String], application: String) -> [UInt8] {
    struct Origin: Hashable {
      let capture: Int
      let linkTypeNumber: UInt16
    }
    var writer = PcapNGWriter(application: application, comment: "Evidence of a case, see manifest.json")
    var interfaces: [Origin: Int] = [:]
    let origins = Set(packets.map { Origin(capture: $0.capture, linkTypeNumber: $0.linkTypeNumber) })
    for origin in origins.sorted(by: { ($0.capture, $0.linkTypeNumber) < ($1.capture, $1.linkTypeNumber) }) {
      let snapLength = packets.filter { $0.capture == origin.capture }.map(\.snapLength)
      interfaces[origin] = writer.addInterface(
        linkTypeNumber: origin.linkTypeNumber, snapLength: snapLength.contains(0) ? 0 : snapLength.max() ?? 0,
        name: names[origin.capture].map { VisibleText.of($0) })
    }
    for packet in packets {
      let origin = Origin(capture: packet.capture, linkTypeNumber: packet.linkTypeNumber)
      unsafe writer.addPacket(
        packet.bytes.span.bytes, originalLength: packet.originalLength, time: packet.time,
        interface: interfaces[origin] ?? 0, comment: comment(on: packet))
    }
    return writer.takeBytes()
  }

  /// What findings say of the packet, or why it is there, and where it was.
  private func comment(on packet: Packet) -> String {
    let citations = request.citations[packet.capture]?[packet.frame] ?? []
    let lines = citations.map { "\($0.finding) \($0.rule): \($0.note)" }
    return ((lines.isEmpty ? [packet.reason.words] : lines) + ["capture frame \(packet.frame)"])
      .joined(separator: "\n")
  }
}
