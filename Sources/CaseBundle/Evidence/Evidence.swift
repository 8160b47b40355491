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
    let verdict: HostDrop.Verdict?
    let identity: UInt64
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
            originalLength: treated.originalLength, bytes: treated.bytes, verdict: step.verdict,
            identity: step.identity))
      }
    }
    packets = copied.sorted { ($0.time, $0.capture, $0.frame) < ($1.time, $1.capture, $1.frame) }
  }

  // MARK: The files

  /// The packets of one capture point, as they go into the bundle.
  struct File {
    let name: String
    /// By index, in the order of the report.
    let captures: [Int]
    /// In the order of the file's frames.
    let packets: [Packet]
  }

  /// One file for each capture point that has packets: a capture that mixes points shows each packet several times, which
  /// Wireshark takes for retransmission.
  func files(of captures: [CaptureDescription]) -> [File] {
    var points: [Int] = []
    for capture in captures where !points.contains(capture.point) { points.append(capture.point) }
    return points.compactMap { point in
      let own = captures.filter { $0.point == point }
      let indices = Set(own.map(\.index))
      let packets = packets.filter { indices.contains($0.capture) }
      guard let first = own.first, !packets.isEmpty else { return nil }
      return File(
        name: "\(CaseLayout.evidence)/\(first.id)-\(Self.plain(first.name)).pcapng", captures: own.map(\.index),
        packets: packets)
    }
  }

  /// A capture's name as every system takes it for a file, without its endings.
  private static func plain(_ name: String) -> String {
    let letters = name.unicodeScalars.prefix { $0 != "." }.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_")
        ? Character(scalar) : "-"
    }
    return letters.isEmpty ? "capture" : String(letters.prefix(40))
  }

  /// A pcapng file: an interface for each capture, a comment for each packet.
  ///
  /// - Parameters:
  ///   - names: What the captures are called, by index.
  ///   - application: The program's name and version.
  func pcapng(_ file: File, names: [Int: String], application: String) -> [UInt8] {
    struct Origin: Hashable {
      let capture: Int
      let linkTypeNumber: UInt16
    }
    var writer = PcapNGWriter(application: application, comment: "Evidence of a case, see README.txt")
    var interfaces: [Origin: Int] = [:]
    let origins = Set(file.packets.map { Origin(capture: $0.capture, linkTypeNumber: $0.linkTypeNumber) })
    for origin in origins.sorted(by: { ($0.capture, $0.linkTypeNumber) < ($1.capture, $1.linkTypeNumber) }) {
      let snapLength = file.packets.filter { $0.capture == origin.capture }.map(\.snapLength)
      interfaces[origin] = writer.addInterface(
        linkTypeNumber: origin.linkTypeNumber, snapLength: snapLength.contains(0) ? 0 : snapLength.max() ?? 0,
        name: names[origin.capture].map { VisibleText.of($0) })
    }
    for packet in file.packets {
      let origin = Origin(capture: packet.capture, linkTypeNumber: packet.linkTypeNumber)
      unsafe writer.addPacket(
        packet.bytes.span.bytes, originalLength: packet.originalLength, time: packet.time,
        interface: interfaces[origin] ?? 0, comment: comment(on: packet, amongSeveral: file.captures.count > 1),
        verdict: packet.verdict, identity: packet.identity)
    }
    return writer.takeBytes()
  }

  /// What findings say of the packet, or why it is there, and where it was.
  private func comment(on packet: Packet, amongSeveral: Bool) -> String {
    let citations = request.citations[packet.capture]?[packet.frame] ?? []
    // A mark in a note would make the finding's filter hit a packet that it does not cite.
    let lines = citations.map { citation in
      let note = VisibleText.of(citation.note).map { $0 == "[" ? "(" : $0 == "]" ? ")" : $0 }
      return "\(EvidenceFiles.mark(of: citation.finding)) \(citation.rule): \(String(note))"
    }
    let place = "capture frame \(packet.frame)" + (amongSeveral ? " of c\(packet.capture + 1)" : "")
    return ((lines.isEmpty ? [packet.reason.words] : lines) + [place]).joined(separator: "\n")
  }
}
