import Dissection

/// Rebuilds the records of TLS and DTLS: headers, hellos, alerts; application data is cut, everything else zero.
struct RecordRebuilding {
  let hellos: HelloRebuilding

  /// A TCP segment's payload; empty for anything but TLS.
  ///
  /// - Parameter continued: Bytes at its beginning that continue a handshake record.
  func rebuilt(tcp payload: RawSpan, continuing continued: Int, missing: inout Int) -> [UInt8] {
    let clear = ClearRecords(tcp: payload, continuing: continued)
    missing = clear.missing
    var out = RebuiltBytes(count: clear.kept)
    let start = min(continued, payload.byteCount)
    var records = TLSRecords(payload.from(start))
    var at = start
    var isEncrypted = false
    while at < clear.kept, let record = records.next() {
      out.copy(payload, at..<(at + 5))
      switch record.contentType {
      case .handshake: if !isEncrypted { rebuildMessages(record.fragment, &out, at + 5) }
      case .changeCipherSpec:
        isEncrypted = true
        if record.length == 1 { out.copy(payload, (at + 5)..<(at + 6)) }
      case .alert: if record.length == 2 { out.copy(payload, (at + 5)..<(at + 7)) }
      default: break
      }
      at = start + records.consumed
    }
    return out.bytes
  }

  private func rebuildMessages(_ fragment: RawSpan, _ out: inout RebuiltBytes, _ offset: Int) {
    var messages = TLSHandshakeMessages(fragment)
    var at = offset
    while let message = messages.next() {
      guard HelloRebuilding.isPlain(message.type) else { return }
      out.copy(fragment.from(at - offset), 0..<4, behind: at)
      hellos.rebuild(message.body, message.type, .stream, in: &out, at: at + 4)
      at += 4 + message.body.byteCount
    }
  }

  /// A UDP datagram's payload; empty for anything but DTLS.
  func rebuilt(udp payload: RawSpan, originalLength: Int) -> [UInt8] {
    let clear = ClearRecords(udp: payload, originalLength: originalLength)
    var out = RebuiltBytes(count: clear.kept)
    var records = DTLSRecords(payload, originalPayloadLength: originalLength, allowsUnifiedHeader: true)
    var at = 0
    while at < clear.kept, let record = records.next() {
      let fragment = records.consumed - record.fragment.byteCount
      out.copy(payload, at..<fragment)
      switch record.contentType {
      case .handshake: if !record.isEncrypted { rebuildFragments(record.fragment, &out, fragment) }
      case .changeCipherSpec: if record.length == 1 { out.copy(payload, fragment..<(fragment + 1)) }
      case .alert: if !record.isEncrypted, record.length == 2 { out.copy(payload, fragment..<(fragment + 2)) }
      default: break
      }
      at = records.consumed
    }
    return out.bytes
  }

  private func rebuildFragments(_ bytes: RawSpan, _ out: inout RebuiltBytes, _ offset: Int) {
    var fragments = DTLSHandshakeFragments(bytes)
    var at = offset
    while let fragment = fragments.next() {
      guard HelloRebuilding.isPlain(fragment.type) else { return }
      out.copy(bytes.from(at - offset), 0..<12, behind: at)
      if fragment.fragmentOffset == 0 {
        hellos.rebuild(fragment.body, fragment.type, .datagram, in: &out, at: at + 12)
      }
      at += 12 + fragment.body.byteCount
    }
  }
}
