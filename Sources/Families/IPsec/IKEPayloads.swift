import Dissection

/// Payload types of IKEv2 (RFC 7296 section 3.2, RFC 7383) and IKEv1 (RFC 2408 section 3.1).
enum IKEPayload {
  static var none: UInt8 { 0 }
  static var securityAssociationV1: UInt8 { 1 }
  static var notificationV1: UInt8 { 11 }
  static var securityAssociation: UInt8 { 33 }
  static var notify: UInt8 { 41 }
  static var encrypted: UInt8 { 46 }
  static var encryptedFragment: UInt8 { 53 }

  /// The generic header of a payload: the next one's type, a byte of flags, two of length.
  static var headerLength: Int { 4 }
}

/// The payloads of a message in clear, one after the other, as far as the capture holds them.
struct IKEPayloadChain: ~Escapable {
  struct Payload {
    let type: UInt8
    /// Where its generic header and its body stand in the message; the body may be cut by the snap length.
    let header: Range<Int>
    let body: Range<Int>
  }

  /// Payloads of one message that are looked at, so that a hostile one costs no more.
  private static let mostPayloads = 64

  private let bytes: RawSpan
  private var type: UInt8
  private var at = IKEMessage.headerLength
  private var count = 0

  @_lifetime(copy message)
  init(_ message: borrowing IKEMessage) {
    bytes = message.bytes
    type = message.nextPayload
  }

  mutating func next() -> Payload? {
    guard type != IKEPayload.none, type != IKEPayload.encrypted, type != IKEPayload.encryptedFragment,
      count < Self.mostPayloads, bytes.byteCount >= at + IKEPayload.headerLength
    else { return nil }
    let length = unsafe Int(bytes.u16(at + 2))
    guard length >= IKEPayload.headerLength else { return nil }
    let body = at + IKEPayload.headerLength
    let payload = Payload(
      type: type, header: at..<body, body: body..<max(body, min(at + length, bytes.byteCount)))
    type = unsafe bytes.u8(at)
    at += length
    count += 1
    return payload
  }
}

/// What the payloads of a message in clear say, as far as it decides a handshake.
struct IKEPayloads {
  /// Whether it has proposals, or the chosen one.
  private(set) var hasProposals = false
  private(set) var notifies: [IKENotify] = []
  /// The group that INVALID_KE_PAYLOAD asks for (RFC 7296 section 1.2).
  private(set) var wantedGroup: UInt16?

  /// Notifies of one message that are looked at; real ones have fewer than ten.
  private static let mostNotifies = 16
  init(_ message: borrowing IKEMessage) {
    guard message.version == .two || !message.isEncrypted else { return }
    let isV1 = message.version == .one
    var payloads = IKEPayloadChain(message)
    while let payload = payloads.next() {
      if payload.type == (isV1 ? IKEPayload.securityAssociationV1 : IKEPayload.securityAssociation) {
        hasProposals = true
      }
      if payload.type == (isV1 ? IKEPayload.notificationV1 : IKEPayload.notify), notifies.count < Self.mostNotifies {
        let place = payload.header.lowerBound + Self.typeOfNotify(isV1: isV1)
        guard payload.body.upperBound >= place + 2 else { continue }
        let notify = unsafe IKENotify(message.bytes.u16(place))
        notifies.append(notify)
        // Without an SPI, which such a notify has not.
        if notify == .invalidKEPayload, payload.body.upperBound >= place + 4 {
          wantedGroup = unsafe message.bytes.u16(place + 2)
        }
      }
    }
  }

  /// Where a notify's type stands in its payload. RFC 7296 section 3.10: behind protocol and SPI size; RFC 2408 section 3.14
  /// has four bytes of DOI before them.
  static func typeOfNotify(isV1: Bool) -> Int { IKEPayload.headerLength + (isV1 ? 4 : 0) + 2 }

  /// The first notify that says no.
  var refusal: IKENotify? { notifies.first { $0.isError && $0 != .invalidKEPayload } }
}

/// The type of a notify (IKEv2 Parameters, IANA; RFC 2408 section 3.14.1). Below 16384 it says that something failed.
struct IKENotify: Equatable {
  let number: UInt16

  init(_ number: UInt16) { self.number = number }

  static let invalidKEPayload = IKENotify(17)
  static let cookie = IKENotify(16_390)
  /// RFC 5685 sections 3 and 4.
  static let redirect = IKENotify(16_407)
  static let redirectedFrom = IKENotify(16_408)

  var isError: Bool { number > 0 && number < 16_384 }

  var name: String { Self.names[number] ?? "notify \(number)" }

  private static let names: [UInt16: String] = [
    1: "UNSUPPORTED_CRITICAL_PAYLOAD", 4: "INVALID_IKE_SPI", 5: "INVALID_MAJOR_VERSION", 7: "INVALID_SYNTAX",
    9: "INVALID_MESSAGE_ID", 11: "INVALID_SPI", 14: "NO_PROPOSAL_CHOSEN", 16: "PAYLOAD_MALFORMED",
    17: "INVALID_KE_PAYLOAD", 18: "INVALID_ID_INFORMATION", 23: "INVALID_HASH_INFORMATION", 24: "AUTHENTICATION_FAILED",
    34: "SINGLE_PAIR_REQUIRED", 35: "NO_ADDITIONAL_SAS", 36: "INTERNAL_ADDRESS_FAILURE", 37: "FAILED_CP_REQUIRED",
    38: "TS_UNACCEPTABLE", 39: "INVALID_SELECTORS", 43: "TEMPORARY_FAILURE", 44: "CHILD_SA_NOT_FOUND",
  ]
}
