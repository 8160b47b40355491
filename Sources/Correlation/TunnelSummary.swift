import Observations

/// What a report says of a tunnel, from what is known of it.
enum TunnelSummary {
  static func description(of tunnel: Tunnel, _ situation: Situation, _ findings: [Finding]) -> TunnelDescription {
    let family = situation.family(of: tunnel)
    let path = situation.outerPathMTU(of: tunnel)
    let views = tunnel.seen.lazy.compactMap(\.leadingSession).first { $0.view.connection != nil }?.views ?? []
    return TunnelDescription(
      id: tunnel.id, family: tunnel.family, product: situation.productWords(of: tunnel), client: tunnel.client,
      gateway: tunnel.gateway, translatedClients: tunnel.translatedClients,
      translatedGateways: tunnel.translatedGateways, serverName: tunnel.serverName, users: tunnel.log.users,
      innerAddresses: tunnel.log.innerAddresses,
      channels: tunnel.channels.map { channel in
        description(
          of: channel, tunnel, family, pathMTU: path,
          measured: channel.kind == tunnel.carrying?.kind ? tunnel.measuredMTU(findings) : nil)
      },
      mtu: TunnelDescription.MTU(
        // The gateway side sees what it is asked for after any rewriting, and the client side likewise.
        path: path, inner: tunnel.innerMTU(findings), clientMSS: views.last?.connection?.clientMSS,
        gatewayMSS: views.first?.connection?.serverMSS),
      comparison: tunnel.isSeen ? PointComparison.words(for: tunnel, situation, told: told(of: tunnel, findings)) : [],
      lastSeen: tunnel.end,
      isFromLogsOnly: !tunnel.isSeen, unshownChannels: tunnel.isSeen ? unseen(tunnel, family) : unshown(tunnel, family),
      isWithoutDataChannel: tunnel.isSeen && isWithoutDataChannel(tunnel, family),
      downReason: tunnel.isSeen ? nil : downReason(tunnel, situation))
  }

  /// Channels of which a finding says between which points their handshakes are lost.
  private static func told(of tunnel: Tunnel, _ findings: [Finding]) -> Set<ChannelKind> {
    Set(findings.filter { $0.tunnel == tunnel.id && $0.place != nil }.compactMap(\.channel))
  }

  /// How the client's own log leaves the tunnel: what took it down last, unless it came up again or the client wished it.
  private static func downReason(_ tunnel: Tunnel, _ situation: Situation) -> String? {
    var reason: String?
    var isWished = false
    let facts = tunnel.log.facts
    for index in facts.indices where facts[index].side == .client {
      switch facts[index].event {
      case .established(let event) where !event.completesHandshakeOnly:
        reason = nil
        isWished = false
      case .ended(let end) where end.id == nil && !end.isUnnamedConnection:
        reason = end.byClient ? nil : end.reason ?? "the session ended"
        isWished = end.byClient
      // A connection that nothing falls back to: where the client wished its end, it says why afterwards.
      case .ended(let end) where !isWished && !(end.reason ?? "").isEmpty:
        if let channel = end.id?.channel, situation.families.profile(channel)?.fallback == nil { reason = end.reason }
      case .deadPeer(let dead) where situation.families.profile(dead.id.channel)?.fallback == nil:
        reason = "nothing more was heard from the gateway"
      default: break
      }
    }
    return reason
  }

  /// Channels that carry the data, and of which no line says what came of them: neither that they came up, nor that they
  /// failed, nor that they are not offered. Until then users may be on a fallback, or without any data, and no line tells.
  private static func unshown(_ tunnel: Tunnel, _ family: (any FamilyProfile.Type)?) -> [ChannelKind] {
    (family?.channels ?? []).filter { $0.role == .data }.map(\.kind).filter { kind in
      let outcome = tunnel.logged.first { $0.kind == kind }?.outcome ?? .none
      return outcome == .none && !tunnel.log.saysWhatBecame(of: kind)
    }
  }

  /// Whether nothing is seen of a channel for data that has a fallback, and that users do not miss therefore.
  private static func isWithoutDataChannel(_ tunnel: Tunnel, _ family: (any FamilyProfile.Type)?) -> Bool {
    !tunnel.channels.contains { $0.profile.role == .data }
      && family?.channels.contains { $0.fallback != nil && $0.role == .data } ?? false
  }

  /// Channels that alone carry the data, of a tunnel that captures show, and of which they hold no packet: nothing was sent
  /// meanwhile, or a filter left them out.
  private static func unseen(_ tunnel: Tunnel, _ family: (any FamilyProfile.Type)?) -> [ChannelKind] {
    guard tunnel.channels.allSatisfy(\.sessions.isEmpty) else { return [] }
    return (family?.channels ?? []).filter { $0.role == .data && $0.fallback == nil }.map(\.kind).filter { kind in
      !tunnel.channels.contains { $0.kind == kind } && !tunnel.log.saysWhatBecame(of: kind)
    }
  }

