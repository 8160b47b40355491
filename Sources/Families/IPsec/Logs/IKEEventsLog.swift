import Logs
import Observations

/// What firewalls and the gateways of clouds tell of their IKE SAs, an event a line, by the meaning that the table of messages
/// gives it: Junos, PAN-OS, a FortiGate's events, SonicWall, Huawei, LANCOM, Zyxel, SoftEther, Azure and AWS.
///
///     kmd[1334]: IKE negotiation failed with error: No proposal chosen. … Local: 198.51.100.10/500, Remote: 203.0.113.20/500, …
///     … ikev2-nego-ike-fail … "IKEv2 IKE SA negotiation is failed as initiator … Due to timeout."
///     … logdesc="IPsec phase 2 error" … remip=203.0.113.20 … reason="peer SA proposal not match local policy"
///
/// A tunnel is up with its keys for data; an IKE SA alone shows that the hosts have agreed on one another.
struct IKEEventsLog: LogFormatReader {
  private var peers: [IPAddress: Peer] = [:]
  /// The peer that was named last: some lines name none.
  private var latest: IPAddress?
  private var strangers = IKEStrangers()

  private struct Peer {
    /// Whether the writer begins. Either side of two sites may; who is first seen to begin is the client.
    var isInitiator: Bool
    var own: IPAddress?
    var isOpen = false
    var isUp = false
  }

  /// Where AWS names no customer gateway: a log of it has one.
  private static let unnamed = IPAddress(v4: 0)

  /// Whether a LANCOM's trace is read.
  private var hasLancom = false
  /// Whether a Zyxel's log is read.
  private var hasZyxel = false

