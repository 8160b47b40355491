/// The association of a tunnel that a message is about, where its words say so.
package enum MessageChannel: String, Hashable, Sendable, CaseIterable {
  case tls, dtls, ike, esp, openvpn, wireguard
}

/// What a message of a client or gateway says, in the words of tunnels instead of its product's.
///
/// Values that the message carries beside it (addresses, sizes, a reason) are `MessageValues`.
package enum MessageMeaning: Hashable, Sendable {
  // MARK: Sessions
  case sessionRequested
  case sessionOpened(SessionBeginning)
  case sessionEnded(SessionEnding)
  /// The session waits for its client to come back.
  case sessionInterrupted
  case authenticationSucceeded
  case authenticationFailed
  /// The gateway takes no more clients, or the user no more sessions.
  case limitReached

  // MARK: Channels
  case channelStarted(MessageChannel)
  case channelEstablished(MessageChannel)
  /// Nothing came back to what opened it.
  case channelUnanswered(MessageChannel)
  /// It did not come up; the reason, where there is one, is a value.
  case channelFailed(MessageChannel)
  /// The address answered that nothing listens there: ICMP port unreachable or a reset.
  case channelRefused(MessageChannel)
  case channelRejected(MessageChannel, ChannelRejection)
  /// The gateway does not offer it, or it is switched off.
  case channelNotOffered(MessageChannel)
  case channelClosed(MessageChannel)
  /// It broke while it was in use: a read or write error, an end without a farewell.
  case channelBroken(MessageChannel)
  /// The peer sent nothing for as long as dead peer detection waits.
  case deadPeer(MessageChannel)
  case probeSent(MessageChannel)
  case probeAnswered(MessageChannel)
  case retransmission(MessageChannel)
  case rekeyStarted(MessageChannel)
  case rekeyCompleted(MessageChannel)
  case rekeyFailed(MessageChannel)
  case reconnecting(MessageChannel)
  case reconnectFailed(MessageChannel)
  /// Dead peer detection, keepalive, rekey and idle times, as the gateway announces them.
  case timersAnnounced(MessageChannel)
  case cipherNegotiated(MessageChannel)
  case portAnnounced(MessageChannel)
  case listening(MessageChannel)

  // MARK: Packets
  case sendFailed(MessageChannel)
  /// A packet of this channel is larger than what the path or the interface takes (EMSGSIZE).
  case packetTooBig(MessageChannel)
  case largePacket(towardsClient: Bool)
  case pathMTUExceeded
  case mtu(MTUFigure)
  case interfaceMTURefused
  case replayed(MessageChannel)
  case notDecrypted(MessageChannel)
  case requestDiscarded
  case accessDenied

  // MARK: Hosts and networks
  case addressAssigned
  /// A reconnect brought another inner address.
  case innerAddressChanged
  /// The peer's outer address or port is another than before.
  case peerAddressChanged
  /// Packets of a session come from an address that the session does not have: a NAT or firewall forgot the flow.
  case strayPackets
  case networkChanged
  case networkLost
  case noRoute
  case nameNotResolved
  case sleeping
  case awake
  case certificateRejected
  case routeProblem
  case adapterProblem
  case configurationProblem
  case programStarted
  case programEnded
  /// It cannot go on.
  case programFailed
  /// A packet was dropped because it came from another address than the peer's.
  case unexpectedSource

  /// It says that something is at work, and nothing of how well.
  case informational
}

extension MessageMeaning {
  /// Whether it names a problem of a channel: where no observation comes of it, no rule has judged it.
  var isProblem: Bool {
    switch self {
    case .channelUnanswered, .channelFailed, .channelRefused, .channelBroken, .deadPeer, .rekeyFailed, .reconnectFailed,
      .sendFailed, .packetTooBig, .interfaceMTURefused, .innerAddressChanged:
      true
    default: false
    }
  }

  /// Whether it complains of something, whoever judges it.
  var isComplaint: Bool {
    switch self {
    case .channelRejected, .authenticationFailed, .certificateRejected, .nameNotResolved, .limitReached, .notDecrypted,
      .sessionEnded(.failed), .programFailed, .unexpectedSource:
      true
    default: isProblem || isUnjudgedProblem
    }
  }

  /// Whether it names a problem that no rule judges yet: with it in the log nothing may be called healthy.
  var isUnjudgedProblem: Bool {
    switch self {
    case .noRoute, .adapterProblem, .routeProblem, .configurationProblem, .strayPackets:
      true
    default: false
    }
  }
}

package enum SessionBeginning: Hashable, Sendable { case first, additional, replacing, resumed, unknown }

/// Why a session ended.
package enum SessionEnding: Hashable, Sendable {
  case byClient, byGateway, idle, lifetime, deadPeer, replaced, failed
  /// A reason stands in the message, as a value.
  case forReason
  case unknown
}

/// Why a peer refused what it was offered.
package enum ChannelRejection: Hashable, Sendable {
  case credentials, certificate, proposal, version, cookie, selectors, policy, unknown
}

/// What an MTU in a message is of.
package enum MTUFigure: Hashable, Sendable { case base, tls, dtls, inner, segment, path }

/// Who wrote a message.
public enum LogProduct: UInt8, Hashable, Sendable, CaseIterable {
  case anyConnect, appleL2TP, asa, charon, checkPoint, ciscoIOS, f5, fortiClient, fortiGate, globalProtect,
    networkManager, ocserv
  case openVPN, openconnect, openfortivpn, pluto, pulse, racoon, sonicWall, windowsRAS, wireGuard
  case awsVPN, azureVPN, junos, paloAlto
  case appleIKE, softEther, sonicOS, sstpClient, xl2tpd
  case huawei, lancom, zyxel
}

/// Some of the products.
struct LogProducts {
  private var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  func contains(_ product: LogProduct) -> Bool { bits & Self.bit(of: product) != 0 }

  mutating func insert(_ product: LogProduct) { bits |= Self.bit(of: product) }

  private static func bit(of product: LogProduct) -> UInt64 { 1 << UInt64(product.rawValue) }
}
