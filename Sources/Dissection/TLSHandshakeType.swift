/// Type of a TLS or DTLS handshake message (TLS HandshakeType, IANA).
@frozen
public enum TLSHandshakeType: Hashable, Sendable {
  /// 0: the server asks for a new negotiation.
  case helloRequest
  /// 1: the client's offer.
  case clientHello
  /// 2: the server's choice, or in TLS 1.3 its wish for another hello.
  case serverHello
  /// 3: the server's cookie, to be repeated in the next hello (DTLS).
  case helloVerifyRequest
  /// 4: what the client may resume the session with.
  case newSessionTicket
  /// 5: the client's early data ends.
  case endOfEarlyData
  /// 8: what the server's choice has to say under encryption.
  case encryptedExtensions
  /// 9: the sender wants connection IDs (DTLS 1.3).
  case requestConnectionID
  /// 10: the sender hands out connection IDs (DTLS 1.3).
  case newConnectionID
  /// 11: a chain of certificates.
  case certificate
  /// 12: the server's part of the key exchange.
  case serverKeyExchange
  /// 13: the server wants a certificate.
  case certificateRequest
  /// 14: the server's flight ends.
  case serverHelloDone
  /// 15: proof of the certificate's key.
  case certificateVerify
  /// 16: the client's part of the key exchange.
  case clientKeyExchange
  /// 20: a digest of the whole handshake, encrypted.
  case finished
  /// 21: where to fetch the certificate.
  case certificateURL
  /// 22: the certificate's revocation status.
  case certificateStatus
  /// 24: new keys from here on.
  case keyUpdate
  /// Any other number; most of all what an encrypted message begins with.
  case unknown(UInt8)

  @inlinable
  public init(_ number: UInt8) {
    self =
      switch number {
      case 0: .helloRequest
      case 1: .clientHello
      case 2: .serverHello
      case 3: .helloVerifyRequest
      case 4: .newSessionTicket
      case 5: .endOfEarlyData
      case 8: .encryptedExtensions
      case 9: .requestConnectionID
      case 10: .newConnectionID
      case 11: .certificate
      case 12: .serverKeyExchange
      case 13: .certificateRequest
      case 14: .serverHelloDone
      case 15: .certificateVerify
      case 16: .clientKeyExchange
      case 20: .finished
      case 21: .certificateURL
      case 22: .certificateStatus
      case 24: .keyUpdate
      default: .unknown(number)
      }
  }

  /// The number on the wire.
  @inlinable public var number: UInt8 {
    switch self {
    case .helloRequest: 0
    case .clientHello: 1
    case .serverHello: 2
    case .helloVerifyRequest: 3
    case .newSessionTicket: 4
    case .endOfEarlyData: 5
    case .encryptedExtensions: 8
    case .requestConnectionID: 9
    case .newConnectionID: 10
    case .certificate: 11
    case .serverKeyExchange: 12
    case .certificateRequest: 13
    case .serverHelloDone: 14
    case .certificateVerify: 15
    case .clientKeyExchange: 16
    case .finished: 20
    case .certificateURL: 21
    case .certificateStatus: 22
    case .keyUpdate: 24
    case .unknown(let number): number
    }
  }

  @inlinable
  public static func == (a: TLSHandshakeType, b: TLSHandshakeType) -> Bool { a.number == b.number }

  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }

  /// What the RFCs call it; "encrypted or unknown" for a number without a name.
  public var name: String {
    switch self {
    case .helloRequest: "HelloRequest"
    case .clientHello: "ClientHello"
    case .serverHello: "ServerHello"
    case .helloVerifyRequest: "HelloVerifyRequest"
    case .newSessionTicket: "NewSessionTicket"
    case .endOfEarlyData: "EndOfEarlyData"
    case .encryptedExtensions: "EncryptedExtensions"
    case .requestConnectionID: "RequestConnectionId"
    case .newConnectionID: "NewConnectionId"
    case .certificate: "Certificate"
    case .serverKeyExchange: "ServerKeyExchange"
    case .certificateRequest: "CertificateRequest"
    case .serverHelloDone: "ServerHelloDone"
    case .certificateVerify: "CertificateVerify"
    case .clientKeyExchange: "ClientKeyExchange"
    case .finished: "Finished"
    case .certificateURL: "CertificateURL"
    case .certificateStatus: "CertificateStatus"
    case .keyUpdate: "KeyUpdate"
    case .unknown: "encrypted or unknown"
    }
  }
}
