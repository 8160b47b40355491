import Dissection

/// What one side offers for an IKE SA, in words: a line for each proposal, best first.
///
/// Transforms and their numbers: RFC 7296 section 3.3 and "IKEv2 Parameters" of IANA; for IKEv1, where one proposal has a
/// transform for each combination, RFC 2408 section 3.6 and RFC 2409 appendix A.
struct IKEProposals {
  /// "AES-CBC-256, HMAC-SHA2-256-128, PRF-HMAC-SHA2-256, group 14 (MODP-2048)".
  private(set) var lines: [String] = []

  /// Proposals and transforms that are looked at: real clients offer fewer than 32 of each.
  private static let most = 32
  /// Proposals that are put in words; the others are counted.
  private static let mostLines = 4

  /// - Parameters:
  ///   - message: Its security association payloads are read, as far as the capture holds them.
  init(_ message: borrowing IKEMessage) {
    guard message.version == .two || !message.isEncrypted else { return }
    let isV1 = message.version == .one
    var all: [String] = []
    var payloads = IKEPayloadChain(message)
    while let payload = payloads.next() {
      guard payload.type == (isV1 ? IKEPayload.securityAssociationV1 : IKEPayload.securityAssociation) else { continue }
      // IKEv1 puts a domain of interpretation and a situation first, four bytes each.
      let begin = payload.body.lowerBound + (isV1 ? 8 : 0)
      guard begin < payload.body.upperBound else { continue }
      Self.read(message.bytes.upTo(payload.body.upperBound).from(begin), isV1: isV1, into: &all)
    }
    lines = Array(all.prefix(Self.mostLines))
    if all.count > lines.count { lines.append("\(all.count - lines.count) more") }
  }

  /// Proposals, one after the other: a header of 8 bytes, an SPI, transforms.
  private static func read(_ bytes: RawSpan, isV1: Bool, into lines: inout [String]) {
    var rest = bytes
    while rest.byteCount >= 8, lines.count < most {
      let length = unsafe Int(rest.u16(2))
      guard length >= 8 else { return }
      let proposal = rest.upTo(length)
      let transforms = proposal.from(8 + (unsafe Int(rest.u8(6))))
      if isV1 { readV1(transforms, into: &lines) } else if let line = line(transforms) { lines.append(line) }
      guard unsafe rest.u8(0) != 0 else { return }
      rest = rest.from(length)
    }
  }

