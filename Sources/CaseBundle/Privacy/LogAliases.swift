import Observations

/// Log observations under aliases: users, groups, devices and addresses, and no word that a log chose itself.
extension Pseudonyms {
  /// The observation with every address and name in it replaced, and free text left out.
  ///
  /// Each kind is put together anew from its parts: what is added to one later has to be thought of here.
  public func renamed(_ observation: LogObservation) -> LogObservation {
    LogObservation(
      time: observation.time, line: observation.line, subject: renamed(observation.subject),
      event: renamed(observation.event))
  }

  private func renamed(_ subject: LogSubject) -> LogSubject {
    LogSubject(
      user: subject.user.map { alias(of: $0, kind: "user") }, group: subject.group.map { alias(of: $0, kind: "group") },
      client: subject.client.map(alias(of:)), clientPort: subject.clientPort, gateway: subject.gateway.map(alias(of:)),
      gatewayPort: subject.gatewayPort, innerAddress: subject.innerAddress.map(alias(of:)),
      device: subject.device.map { alias(of: $0, kind: "device") })
  }

  private func renamed(_ event: LogEvent) -> LogEvent {
    switch event {
    case .sessionOpened, .connectionEstablished, .addressAssigned, .deadPeer, .reconnecting, .largePacket, .tunnelMTU,
      .adapterMTUApplied, .dtlsPortAnnounced, .dtlsSendFailed, .tcpMSSLimit, .vpnSession:
      event
    case .connectionClosed(let transport, _): .connectionClosed(transport, reason: nil)
    case .sessionEnded(_, let byClient): .sessionEnded(reason: nil, byClient: byClient)
    case .handshake(let transport, .failed): .handshake(transport, .failed(reason: nil))
    case .handshake: event
    case .pathMTUExceeded(let refusal):
      .pathMTUExceeded(
        PathMTUExceeded(
          size: refusal.size, mtu: refusal.mtu, source: refusal.source.map(alias(of:)),
          destination: refusal.destination.map(alias(of:))))
    case .reconfigured(let code, _): .reconfigured(reasonCode: code, text: "")
    case .requestDiscarded(let packet): .requestDiscarded(renamed(packet))
    case .accessDenied(let packet): .accessDenied(renamed(packet))
    case .listeningSockets(let sockets):
      .listeningSockets(
        sockets.map { ListeningSocket(transport: $0.transport, address: $0.address.map(alias(of:)), port: $0.port) })
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
    case .packetsDropped(let reason, let count):
      // The counters' names are the device's own; only the one that matters here is kept.
      .packetsDropped(reason: reason.lowercased() == "mp-svc-no-fragment-asp" ? reason : "other", count: count)
    }
  }

  private func renamed(_ packet: RefusedPacket) -> RefusedPacket {
    RefusedPacket(
      transport: packet.transport, source: Endpoint(alias(of: packet.source.address), packet.source.port),
      destination: Endpoint(alias(of: packet.destination.address), packet.destination.port),
      byAccessList: packet.byAccessList)
  }
}
