import Capture
import Observations

/// What happens to packets on their way into the bundle, and what of them stays behind.
struct PacketTreatment {
  /// A packet as it goes into the bundle.
  struct Treated {
    let linkTypeNumber: UInt16
    let originalLength: Int
    let bytes: [UInt8]
  }

  /// Something that was in the captures and is not in the bundle.
  struct Removal {
    let what: String
    let count: Int
  }

  private enum Mode {
    case whole
    case withoutPayload
    case anonymous(PacketRebuilding)
  }

  private let mode: Mode
  private let pseudonyms: Pseudonyms?
  private var continuations = HandshakeContinuations()
  private var cutPackets = 0
  private var cutBytes = 0
  private var refused: [PacketRebuilding.Refusal: Int] = [:]
  private var linkHeaders = 0

  init(_ privacy: CasePrivacy) {
    switch privacy {
    case .none: (mode, pseudonyms) = (.whole, nil)
    case .withoutPayload: (mode, pseudonyms) = (.withoutPayload, nil)
    case .anonymous(let names): (mode, pseudonyms) = (.anonymous(PacketRebuilding(pseudonyms: names)), names)
    }
  }

  /// The packet as it may travel; nil when it has to stay behind.
  mutating func treat(
    _ frame: RawSpan, capture: Int, interface: CaptureInterface, originalLength: Int
  ) -> Treated? {
    switch mode {
    case .whole:
      return Treated(
        linkTypeNumber: interface.linkTypeNumber, originalLength: originalLength, bytes: frame.array)
    case .withoutPayload: return cut(frame, capture: capture, interface: interface, originalLength: originalLength)
    case .anonymous(let rebuilding):
      return rebuild(frame, capture: capture, interface: interface, originalLength: originalLength, rebuilding)
    }
  }

  private mutating func cut(
    _ frame: RawSpan, capture: Int, interface: CaptureInterface, originalLength: Int
  ) -> Treated? {
    guard
      let packet = PacketGlance(
        frame, linkType: interface.linkType, missingBytes: max(0, originalLength - frame.byteCount))
    else {
      refused[.notIP, default: 0] += 1
      return nil
    }
    var missing = 0
    let kept = PayloadCut.keptLength(
      of: frame, linkType: interface.linkType, continued: continuations.continued(packet, capture: capture),
      missing: &missing)
    guard let kept else {
      refused[.notIP, default: 0] += 1
      return nil
    }
    continuations.note(packet, capture: capture, missing: missing)
    count(before: frame.byteCount, after: kept)
    return Treated(
      linkTypeNumber: interface.linkTypeNumber, originalLength: originalLength,
      bytes: frame.extracting(first: kept).array)
  }

  private mutating func rebuild(
    _ frame: RawSpan, capture: Int, interface: CaptureInterface, originalLength: Int, _ rebuilding: PacketRebuilding
  ) -> Treated? {
    let packet = PacketGlance(
      frame, linkType: interface.linkType, missingBytes: max(0, originalLength - frame.byteCount))
    var continuation = TransportRebuilding.Continuation()
    if let packet { continuation.continued = continuations.continued(packet, capture: capture) }
    let result: PacketRebuilding.Result
    do throws(PacketRebuilding.Refusal) {
      result = try rebuilding.rebuilt(frame, linkType: interface.linkType, &continuation)
    } catch {
      refused[error, default: 0] += 1
      return nil
    }
    if let packet { continuations.note(packet, capture: capture, missing: continuation.missing) }
    if result.removedHeader > 0 { linkHeaders += 1 }
    count(before: frame.byteCount - result.removedHeader, after: result.bytes.count)
    return Treated(
      linkTypeNumber: result.linkTypeNumber,
      originalLength: max(originalLength - result.removedHeader, result.bytes.count), bytes: result.bytes)
  }

  private mutating func count(before: Int, after: Int) {
    guard after < before else { return }
    cutPackets += 1
    cutBytes += before - after
  }

  /// What was removed so far.
  var removals: [Removal] {
    var removals: [Removal] = []
    switch mode {
    case .whole: return []
    case .withoutPayload: break
    case .anonymous:
      removals = [
        Removal(what: "IP addresses renamed, prefixes kept", count: pseudonyms?.addressCount ?? 0),
        Removal(what: "MAC addresses renamed", count: pseudonyms?.hardwareCount ?? 0),
        Removal(what: "server names renamed, lengths kept", count: pseudonyms?.nameCount ?? 0),
        Removal(what: "packets without their link-layer header", count: linkHeaders),
        Removal(
          what: "packets left out: an IPv6 extension header that is not understood",
          count: refused[.extensionHeaders] ?? 0),
        Removal(
          what: "packets left out: neither TCP nor UDP nor an ICMP error", count: refused[.otherProtocol] ?? 0),
      ]
    }
    return removals + [
      Removal(what: "packets left out: no IP packet", count: refused[.notIP] ?? 0),
      Removal(what: "packets cut behind their headers and handshake messages", count: cutPackets),
      Removal(what: "bytes cut from them", count: cutBytes),
    ]
  }
}

extension RawSpan {
  /// A copy of the bytes.
  var array: [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }
}
