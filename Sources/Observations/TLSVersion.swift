/// A version of TLS or DTLS as hellos and records number it.
public struct TLSVersion: Hashable, Sendable {
  /// 0x0303 is TLS 1.2, 0xFEFD is DTLS 1.2.
  public let number: UInt16

  public init(_ number: UInt16) { self.number = number }

  /// What AnyConnect speaks where it resumes a session over DTLS in the way OpenSSL did before DTLS 1.0 was a standard.
  public static let preStandardDTLS = TLSVersion(0x0100)
  public static let dtls10 = TLSVersion(0xFEFF)
  public static let dtls12 = TLSVersion(0xFEFD)
  public static let dtls13 = TLSVersion(0xFEFC)
  public static let tls10 = TLSVersion(0x0301)
  public static let tls11 = TLSVersion(0x0302)
  public static let tls12 = TLSVersion(0x0303)
  public static let tls13 = TLSVersion(0x0304)

  /// The name a person knows it by; the number in hexadecimal for one without a name.
  public var name: String {
    switch number {
    case 0x0300: return "SSL 3.0"
    case 0x0301: return "TLS 1.0"
    case 0x0302: return "TLS 1.1"
    case 0x0303: return "TLS 1.2"
    case 0x0304: return "TLS 1.3"
    case 0xFEFF: return "DTLS 1.0"
    case 0xFEFD: return "DTLS 1.2"
    case 0xFEFC: return "DTLS 1.3"
    case 0x0100: return "DTLS 0.9 (pre-standard)"
    default:
      let digits = String(number, radix: 16)
      return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// Whether it runs over datagrams.
  public var isDatagram: Bool { number >> 8 == 0xFE || number == 0x0100 }
}

extension TLSVersion: Codable {
  public init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(UInt16.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}
