import Observations

/// What of a channel's packets a capture point does not hold, so that silence there proves nothing.
enum MissingDirection {
  /// The point has no packet of the other direction at all, between whatever hosts.
  case everything
  /// The point has both directions of other protocols, and UDP in one direction alone, of all conversations: what takes
  /// another path than TCP (a link aggregation, equal-cost routes, a filter) looks like that, and so does a port that is blocked.
  case udp

  /// In a clause of the answer.
  var clause: String {
    switch self {
    case .everything: "the other direction is not in the capture"
    case .udp: "UDP of the other direction is not in the capture"
    }
  }

  /// What that leaves open of openings without an answer, before what they mean otherwise.
  func words(towards client: String) -> String {
    "The capture holds no \(self == .udp ? "UDP packet" : "packet") towards \(client) at all: if that direction took another "
      + "path or was filtered out, there may be an answer or an ICMP error that says more. Otherwise "
  }

  /// How sure it is then that nobody answers: most captures next to the client are taken on its own host, which sees both
  /// directions; ARP or ICMP of the other direction says no more, and travels with no evidence.
  ///
  /// - Parameter isBesideClient: Whether the openings were not forwarded before the capture point.
  func confidence(isBesideClient: Bool) -> (Confidence, String) {
    (
      isBesideClient ? .likely : .possible,
      "the capture holds \(self == .udp ? "UDP in one direction only, of any host" : "one direction only"), so it does not show "
        + "whether the gateway answers"
    )
  }
}

extension Situation {
  /// What is missing where some views of a channel were taken; nil when both directions are there, or nobody knows.
  ///
  /// - Parameter views: What the judgement rests on.
  func missingDirection(of channel: Channel, _ views: some Sequence<Association>, beside control: Channel?)
    -> MissingDirection?
  {
    let points = Set(views.compactMap(\.point)).compactMap(point)
    guard !points.isEmpty else { return nil }
    let seen = points.compactMap(\.directions)
    guard seen.count == points.count else { return nil }
    if seen.allSatisfy(\.isOneWay) { return .everything }
    guard channel.transport == "UDP", seen.allSatisfy(\.isOneWayOverUDP) else { return nil }
    // Where the client's packets were forwarded already, UDP may take another way than TCP; on its own host it does not, unless
    // the channel itself shows that answers are not in the capture.
    return control == nil || views.contains(where: \.isForwarded) || isHalfSeen(channel, at: points) ? .udp : nil
  }

  /// Whether the client's packets of a channel prove answers that some points do not hold.
  private func isHalfSeen(_ channel: Channel, at points: [Point]) -> Bool {
    channel.handshakes.contains { handshake in
      handshake.views.contains { view in view.isHalfSeen && points.contains { $0.index == view.point } }
    }
  }
}

extension Tunnel {
  /// Whether all points that show it hold one direction alone.
  func isOneWay(in situation: Situation) -> Bool {
    !points.isEmpty && points.allSatisfy { situation.point($0)?.isOneWay ?? false }
  }

  /// Whether it was not captured how some of these sessions end, and by whom: one side's packets are not there.
  func hidesEnd(of sessions: some Sequence<Session>, in situation: Situation) -> Bool {
    let isOneWay = isOneWay(in: situation)
    return sessions.contains { $0.ending == .open && (isOneWay || $0.view.isOneSided) }
  }

  /// Behind "How sure", where the end of a session is hidden.
  static let hiddenEnd = "the capture holds one direction only, and not how the sessions end"
}

extension Situation.Point {
  /// In which directions its captures hold conversations; nil when nobody said.
  var directions: SeenDirections? { SeenDirections.together(captures.compactMap(\.directions)) }

  /// Whether it holds the packets of one direction alone.
  var isOneWay: Bool { directions?.isOneWay ?? false }
}