  /// The messages are in the table but for those that others write, too.
  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    hasLancom && readLancom(&offered, into: &sink) || hasZyxel && readZyxel(&offered, into: &sink)
  }

  /// "004 05 Mar 10:12:08 !! No proposal chosen": of the peer that was named last.
  private mutating func readZyxel(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard offered.text.contains("!! No proposal chosen"), let address = latest, var peer = peers[address] else {
      return false
    }
    sink.understand(peer.isInitiator ? .zyxelInitiator : .zyxelResponder)
    let time = sink.resolve(nil)
    if counts(address, peer) {
      fail(.rejected(reason: "NO_PROPOSAL_CHOSEN"), address, &peer, at: time, into: &sink)
    }
    keep(peer, address)
    return true
  }

  /// "VPN: BRANCH (203.0.113.20) connected".
  private mutating func readLancom(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    var text = LogText(offered.text.bytes)
    guard text.skip("VPN: ") else { return false }
    _ = text.word()
    guard text.skip(" ("), let address = text.address(), text.skip(past: ")") else { return false }
    text.skipSpaces()
    let isUp = text.starts(with: "connected")
    guard isUp || text.starts(with: "disconnected") else { return false }
    var peer = peers[address] ?? Peer(isInitiator: false)
    sink.understand(peer.isInitiator ? .lancomInitiator : .lancomResponder)
    if isUp {
      establish(address, &peer, at: sink.resolve(nil), into: &sink)
    } else {
      end(address, &peer, at: sink.resolve(nil), into: &sink)
    }
    keep(peer, address)
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard let writer = Writer(message) else { return false }
    if message.product == .lancom { hasLancom = true }
    if message.product == .zyxel { hasZyxel = true }
    let time = sink.resolve(message.time)
    latest = (message.endpoint(.address) ?? message.endpoint(.client))?.address ?? latest
    guard let address = latest ?? (message.product == .awsVPN ? Self.unnamed : nil) else {
      sink.understand(writer.responder)
      return true
    }
    let known = peers.index(forKey: address)
    var peer = known.map { peers.values[$0] } ?? Peer(isInitiator: message.isOfInitiator)
    peer.own = message.endpoint(.source)?.address ?? peer.own
    sink.understand(peer.isInitiator ? writer.initiator : writer.responder)
    take(message, of: address, &peer, at: time, into: &sink)
    if let known { peers.values[known] = peer } else { keep(peer, address) }
    return true
  }

  private mutating func keep(_ peer: Peer, _ address: IPAddress) {
    if peers.count >= IPsecLogLimits.associations, peers[address] == nil { peers.removeAll() }
    peers[address] = peer
  }

  private func establish(_ address: IPAddress, _ peer: inout Peer, at time: LogTime?, into sink: inout LogSink) {
    // New keys, and those of other networks, are no other session.
    guard !peer.isUp else { return }
    (peer.isUp, peer.isOpen) = (true, false)
    sink.take(.established(.ike), at: time, of: Self.subject(address, peer))
  }

  /// Whether a handshake of this peer that fails is told of: once may be anybody on the Internet.
  private mutating func counts(_ address: IPAddress, _ peer: Peer) -> Bool {
    !peer.isUp && (peer.isInitiator || strangers.comesAgain(address))
  }

  private func fail(
    _ cause: HandshakeFailure.Cause, _ address: IPAddress, _ peer: inout Peer, at time: LogTime?,
    into sink: inout LogSink
  ) {
    let subject = Self.subject(address, peer)
    sink.take(peer.isOpen ? .failed(.ike, cause) : .attemptFailed(.ike, cause), at: time, of: subject)
    peer.isOpen = false
  }

  private func end(_ address: IPAddress, _ peer: inout Peer, at time: LogTime?, into sink: inout LogSink) {
    guard peer.isUp else { return }
    peer.isUp = false
    sink.take(.ended(.ike, reason: nil), at: time, of: Self.subject(address, peer))
  }

  private mutating func take(
    _ message: borrowing TableLine, of address: IPAddress, _ peer: inout Peer, at time: LogTime?,
    into sink: inout LogSink
  ) {
    let subject = Self.subject(address, peer)
    switch message.meaning {
    case .channelStarted(.ike):
      guard !peer.isOpen, !peer.isUp else { return }
      peer.isOpen = true
      sink.take(.opened(.ike), at: time, of: subject)
    // SoftEther tells of each SA: keys for data come later, and an SA that is taken down before it was up is one that the
    // client did not go on with.
    case .channelEstablished(.ike) where message.product == .softEther: peer.isOpen = false
    case .channelClosed(.ike) where message.product == .softEther:
      guard peer.isOpen, !peer.isUp else { return }
      peer.isOpen = false
      if strangers.comesAgain(address) { sink.take(.failed(.ike, .incomplete), at: time, of: subject) }
    case .channelEstablished(.esp), .sessionOpened:
      establish(address, &peer, at: time, into: &sink)
    case .channelFailed(.ike), .channelFailed(.esp), .channelRejected, .channelUnanswered(.ike):
      guard !message.says("N/A", in: .reason), counts(address, peer) else { return }
      fail(message.ikeCause(isInitiator: peer.isInitiator), address, &peer, at: time, into: &sink)
    case .deadPeer:
      (peer.isUp, peer.isOpen) = (false, false)
      sink.take(.deadPeer(.ike), at: time, of: subject)
    case .sessionEnded: end(address, &peer, at: time, into: &sink)
    default: break
    }
  }

  private static func subject(_ address: IPAddress, _ peer: Peer) -> LogSubject {
    if address == unnamed { return LogSubject(user: "customer gateway") }
    return peer.isInitiator
      ? LogSubject(client: peer.own, gateway: address) : LogSubject(client: address, gateway: peer.own)
  }

  /// How the lines of a product count, on either side.
  private struct Writer {
    let initiator: LogFormat
    let responder: LogFormat

    init?(_ message: borrowing TableLine) {
      switch message.product {
      case .junos: (initiator, responder) = (.junosInitiator, .junosResponder)
      case .paloAlto: (initiator, responder) = (.paloAltoInitiator, .paloAltoResponder)
      case .sonicOS: (initiator, responder) = (.sonicOSInitiator, .sonicOSResponder)
      case .softEther where message.words.starts(with: "IPsec ") && message.has(.client):
        (initiator, responder) = (.softEther, .softEther)
      case .huawei: (initiator, responder) = (.huaweiInitiator, .huaweiResponder)
      case .lancom: (initiator, responder) = (.lancomInitiator, .lancomResponder)
      case .zyxel: (initiator, responder) = (.zyxelInitiator, .zyxelResponder)
      case .azureVPN: (initiator, responder) = (.azureVPN, .azureVPN)
      case .awsVPN: (initiator, responder) = (.awsVPN, .awsVPN)
      case .fortiGate where message.isOfIPsec: (initiator, responder) = (.fortiGateIKEInitiator, .fortiGateIKEResponder)
      default: return nil
      }
    }
  }
}

