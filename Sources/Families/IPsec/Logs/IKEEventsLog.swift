import Logs
import Observations

/// What firewalls and the gateways of clouds tell of their IKE SAs, an event a line, by the meaning that the table of messages
/// gives it: Junos, PAN-OS, a FortiGate's events, SonicWall, SoftEther, Azure and AWS.
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

  /// All its messages are in the table.
  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard let writer = Writer(message) else { return false }
    let time = sink.resolve(message.time)
    latest = (message.endpoint(.address) ?? message.endpoint(.client))?.address ?? latest
    guard let address = latest ?? (message.product == .awsVPN ? Self.unnamed : nil) else {
      sink.understand(writer.responder)
      return true
    }
    var peer = peers[address] ?? Peer(isInitiator: message.isOfInitiator)
    peer.own = message.endpoint(.source)?.address ?? peer.own
    sink.understand(peer.isInitiator ? writer.initiator : writer.responder)
    take(message, of: address, &peer, at: time, into: &sink)
    if peers[address] == nil, peers.count >= IPsecLogLimits.associations { peers.removeAll() }
    peers[address] = peer
    return true
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
      // New keys, and those of other networks, are no other session.
      guard !peer.isUp else { return }
      (peer.isUp, peer.isOpen) = (true, false)
      sink.take(.established(.ike), at: time, of: subject)
    case .channelFailed(.ike), .channelFailed(.esp), .channelRejected, .channelUnanswered(.ike):
      guard !peer.isUp, message.string(.reason) != "N/A" else { return }
      // Once may be anybody on the Internet.
      guard peer.isInitiator || strangers.comesAgain(address) else { return }
      if !peer.isOpen { sink.take(.opened(.ike), at: time, of: subject) }
      peer.isOpen = false
      sink.take(.failed(.ike, message.ikeCause(isInitiator: peer.isInitiator)), at: time, of: subject)
    case .deadPeer:
      (peer.isUp, peer.isOpen) = (false, false)
      sink.take(.deadPeer(.ike), at: time, of: subject)
    case .sessionEnded:
      guard peer.isUp else { return }
      peer.isUp = false
      sink.take(.ended(.ike, reason: nil), at: time, of: subject)
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
  fileprivate var isOfIPsec: Bool { words.starts(with: "logdesc=\"IPsec ") && has(.client) }

  fileprivate var isOfInitiator: Bool {
    words.contains("Role: Initiator") || words.contains(" as initiator") || words.contains("role=\"initiator\"")
      || words.contains("IKEv2 Initiator: ")
  }

  /// Why a handshake failed, as far as the words are those of a known kind.
  fileprivate func ikeCause(isInitiator: Bool) -> HandshakeFailure.Cause {
    // Phase 1's SA that has no SPI of the other side got no answer at all.
    if words.contains("imed out") || words.contains("imeout") || words.contains("time out") {
      return isInitiator && (product != .paloAlto || words.contains(":0000000000000000")) ? .timedOut : .incomplete
    }
    let reason = reasonOfIKE
    for (words, kind) in Self.kinds where self.words.contains(words) { return .rejected(reason: "\(kind): \(reason)") }
    return isInitiator ? .other(reason: reason) : .rejected(reason: reason)
  }

  private static let kinds: [(StaticString, String)] = [
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
    if let reason = string(.reason), !reason.isEmpty, reason != "N/A" { return reason }
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
