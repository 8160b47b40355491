/// TLS or DTLS alert in plaintext (RFC 8446 section 6).
///
///     0       1
///     | level | description |
public struct TLSAlert: Hashable, Sendable {
  public enum Level: Hashable, Sendable {
    /// 1: the connection may go on, or ends in order.
    case warning
    /// 2: the connection ends at once.
    case fatal
  }

  public let level: Level
  public let description: TLSAlertDescription

  /// Reads a whole record's fragment. Fails unless it is 2 bytes with a known level: anything longer is encrypted.
  public init?(_ fragment: RawSpan) {
    guard fragment.byteCount == 2 else { return nil }
    switch unsafe fragment.u8(0) {
    case 1: level = .warning
    case 2: level = .fatal
    default: return nil
    }
    description = unsafe TLSAlertDescription(fragment.u8(1))
  }
}

/// What an alert says (TLS Alerts, IANA).
public enum TLSAlertDescription: Hashable, Sendable {
  /// 0: the sender sends no more; an orderly end.
  case closeNotify
  /// 10: a message that does not belong here.
  case unexpectedMessage
  /// 20: a record failed its check.
  case badRecordMAC
  /// 21: decryption failed (reserved).
  case decryptionFailed
  /// 22: a record is too long.
  case recordOverflow
  /// 40: no acceptable parameters.
  case handshakeFailure
  /// 41: no certificate (SSL 3.0).
  case noCertificate
  /// 42: a damaged certificate.
  case badCertificate
  /// 43: a certificate of an unsupported kind.
  case unsupportedCertificate
  /// 44: a revoked certificate.
  case certificateRevoked
  /// 45: an expired certificate.
  case certificateExpired
  /// 46: some other trouble with a certificate.
  case certificateUnknown
  /// 47: a field out of range.
  case illegalParameter
  /// 48: the certificate's authority is not known.
  case unknownCA
  /// 49: access is denied.
  case accessDenied
  /// 50: a message could not be decoded.
  case decodeError
  /// 51: a signature or key exchange failed.
  case decryptError
  /// 70: the version is not supported.
  case protocolVersion
  /// 71: the server demands stronger ciphers.
  case insufficientSecurity
  /// 80: a fault of the sender's own.
  case internalError
  /// 86: a retry with an older version is refused.
  case inappropriateFallback
  /// 90: the user cancelled.
  case userCanceled
  /// 100: no new negotiation.
  case noRenegotiation
  /// 109: an extension is missing.
  case missingExtension
  /// 110: an extension is not supported.
  case unsupportedExtension
  /// 112: no server of that name.
  case unrecognizedName
  /// 113: a bad certificate status.
  case badCertificateStatusResponse
  /// 115: no such pre-shared key.
  case unknownPSKIdentity
  /// 116: a certificate is required.
  case certificateRequired
  /// 120: no application protocol in common.
  case noApplicationProtocol
  /// Any other number.
  case unknown(UInt8)

  public init(_ number: UInt8) {
    self =
      switch number {
      case 0: .closeNotify
      case 10: .unexpectedMessage
      case 20: .badRecordMAC
      case 21: .decryptionFailed
      case 22: .recordOverflow
      case 40: .handshakeFailure
      case 41: .noCertificate
      case 42: .badCertificate
      case 43: .unsupportedCertificate
      case 44: .certificateRevoked
      case 45: .certificateExpired
      case 46: .certificateUnknown
      case 47: .illegalParameter
      case 48: .unknownCA
      case 49: .accessDenied
      case 50: .decodeError
      case 51: .decryptError
      case 70: .protocolVersion
      case 71: .insufficientSecurity
      case 80: .internalError
      case 86: .inappropriateFallback
      case 90: .userCanceled
      case 100: .noRenegotiation
      case 109: .missingExtension
      case 110: .unsupportedExtension
      case 112: .unrecognizedName
      case 113: .badCertificateStatusResponse
      case 115: .unknownPSKIdentity
      case 116: .certificateRequired
      case 120: .noApplicationProtocol
      default: .unknown(number)
      }
  }
  /// What the RFCs call it; "alert 200" for a number without a name.
  public var name: String {
    switch self {
    case .closeNotify: "close_notify"
    case .unexpectedMessage: "unexpected_message"
    case .badRecordMAC: "bad_record_mac"
    case .decryptionFailed: "decryption_failed"
    case .recordOverflow: "record_overflow"
    case .handshakeFailure: "handshake_failure"
    case .noCertificate: "no_certificate"
    case .badCertificate: "bad_certificate"
    case .unsupportedCertificate: "unsupported_certificate"
    case .certificateRevoked: "certificate_revoked"
    case .certificateExpired: "certificate_expired"
    case .certificateUnknown: "certificate_unknown"
    case .illegalParameter: "illegal_parameter"
    case .unknownCA: "unknown_ca"
    case .accessDenied: "access_denied"
    case .decodeError: "decode_error"
    case .decryptError: "decrypt_error"
    case .protocolVersion: "protocol_version"
    case .insufficientSecurity: "insufficient_security"
    case .internalError: "internal_error"
    case .inappropriateFallback: "inappropriate_fallback"
    case .userCanceled: "user_canceled"
    case .noRenegotiation: "no_renegotiation"
    case .missingExtension: "missing_extension"
    case .unsupportedExtension: "unsupported_extension"
    case .unrecognizedName: "unrecognized_name"
    case .badCertificateStatusResponse: "bad_certificate_status_response"
    case .unknownPSKIdentity: "unknown_psk_identity"
    case .certificateRequired: "certificate_required"
    case .noApplicationProtocol: "no_application_protocol"
    case .unknown(let number): "alert \(number)"
    }
  }
}