extension TableLine {
  /// Whether it is an event of a FortiGate's IPsec that names its peer.
  fileprivate var isOfIPsec: Bool {
    words.starts(with: "logdesc=\"IPsec ") && has(.client) || words.starts(with: "rem_ip=") && has(.address)
  }

  fileprivate var isOfInitiator: Bool {
    words.contains("Role: Initiator") || words.contains(" as initiator") || words.contains("role=\"initiator\"")
      || words.contains("IKEv2 Initiator: ") || product == .zyxel && words.starts(with: "Send ")
      || product == .lancom && (words.starts(with: "VPN: connecting to ") || words.contains("-I-"))
  }

  /// Why a handshake failed, as far as the words are those of a known kind.
  fileprivate func ikeCause(isInitiator: Bool) -> HandshakeFailure.Cause {
    guard let kind = Self.kindWords?.phrases(in: words).first else {
      return isInitiator ? .other(reason: reasonOfIKE) : .rejected(reason: reasonOfIKE)
    }
    guard let name = Self.kinds[kind].1 else {
      // Phase 1's SA that has no SPI of the other side got no answer at all.
      return isInitiator && (product != .paloAlto || words.contains(":0000000000000000")) ? .timedOut : .incomplete
    }
    return .rejected(reason: "\(name): \(reasonOfIKE)")
  }

  private static let kindWords = PhraseSearch(kinds.map(\.0))

  /// Words of a reason, the first of which tells its kind; nil where no answer came.
  private static let kinds: [(String, String?)] = [
    ("imed out", nil), ("imeout", nil), ("time out", nil),
    ("Couldn't find configuration for IKE", "no connection is configured for this peer"),
    // LANCOM's rules are those for data once IKE is up.
    ("IPSEC-I-No-rule", "TS_UNACCEPTABLE"), ("IPSEC-R-No-rule", "TS_UNACCEPTABLE"),
    ("No-rule-matched-ID", "AUTHENTICATION_FAILED"), ("key-mismatch", "AUTHENTICATION_FAILED"),
    ("ID mismatch", "AUTHENTICATION_FAILED"),
    // PAN-OS has the numbers of notifies (RFC 7296 section 3.10.1).
    ("Error code 14", "NO_PROPOSAL_CHOSEN"), ("Error code 17", "NO_PROPOSAL_CHOSEN"),
    ("Error code 24", "AUTHENTICATION_FAILED"), ("Error code 38", "TS_UNACCEPTABLE"),
    ("raffic-selector", "TS_UNACCEPTABLE"), ("raffic selector", "TS_UNACCEPTABLE"), ("Proxy ID", "TS_UNACCEPTABLE"),
    ("NO_PROPOSAL", "NO_PROPOSAL_CHOSEN"), ("IKE ID mismatch", "AUTHENTICATION_FAILED"),
    ("roposal", "NO_PROPOSAL_CHOSEN"), ("Policy match", "NO_PROPOSAL_CHOSEN"),
    ("uthentication", "AUTHENTICATION_FAILED"), ("pre-shared", "AUTHENTICATION_FAILED"),
    ("credentials", "AUTHENTICATION_FAILED"), ("AUTH", "AUTHENTICATION_FAILED"),
  ]

  /// What the message gives as the reason, or what it says as a whole.
  private var reasonOfIKE: String {
    if !says("N/A", in: .reason), let reason = string(.reason), !reason.isEmpty { return reason }
    var text = LogText(words.bytes)
    // What a SonicWall says of it in a field of its own.
    if text.skip("msg=\""), let message = text.string(upTo: "\"") { return message }
    // What SoftEther says stands behind whom it is about.
    if product == .softEther, text.skip(past: "): ") { return text.restString }
    if text.skip(past: "Due to ") || text.skip(past: "due to ") { return text.restString }
    if let code = text.find("Error code ") { return words.string(code..<words.end) }
    return words.string(0..<min(words.end, 120))
  }
}
