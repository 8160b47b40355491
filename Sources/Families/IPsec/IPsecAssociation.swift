import Observations

/// An IKE SA with those that took its place by new keys, and the ESP that belongs to it: messages in, observations out.
///
/// IKE_SA_INIT and IKE_AUTH, or the main mode or aggressive mode and the first quick mode, are one handshake, which has one
/// identity with the session that it leads to, whatever ports it goes on from. ESP without IKE is an association of its own.
@usableFromInline
struct IPsecAssociation {
  /// How far the handshake is.
  @usableFromInline
  enum Phase {
    case opening
    case answered
    /// The answer of the responder is long enough to accept; what follows shows whether the initiator accepts it.
    case accepted
    case established
    case failed
  }

  /// On which it began; the client first.
  let flow: Flow
  @usableFromInline let clientDirection: Int
  let initiator: Side
  let version: IKEMessage.Version
  /// Whether the capture shows the first message, or of ESP without IKE the first packet.
  var sawStart: Bool
  let first: Timestamp
  let firstFrame: PackedFrame
  /// nil for ESP without IKE.
  @usableFromInline var ikeFrame: PackedFrame?
  /// Initiator SPIs, the newest last: new keys may bring a new pair.
  var spis: [UInt64]
  @usableFromInline var phase = Phase.opening
  @usableFromInline var client = IPsecSide()
  @usableFromInline var server = IPsecSide()

  // MARK: The handshake
  /// The gateway asked for a cookie or another group, and no opening has followed yet.
  var isChallenged = false
  var askedForGroup: (time: Timestamp, frame: PackedFrame)?
  /// The group that the gateway asks for.
  var wantedGroup: UInt16?
  /// What the initiator offered, in words.
  var offers: [String] = []
  /// An answer too short to accept, or a notification in its place, that no request has followed yet.
  var shortAnswer: (time: Timestamp, frame: PackedFrame)?
  var acceptance: (time: Timestamp, frame: PackedFrame)?
  /// The last answer that may have accepted, while the initiator goes on repeating its request: what it sends next, other than
  /// that, shows that the answer arrived.
  var repeatedAcceptance: (time: Timestamp, frame: PackedFrame)?
  /// The initiator's word right after it could have accepted.
  var afterthought: (time: Timestamp, frame: PackedFrame)?
  /// Whether the attempt before it ended like that.
  var followsAfterthought = false
  var hasRejection = false
  var hasFailure = false
  var informationalAnswers = 0
  /// IKE version 1: the initiator's encrypted messages of the handshake, and how often the responder repeated itself in clear
  /// after one of them.
  var encryptedMessages = 0
  var unreadMessages = 0
  var initiatorMessages = 0
  var responderMessages = 0

  // MARK: The session
  var renewal: IPsecRenewal? { didSet { isRenewing = renewal.map { !$0.isAnswered } ?? false } }
  /// Whether a request for new keys waits for its answer.
  @usableFromInline private(set) var isRenewing = false
  /// Where it was last heard: ports and carrier of the flow's key.
  @usableFromInline var ports: UInt64
  /// The client's end as it was last heard, for each port of the server.
  var clientEnds: [UInt16: Endpoint] = [:]
  var closing: Side?
  var lastMessage: IKEMessage.Exchange?
  var lastMessageSide = Side.client
  var lastTime: Timestamp

  // MARK: ESP
  /// Place of the hosts between which it is.
  @usableFromInline var hosts: Int32 = -1
  /// Whether a packet of data changes nothing but counts: both sides are up and heard, and no new keys are awaited. Looked at
  /// again after each packet that did more; what else changes the association takes it back.
  @usableFromInline var isSteady = false
  @usableFromInline var espFrame: PackedFrame?
  var espFlow: Flow?
  var espFirst: Timestamp?
  /// Of ESP that begins without IKE: the client's packets until the first answer.
  var probes = 0
  /// Bytes of the first of them: all are alike.
  var probeLength = 0
  /// Places of its streams.
  var streams: [Int32] = []

  @usableFromInline
  subscript(side: Side) -> IPsecSide {
    @inline(__always) get { side == .client ? client : server }
    @inline(__always) _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  /// ESP without IKE.
  init(espOn flow: Flow, clientDirection: Int, ports: UInt64, _ context: PacketContext) {
    self.init(flow, clientDirection, initiator: .client, .two, spi: nil, sawStart: false, ports: ports, context)
    phase = .established
  }

  init(
    _ flow: Flow, _ clientDirection: Int, initiator: Side, _ version: IKEMessage.Version, spi: UInt64?, sawStart: Bool,
    ports: UInt64, _ context: PacketContext
  ) {
    self.flow = flow
    self.clientDirection = clientDirection
    self.initiator = initiator
    self.version = version
    self.sawStart = sawStart
    self.ports = ports
    first = context.time
    firstFrame = context.frame
    lastTime = context.time
    ikeFrame = spi.map { _ in context.frame }
    spis = spi.map { [$0] } ?? []
  }

  @inlinable @inline(__always)
  func side(of direction: Int) -> Side { direction == clientDirection ? .client : .server }

  /// TCP, where it carries the association now; nil for what the channels usually take.
  var transport: TransportProtocol? { ports >> 32 & 0xFF == 6 ? .tcp : nil }

  var ikeID: HandshakeID? { ikeFrame.map { HandshakeID(.ike, firstFrame: $0.reference) } }
  var espID: HandshakeID? { espFrame.map { HandshakeID(.esp, firstFrame: $0.reference) } }
  /// What an ICMP error about its packets is about.
  var id: HandshakeID? { ikeID ?? espID }
  var responder: Side { initiator.opposite }
  var token: HandshakeToken? { sawStart ? spis.first.map { HandshakeToken($0, 0, 0, 0) } : nil }
  var hasData: Bool { client.sentData || server.sentData }
  @inlinable @inline(__always)
  var isBare: Bool { ikeFrame == nil }
  var isUp: Bool { phase == .established || phase == .accepted }
  /// Whether ESP with the first numbers of a stream, from a direction, shows that its handshake succeeded although the capture
  /// lacks the messages that say so: only keys that were just made count from 1.
  func isCompleted(by packet: ESPPacket, direction: Int) -> Bool {
    // A responder that says no sends no data; one that says yes does not know whether that arrives.
    phase == .answered && !hasRejection && !hasFailure && ikeFrame != nil && packet.number <= Self.newlyNumbered
      && (side(of: direction) == initiator || shortAnswer != nil)
  }

  /// Packets of a stream that are new, as many as may be missing before the first that was captured.
  private static let newlyNumbered: UInt64 = 1000

  /// Whether the initiator goes on asking to be let in although it was answered: the answers do not reach it.
  var repeatsAuth: Bool {
    self[initiator].request.map { $0.isAuth && $0.repeatedAfterAnswer >= IPsecTimers.repeatedAnswered } ?? false
  }
}

/// A request for new keys of a session.
struct IPsecRenewal {
  let frame: PackedFrame
  /// Of the SA that carries it: each new IKE SA counts its messages from 0.
  private let spi: UInt64
  private let messageID: UInt32
  let sender: Side
  var isAnswered = false

  init(_ message: borrowing IKEMessage, sender: Side, _ frame: PackedFrame) {
    self.frame = frame
    spi = message.initiatorSPI
    messageID = message.messageID
    self.sender = sender
  }

  var id: HandshakeID { HandshakeID(.ike, firstFrame: frame.reference) }

  /// Whether a message is of its exchange.
  func isAsked(by message: borrowing IKEMessage) -> Bool {
    spi == message.initiatorSPI && messageID == message.messageID
  }
}