  private static func description(
    of channel: Channel, _ tunnel: Tunnel, _ family: (any FamilyProfile.Type)?, pathMTU: Int?, measured: Int?
  ) -> ChannelDescription {
    let associations =
      channel.handshakes.map(\.views) + (channel.profile.judgesHandshakes ? [] : channel.sessions.map(\.views))
    let views = associations.lazy.joined()
    return ChannelDescription(
      kind: channel.kind, role: channel.profile.role, name: channel.profile.name, port: channel.port,
      transport: channel.transport,
      version: (views.first { $0.cipherSuite != nil } ?? views.first { $0.version != nil })?.version?.name,
      cipherSuite: views.lazy.compactMap(\.cipherSuite).first?.name, outcome: channel.outcome,
      handshakes: channel.profile.judgesHandshakes
        ? channel.handshakes.map(handshake) : channel.sessions.map(handshake),
      sessions: SessionEnds(of: channel, in: tunnel).sessions, data: totals(of: associations, on: channel),
      mtu: [family?.mtu(of: channel, in: tunnel, pathMTU: pathMTU), measured].compactMap(\.self).min())
  }

  private static func handshake(_ handshake: Handshake) -> ChannelDescription.Handshake {
    let view = handshake.view
    return ChannelDescription.Handshake(
      start: view.begin.time, end: view.last.time, outcome: handshake.outcome,
      openings: view.isLogged && view.drop == nil ? nil : view.openingCount, answerSeconds: answerSeconds(view))
  }

  /// A connection's handshake, as far as it shows: from its opening to the gateway's answer.
  private static func handshake(_ session: Session) -> ChannelDescription.Handshake {
    let view = session.view
    return ChannelDescription.Handshake(
      start: view.begin.time, end: view.firstAnswer?.time ?? view.begin.time,
      outcome: view.firstAnswer != nil || view.isLogged || view.whole?.server.packets ?? 0 > 0 ? .established : .none,
      openings: view.isLogged ? nil : view.openingCount, answerSeconds: answerSeconds(view))
  }

  /// Of an opening that was sent once: which of several an answer is to, nothing says.
  private static func answerSeconds(_ view: Association) -> Double? {
    guard !view.isLogged, view.sawStart, view.openingCount <= 1, let answer = view.firstAnswer?.time,
      let begin = view.begin.time, answer > begin
    else { return nil }
    return answer.seconds(since: begin)
  }

  /// What each association came to in the view nearest to the client, and what of it is missing in any view.
  private static func totals(
    of associations: [[Association]], on channel: Channel
  ) -> ChannelDescription.DataTotals {
    var (client, gateway) = (0, 0)
    var lost: Int?
    var isKnown = false
    for views in associations where !views.isEmpty {
      guard let whole = views[0].whole else { continue }
      isKnown = true
      // A side whose data was not seen sent handshake messages.
      let countsAll = !channel.profile.judgesHandshakes
      if countsAll || views.contains(where: { $0.clientData != nil }) { client += whole.client.packets }
      if countsAll || views.contains(where: { $0.gatewayData != nil }) { gateway += whole.server.packets }
      // What a side sent is lost before the point farthest from it, if anywhere.
      for missing in [views.compactMap(\.whole?.client.missing).max(), views.compactMap(\.whole?.server.missing).max()]
      {
        if let missing { lost = (lost ?? 0) + missing }
      }
    }
    guard isKnown else { return ChannelDescription.DataTotals() }
    return ChannelDescription.DataTotals(
      clientPackets: client, gatewayPackets: gateway, lostPackets: lost,
      onlyKeepalives: UnreturnedData(of: channel)?.sender.opposite)
  }
}

extension Tunnel {
  /// The channel that carries the data: one of its own where it came up, or else the control channel.
  fileprivate var carrying: Channel? {
    channels.first { $0.profile.role != .control && $0.outcome == .established }
      ?? channels.first { $0.profile.role != .data }
  }

  /// What an ICMP error says that the way into the tunnel carries, which arithmetic over the cipher suite only bounds.
  fileprivate func measuredMTU(_ findings: [Finding]) -> Int? {
    findings.compactMap { finding -> Int? in
      guard let path = finding.about.path, path.source != client, path.source != gateway, path.destination != client,
        path.destination != gateway, case .integer(let mtu) = finding.fact("mtu")
      else { return nil }
      return mtu
    }.min()
  }

  /// The MTU of the client's adapter as inner packets or the gateway's log show it.
  fileprivate func innerMTU(_ findings: [Finding]) -> Int? {
    for finding in findings {
      // The hosts of the tunnel itself offer what fits outside of it.
      if case .host(let host) = finding.about, host != gateway, !clients.contains(host),
        case .integer(let mss) = finding.fact("mss")
      {
        return mss + host.segmentHeaders
      }
    }
    return log.largePackets?.largest
  }
}
