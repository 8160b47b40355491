import Observations

/// What logs alone say, under aliases: users, groups, devices and addresses, and none of a log's free text.
extension Pseudonyms {
  func renamed(_ subject: LogSubject) -> LogSubject {
    LogSubject(
      user: subject.user.map { alias(of: $0, kind: "user") }, group: subject.group.map { alias(of: $0, kind: "group") },
      client: subject.client.map(alias(of:)), clientPort: subject.clientPort, gateway: subject.gateway.map(alias(of:)),
      gatewayPort: subject.gatewayPort, innerAddress: subject.innerAddress.map(alias(of:)),
      device: subject.device.map { alias(of: $0, kind: "device") })
  }

  func renamed(_ failure: HandshakeFailure) -> HandshakeFailure {
    // What packets show is said in our own words.
    if let flow = failure.flow {
      return HandshakeFailure(id: renamed(failure.id), cause: failure.cause, flow: renamed(flow))
    }
    let cause: HandshakeFailure.Cause =
      switch failure.cause {
      case .timedOut: .timedOut
      case .incomplete: .incomplete
      case .sendFailed: .sendFailed
      case .repeated: .repeated
      case .renewalTimedOut: .renewalTimedOut
      case .renewalRejected: .renewalRejected(reason: nil)
      case .unheard(let packets): .unheard(packets: packets)
      case .waiting(let state, let isAnswered): .waiting(state: state, isAnswered: isAnswered)
      case .login: .login
      case .ignored: .ignored(reason: nil)
      case .rejected: .rejected(reason: nil)
      case .setup: .setup(reason: nil)
      case .other: .other(reason: nil)
      }
    return HandshakeFailure(id: renamed(failure.id), cause: cause)
  }

  func renamed(_ negotiation: Negotiation) -> Negotiation {
    switch negotiation {
    case .innerAddress: .innerAddress
    case .mtu(let mtu):
      .mtu(TunnelMTUAnnouncement(tls: mtu.tls, dtls: mtu.dtls, base: mtu.base, tcpMSS: mtu.tcpMSS))
    case .port(let channel, let port): .port(channel, port)
    case .notOffered(let channel, let mayBeByClient): .notOffered(channel, mayBeByClient: mayBeByClient)
    case .timers(let channel, let timers):
      .timers(
        channel,
        ChannelTimers(deadPeerDetection: timers.deadPeerDetection, keepalive: timers.keepalive, rekey: timers.rekey))
    case .innerAddressChanged(let from, let to): .innerAddressChanged(from: alias(of: from), to: alias(of: to))
    }
  }

  func renamed(_ refusal: PathMTUExceeded) -> PathMTUExceeded {
    PathMTUExceeded(
      size: refusal.size, mtu: refusal.mtu, source: refusal.source.map(alias(of:)),
      destination: refusal.destination.map(alias(of:)))
  }

  func renamed(_ packet: DroppedPacket) -> DroppedPacket {
    DroppedPacket(
      isToDevice: packet.isToDevice, transport: packet.transport, source: renamed(packet.source),
      destination: renamed(packet.destination), byAccessList: packet.byAccessList, icmp: packet.icmp,
      reason: packet.reason)
  }

  func renamed(_ statement: Statement) -> Statement {
    switch statement {
    case .reconfigured(let code, _): .reconfigured(reasonCode: code, text: "")
    case .adapterMTUApplied: .adapterMTUApplied
    case .listeningSockets(let sockets):
      .listeningSockets(
        sockets.map { ListeningSocket(channel: $0.channel, address: $0.address.map(alias(of:)), port: $0.port) })
    case .webVPN(let configuration):
      .webVPN(
        WebVPNConfiguration(
          tlsPort: configuration.tlsPort, dtlsPort: configuration.dtlsPort,
          interfaces: configuration.interfaces.map { alias(of: $0, kind: "interface") },
          isAnyConnectEnabled: configuration.isAnyConnectEnabled))
    case .groupPolicy(let policy):
      .groupPolicy(
        GroupPolicyConfiguration(
          name: alias(of: policy.name, kind: "group"), mtu: policy.mtu, ignoresDontFragment: policy.ignoresDontFragment,
          isDTLSEnabled: policy.isDTLSEnabled))
    case .tcpMSSLimit(let limit): .tcpMSSLimit(limit)
    case .packetsDropped(let reason, let count):
      // The counters' names are the device's own; only the one that matters here is kept.
      .packetsDropped(reason: reason.lowercased() == "mp-svc-no-fragment-asp" ? reason : "other", count: count)
    case .vpnSession(let session):
      .vpnSession(
        VPNSessionDetail(
          tlsPort: session.tlsPort, dtlsPort: session.dtlsPort, tlsCipher: session.tlsCipher,
          dtlsCipher: session.dtlsCipher, packetsDropped: session.packetsDropped))
    // The readers' own words, none of the log's.
    case .product(let product): .product(product)
    case .adapterFailed: .adapterFailed(reason: "")
    }
  }
}
