import Capture
import Dissection
import Glibc
import Observations

extension [UInt8] {
  /// Whether the bytes occur in these.
  func holds(_ pattern: [UInt8]) -> Bool {
    guard !pattern.isEmpty, count >= pattern.count else { return false }
    return unsafe withUnsafeBytes { hay in
      unsafe pattern.withUnsafeBytes { needle in
        var at = 0
        // The C library looks for the first byte, which is what takes the time.
        while at + needle.count <= hay.count, let start = hay.baseAddress, let other = needle.baseAddress,
          let hit = unsafe memchr(start + at, Int32(needle[0]), hay.count - needle.count - at + 1)
        {
          let place = unsafe UnsafeRawPointer(hit) - start
          if unsafe memcmp(start + place, other, needle.count) == 0 { return true }
          at = place + 1
        }
        return false
      }
    }
  }

  /// In small ASCII letters.
  var lowercase: [UInt8] { map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
}

/// What must not be found, in the forms it could take.
struct Secret {
  let name: String
  /// Looked for as they are.
  var patterns: [[UInt8]]
  /// Looked for without regard to case.
  var texts: [String]

  /// The form in which it was found in `bytes`, whose small letters are `lower`; nil when it is not there.
  func found(in bytes: [UInt8], lower: [UInt8]) -> String? {
    if let pattern = patterns.first(where: bytes.holds) { return "\(name) as bytes \(pattern)" }
    for text in texts {
      let units = Array(text.lowercased().utf8)
      let wide: [UInt8] = units.flatMap { [$0, 0] as [UInt8] }
      if lower.holds(units) || lower.holds(wide) || lower.holds([UInt8(0)] + Array(wide.dropLast())) {
        return "\(name) as \(text)"
      }
    }
    return nil
  }

  static func address(_ address: IPAddress) -> Secret {
    let bytes = address.bytes
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    var texts = ["\(address)", hex.joined(), hex.joined(separator: ":"), hex.reversed().joined()]
    if address.isIPv4 {
      texts.append(bytes.reversed().map(String.init).joined(separator: "."))
      texts.append("\(address.low & 0xFFFF_FFFF)")
    } else {
      texts.append(hex.reversed().joined().map(String.init).joined(separator: "."))
    }
    return Secret(name: "\(address)", patterns: [bytes, bytes.reversed()], texts: texts)
  }

  static func hardware(_ bytes: [UInt8]) -> Secret {
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return Secret(
      name: "MAC \(hex.joined(separator: ":"))", patterns: [bytes, bytes.reversed()],
      texts: [hex.joined(separator: ":"), hex.joined(separator: "-"), hex.joined()])
  }

  static func text(_ text: String) -> Secret { Secret(name: text, patterns: [], texts: [text]) }
}

extension IPAddress {
  var bytes: [UInt8] {
    let word = isIPv4 ? [] : (0..<8).map { UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * $0)) }
    let low = isIPv4 ? low << 32 : low
    return word + (0..<(isIPv4 ? 4 : 8)).map { UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * $0)) }
  }
}

/// Every frame of a capture, as far as it can be read.
func frames(of path: String) -> [(bytes: [UInt8], interface: CaptureInterface, originalLength: Int)] {
  guard var file = try? CaptureFile.open(path) else { return [] }
  var frames: [([UInt8], CaptureInterface, Int)] = []
  var batch = PacketBatch()
  while (try? file.readBatch(&batch)) ?? false {
    let window = file.window
    for index in 0..<batch.count where file.interfaces.indices.contains(batch[index].interface) {
      let bytes = batch[index].bytes(in: window)
      frames.append(
        (
          unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, file.interfaces[batch[index].interface],
          batch[index].originalLength
        ))
    }
  }
  return frames
}

/// The addresses of a capture's packets, without those that belong to nobody.
func secrets(of path: String) -> [Secret] {
  var addresses: Set<IPAddress> = []
  var hardware: Set<[UInt8]> = []
  for frame in frames(of: path) {
    let bytes = unsafe frame.bytes.span.bytes
    if case .ethernet = frame.interface.linkType, frame.bytes.count >= 14 {
      hardware.insert(Array(frame.bytes[0..<6]))
      hardware.insert(Array(frame.bytes[6..<12]))
    }
    guard let network = LinkLayer.networkLayer(of: bytes, linkType: frame.interface.linkType) else { continue }
    let packet = bytes.from(network.offset)
    if let header = IPv4Header(packet) {
      addresses.formUnion([header.source, header.destination])
    } else if let header = IPv6Header(packet) {
      addresses.formUnion([header.source, header.destination])
    }
  }
  return addresses.filter { $0.bytes.filter { $0 != 0 && $0 != 255 }.count > 2 }.map(Secret.address)
    + hardware.filter { Set($0).count > 2 }.map(Secret.hardware)
}