  /// Every transform of IKEv2 is a choice of its type.
  private static func line(_ transforms: RawSpan) -> String? {
    var rest = transforms
    var choices: [[String]] = [[], [], [], []]
    var count = 0
    while rest.byteCount >= 8, count < most {
      count += 1
      let length = unsafe Int(rest.u16(2))
      guard length >= 8 else { break }
      let (type, number) = unsafe (Int(rest.u8(4)), rest.u16(6))
      let keyBits = keyLength(in: rest.upTo(length).from(8))
      if let name = IKETransform.name(type: type, number), choices.indices.contains(type - 1) {
        choices[type - 1].append(name + (keyBits.map { "-\($0)" } ?? ""))
      }
      guard unsafe rest.u8(0) != 0 else { break }
      rest = rest.from(length)
    }
    // Cipher, integrity, then how keys are made: as configurations have them.
    let words = [choices[0], choices[2], choices[1], choices[3]].filter { !$0.isEmpty }.map {
      $0.joined(separator: "/")
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// The key length in bits, attribute 14 of a transform in both versions.
  private static func keyLength(in attributes: RawSpan) -> Int? {
    var found: Int?
    Self.attributes(attributes) { type, value in if type == 14 { found = Int(value) } }
    return found
  }

  /// A transform of IKEv1 is one combination, in attributes.
  private static func readV1(_ transforms: RawSpan, into lines: inout [String]) {
    var rest = transforms
    while rest.byteCount >= 8, lines.count < most {
      let length = unsafe Int(rest.u16(2))
      guard length >= 8 else { return }
      var values: [UInt16: UInt16] = [:]
      attributes(rest.upTo(length).from(8)) { type, value in if values.count < 16 { values[type] = value } }
      let words = [
        values[1].map { IKETransform.cipherV1($0) + (values[14].map { "-\($0)" } ?? "") },
        values[2].map(IKETransform.hashV1), values[4].map(IKETransform.group),
        values[3].flatMap(IKETransform.authenticationV1),
      ].compactMap(\.self)
      if !words.isEmpty { lines.append(words.joined(separator: ", ")) }
      guard unsafe rest.u8(0) != 0 else { return }
      rest = rest.from(length)
    }
  }

  /// Attributes of two bytes, or of a length; only the former are passed.
  private static func attributes(_ bytes: RawSpan, _ body: (UInt16, UInt16) -> Void) {
    var rest = bytes
    while rest.byteCount >= 4 {
      let (type, value) = unsafe (rest.u16(0), rest.u16(2))
      if type & 0x8000 != 0 {
        body(type & 0x7FFF, value)
        rest = rest.from(4)
      } else {
        rest = rest.from(4 + Int(value))
      }
    }
  }
}

/// Names of transforms, as the registries have them.
enum IKETransform {
  /// - Parameter type: 1 encryption, 2 pseudorandom function, 3 integrity, 4 group.
  /// - Returns: nil for other types, and where the number says that there is none.
  static func name(type: Int, _ number: UInt16) -> String? {
    switch type {
    case 1: ciphers[number] ?? "cipher \(number)"
    case 2: pseudorandom[number] ?? "PRF \(number)"
    case 3: number == 0 ? nil : integrity[number] ?? "integrity \(number)"
    case 4: number == 0 ? nil : group(number)
    default: nil
    }
  }

  static func group(_ number: UInt16) -> String {
    groups[number].map { "group \(number) (\($0))" } ?? "group \(number)"
  }

  static func cipherV1(_ number: UInt16) -> String {
    switch number {
    case 1: "DES-CBC"
    case 3: "Blowfish-CBC"
    case 5: "3DES-CBC"
    case 7: "AES-CBC"
    default: "cipher \(number)"
    }
  }

  static func hashV1(_ number: UInt16) -> String {
    switch number {
    case 1: "MD5"
    case 2: "SHA1"
    case 4: "SHA2-256"
    case 5: "SHA2-384"
    case 6: "SHA2-512"
    default: "hash \(number)"
    }
  }

  static func authenticationV1(_ number: UInt16) -> String? {
    switch number {
    case 1: "preshared key"
    case 3: "RSA signature"
    case 64_221: "hybrid"
    case 65_001: "XAUTH with preshared key"
    case 65_005: "XAUTH with RSA"
    default: nil
    }
  }

  private static let ciphers: [UInt16: String] = [
    2: "DES-CBC", 3: "3DES-CBC", 7: "Blowfish-CBC", 11: "NULL", 12: "AES-CBC", 13: "AES-CTR", 14: "AES-CCM-8",
    15: "AES-CCM-12", 16: "AES-CCM-16", 18: "AES-GCM-8", 19: "AES-GCM-12", 20: "AES-GCM-16", 23: "Camellia-CBC",
    28: "ChaCha20-Poly1305",
  ]
  private static let pseudorandom: [UInt16: String] = [
    1: "PRF-HMAC-MD5", 2: "PRF-HMAC-SHA1", 4: "PRF-AES128-XCBC", 5: "PRF-HMAC-SHA2-256", 6: "PRF-HMAC-SHA2-384",
    7: "PRF-HMAC-SHA2-512", 8: "PRF-AES128-CMAC",
  ]
  private static let integrity: [UInt16: String] = [
    1: "HMAC-MD5-96", 2: "HMAC-SHA1-96", 5: "AES-XCBC-96", 8: "AES-CMAC-96", 12: "HMAC-SHA2-256-128",
    13: "HMAC-SHA2-384-192", 14: "HMAC-SHA2-512-256",
  ]
  private static let groups: [UInt16: String] = [
    1: "MODP-768", 2: "MODP-1024", 5: "MODP-1536", 14: "MODP-2048", 15: "MODP-3072", 16: "MODP-4096", 17: "MODP-6144",
    18: "MODP-8192", 19: "ECP-256", 20: "ECP-384", 21: "ECP-521", 22: "MODP-1024-160", 23: "MODP-2048-224",
    24: "MODP-2048-256", 31: "Curve25519", 32: "Curve448",
  ]
}
