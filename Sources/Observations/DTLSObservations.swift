/// A DTLS handshake message, ChangeCipherSpec or encrypted handshake record, from either side.
public struct DTLSHandshake: Sendable, Hashable, Codable {
  public enum Message: String, Sendable, Hashable, Codable {
    case clientHello
    case helloVerifyRequest
    case serverHello
    /// A handshake message that names no choice: certificate, key exchange, ServerHelloDone …
    case other
    case changeCipherSpec
    /// A handshake record under the new keys, in practice Finished.
    case encrypted
  }

  public let flow: Flow
  public let sender: Side
  public let message: Message
  /// Of the hello that began this attempt.
  public let clientRandom: HelloRandom?
  public let version: TLSVersion
  /// The session a ClientHello asks to resume, in hexadecimal; over CSTP the gateway hands out either this or the
  /// application identifier that takes its place with PSK. Empty when there is none.
  public let sessionID: String
  /// Whether a ClientHello answers a HelloVerifyRequest.
  public let hasCookie: Bool
  /// Whether a ClientHello offers SRTP keys (RFC 5764): media, not a tunnel.
  public let offersSRTP: Bool
  /// What a ServerHello chose.
  public let cipherSuite: CipherSuite?

  public init(
    flow: Flow, sender: Side, message: Message, clientRandom: HelloRandom?, version: TLSVersion,
    sessionID: String = "", hasCookie: Bool = false, offersSRTP: Bool = false, cipherSuite: CipherSuite? = nil
  ) {
    self.flow = flow
    self.sender = sender
    self.message = message
    self.clientRandom = clientRandom
    self.version = version
    self.sessionID = sessionID
    self.hasCookie = hasCookie
    self.offersSRTP = offersSRTP
    self.cipherSuite = cipherSuite
  }
}

/// The first application data that a side sends in an association.
public struct DTLSData: Sendable, Hashable, Codable {
  public let flow: Flow
  public let sender: Side

  public init(flow: Flow, sender: Side) {
    self.flow = flow
    self.sender = sender
  }
}

/// One side goes on sending and hears nothing.
///
/// Told once when the silence has lasted long enough to matter, and again when it ends or the association does.
public struct DTLSSilence: Sendable, Hashable, Codable {
  public let flow: Flow
  public let silentSide: Side
  /// When the silent side was last heard; nil when it never sent anything in this association.
  public let lastHeard: Timestamp?
  /// The first packet that stayed unanswered.
  public let unansweredSince: Timestamp
  public let unansweredFrame: FrameReference
  /// Packets that the other side has sent since then.
  public let packets: Int
  /// Whether the silent side was heard again (and this observation ends the silence).
  public let heardAgain: Bool

  public init(
    flow: Flow, silentSide: Side, lastHeard: Timestamp?, unansweredSince: Timestamp,
    unansweredFrame: FrameReference, packets: Int, heardAgain: Bool
  ) {
    self.flow = flow
    self.silentSide = silentSide
    self.lastHeard = lastHeard
    self.unansweredSince = unansweredSince
    self.unansweredFrame = unansweredFrame
    self.packets = packets
    self.heardAgain = heardAgain
  }
}

/// A DTLS alert record. Under encryption only its presence is seen.
public struct DTLSAlert: Sendable, Hashable, Codable {
  public let flow: Flow
  public let sender: Side

  public init(flow: Flow, sender: Side) {
    self.flow = flow
    self.sender = sender
  }
}

/// A DTLS association over its whole life, told when the capture ends or its place is needed.
public struct DTLSAssociation: Sendable, Hashable, Codable {
  public let flow: Flow
  public let start: Timestamp
  public let end: Timestamp
  /// Whether the capture shows a hello of it.
  public let sawStart: Bool
  public let client: PayloadTotals
  public let server: PayloadTotals

  public init(
    flow: Flow, start: Timestamp, end: Timestamp, sawStart: Bool, client: PayloadTotals, server: PayloadTotals
  ) {
    self.flow = flow
    self.start = start
    self.end = end
    self.sawStart = sawStart
    self.client = client
    self.server = server
  }
}
