import Dissection

/// The message of IKE with which a TCP segment begins, for a bundle that leaves the house (RFC 9329 section 3). ESP is not
/// recognised in a segment alone: behind a length, any bytes look like it.
enum IPsecSegments {
  static func clear(_ segment: RawSpan) -> ClearDatagram? {
    let preface = IKEFraming.preface(of: segment)
    if let message = message(in: segment) {
      return ClearDatagram(
        isHandshake: true, kept: start(in: segment) + IKEMessage.markerLength + IPsecRebuilding.kept(of: message))
    }
    return preface > 0 ? ClearDatagram(isHandshake: true, kept: preface) : nil
  }

  static func rebuilt(_ segment: RawSpan, by rebuilding: IPsecRebuilding) -> [UInt8]? {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { unsafe segment.u8($0) } }
    let preface = IKEFraming.preface(of: segment)
    if let message = message(in: segment) {
      return bytes(start(in: segment) + IKEMessage.markerLength) + rebuilding.rebuilt(message)
    }
    return preface > 0 ? bytes(preface) : nil
  }

  /// Behind the preface, where there is one, and the length.
  private static func start(in segment: RawSpan) -> Int { IKEFraming.preface(of: segment) + 2 }

  @_lifetime(copy segment)
  private static func message(in segment: RawSpan) -> IKEMessage? {
    let start = start(in: segment)
    guard segment.byteCount >= start + IKEMessage.markerLength, unsafe segment.u32(start) == 0 else { return nil }
    return unsafe IKEMessage(segment.from(start), length: Int(segment.u16(start - 2)) - 2)
  }
}
