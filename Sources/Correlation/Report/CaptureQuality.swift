import Observations

/// What a capture cannot show, and which verdicts that affects.
///
/// Made by the part that describes what was read, and in no list of rules.
enum CaptureQuality {

  static let documentation = RuleDocumentation(
    summary: "The capture limits what can be said.",
    meaning: "Verdicts that rest on what is missing are weaker, or cannot be given.",
    recognisedBy: """
      Packets cut by a snap length, captured twice or at several points, one direction only, no UDP, no TCP or no ICMP at all, packets dropped by the capturing host, offload super-packets, \
      time running backwards, a file that ends early or was observed separately from the one it continues, no tunnel at all, a tunnel that was up before the capture began.
      """,
    notToConfuseWith: "A fault of the tunnel: this is about the capture.",
    remedies: [
      "Capture whole packets (`tcpdump -s 0`) on an interface that sees both directions, with a large buffer (-B 8192).",
      "Start the capture before the client connects, and let it run for five minutes.",
    ])

  /// A snap length that leaves the headers and the beginning of a hello is no limit for most verdicts.
  static let comfortableSnapLength = 256

  /// Shorter packets lack what sets tunnels up and what refuses them, behind Ethernet and IPv4: an IKE header in UDP ends at
  /// 74 bytes, a TLS record's and its message's at 75 with timestamps, ports in the packet that an ICMP error quotes at 66;
  /// a VLAN tag adds 4, IPv6 20.
  static let leastSnapLength = 96

  /// Whether so many of a capture's packets are cut so short that it cannot show whether a tunnel is well.
  static func isCutTooShort(_ capture: CaptureDescription) -> Bool {
    capture.cutPackets * leastShareCutShort >= capture.packets && capture.cutPackets > 0
      && capture.shortestCut < leastSnapLength
  }

  static func findings(in situation: Situation) -> [Finding] {
    var limits: [(text: String, remedy: String?)] = []
    let further = Dictionary(
      grouping: situation.points.filter {
        $0.index < CapturePoint.firstFree && CapturePoint.holder(of: $0.index) != $0.index
      }, by: { CapturePoint.holder(of: $0.index) })
    for point in situation.points {
      for capture in point.captures { limits += Self.limits(of: capture) }
      if let further = further[point.index] { limits.append((separation(of: point, further: further.count), nil)) }
      if !point.seesBothDirections || point.isOneWay {
        limits.append(
          (
            "the capture \(point.name) holds one direction only of its connections, so silence in it proves nothing",
            "Capture on an interface that sees both directions."
          ))
      } else if lacksUDP(at: point, situation) {
        limits.append(
          (
            "the capture \(point.name) holds UDP in one direction only, so silence over UDP proves nothing",
            "Capture on an interface that sees both directions, of UDP too."
          ))
      }
      if point.isDropStage {
        limits.append(
          (
            "the capture \(point.name) holds what a firewall dropped, as its name and those of its other stages say: its packets are on no path, and "
              + "explain what the other captures show", nil
          ))
      }
      limits += lackingTransports(at: point, situation)
      if lacksErrors(at: point, situation) {
        limits.append(
          (
            "the capture \(point.name) holds no ICMP packet at all: if a filter left ICMP out, an error with which a router or the "
              + "gateway refuses the openings does not show",
            "Capture `host GATEWAY or icmp or icmp6`: a filter for hosts or ports alone leaves out the errors of routers."
          ))
      }
      limits += point.reachedLimits.map { (LimitWords.sentence($0, of: point.name), LimitWords.remedy) }
    }
    limits += situation.reachedLimits.map { (LimitWords.sentence($0), LimitWords.remedy) }
    if !situation.tunnels.contains(where: \.isSeen), situation.otherTunnels.isEmpty,
      situation.points.contains(where: { !$0.captures.allSatisfy { $0.packets == 0 } })
    {
      limits.append(
        (
          "no VPN tunnel was found: no TLS session that lasts or repeats, and no handshake of a tunnel",
          "Capture between the client and the gateway, on the outer interface."
        ))
    }
    for tunnel in situation.tunnels.prefix(3) where tunnel.isSeen && !tunnel.sawStart {
      limits.append(
        (
          "tunnel \(tunnel.id) was up before the capture began: its handshakes and MSS are not in it",
          "Start the capture before the client connects."
        ))
    }
    guard !limits.isEmpty, let start = situation.points.map(\.start).min(), let end = situation.points.map(\.end).max()
    else { return [] }
    var remedies: [String] = []
    for remedy in limits.compactMap(\.remedy) where !remedies.contains(remedy) { remedies.append(remedy) }
    return [
      Finding(
        rule: .captureQuality, about: .captures, severity: .note, confidence: .certain,
        confidenceReason: "the captures themselves say so",
        tunnel: nil, title: "The capture limits what can be said",
        explanation: limits.map { $0.text.capitalizedStart + "." }.joined(separator: " "), remedies: remedies,
        start: start,
        end: end, facts: [("limits", .integer(limits.count))], evidence: evidence(situation))
    ]
  }

  /// Whether a point shows one direction of UDP alone, and of a channel over UDP therefore not whether it works.
  private static func lacksUDP(at point: Situation.Point, _ situation: Situation) -> Bool {
    guard point.directions?.isOneWayOverUDP ?? false else { return false }
    return situation.tunnels.contains { tunnel in
      tunnel.seen.contains { channel in
        channel.transport == "UDP"
          && channel.handshakes.contains { $0.outcome == .none && $0.view.point == point.index && $0.view.isHalfSeen }
      }
    }
  }

  /// Whether openings go unanswered in a point that holds neither ICMP nor ARP, of whatever hosts: a filter, more often than not.
  private static func lacksErrors(at point: Situation.Point, _ situation: Situation) -> Bool {
    guard point.directions?.hosts == SeenDirections.Ways.none else { return false }
    return situation.tunnels.contains { tunnel in
      tunnel.points.contains(point.index) && tunnel.seen.contains { !$0.handshakes(.unanswered).isEmpty }
    }
  }

  /// That a point holds no packet at all of the protocol that a tunnel's other channel uses: a filter, more often than not.
  private static func lackingTransports(
    at point: Situation.Point, _ situation: Situation
  ) -> [(text: String, remedy: String?)] {
    guard let directions = point.directions else { return [] }
    let beside = situation.tunnels.filter { tunnel in
      tunnel.points.contains(point.index)
        && situation.family(of: tunnel)?.channels.contains { $0.fallback != nil && $0.role == .data } ?? false
    }
    var limits: [(String, String?)] = []
    if directions.udp == .none, beside.contains(where: { !$0.seen.contains { $0.profile.role == .data } }) {
      limits.append(
        (
          "the capture \(point.name) holds no UDP packet at all: if a filter left UDP out, a channel over it does not show",
          "Capture all that goes between client and gateway: `host GATEWAY`, without `tcp` or a port."
        ))
    }
    if directions.tcp == .none, beside.contains(where: { !$0.seen.contains { $0.profile.role != .data } }) {
      limits.append(
        (
          "the capture \(point.name) holds no TCP packet at all: if a filter left TCP out, the tunnel's TLS connection does not "
            + "show, and neither do sessions that it re-establishes",
          "Capture all that goes between client and gateway: `host GATEWAY`, without `udp` or a port."
        ))
    }
    return limits
  }

  /// That the captures of a point hold the packets of so many further points.
  private static func separation(of point: Situation.Point, further: Int) -> String {
    "\(point.captures.map(\.name).joined(separator: " + ")) holds the packets of \(further + 1) capture points, told apart by "
      + "interface or by hop count; a packet whose sender neither tells is assigned to the point nearer to its receiver"
  }

  /// Whether a capture's packets all have one time. A few packets may well come in the same microsecond.
  static func hasNoTimes(_ capture: CaptureDescription) -> Bool {
    capture.packets >= leastPackets && capture.start == capture.end
  }

  /// Whether a capture's times are whole seconds. A few packets may well come at the beginning of one.
  static func hasWholeSeconds(_ capture: CaptureDescription) -> Bool {
    capture.packets >= leastPackets && capture.hasWholeSeconds == true && !hasNoTimes(capture)
  }

  private static let leastPackets = 16
  /// A capture is cut from one packet in so many on; small packets are whole in one that is.
  private static let leastShareCutShort = 10
  /// Packets that are not looked into are mentioned from one in so many on.
  private static let leastUnreadShare = 100
  /// Copies are mentioned from one packet in so many on.
  private static let leastCopiesShare = 100

  private static func limits(of capture: CaptureDescription) -> [(text: String, remedy: String?)] {
    var limits: [(String, String?)] = []
    if let problem = capture.problem {
      limits.append(
        ("the capture \(capture.name) was not read to its end (\(problem))", "Copy the capture file again."))
    }
    if capture.cutPackets > 0 {
      let isShort = capture.shortestCut < comfortableSnapLength
      limits.append(
        (
          "\(Phrase.count(capture.cutPackets, "packet")) of \(capture.name) \(capture.cutPackets == 1 ? "is" : "are") cut to "
            + "\(capture.shortestCut) bytes"
            + (isCutTooShort(capture)
              ? ", too short for what sets tunnels up (hellos, IKE) and for what ICMP errors quote: what fails there does not show"
              : isShort ? ", so handshake messages may be incomplete" : ""),
          isShort ? "Capture whole packets: `tcpdump -s 0`." : nil
        ))
    }
    if let dropped = capture.droppedPackets, dropped > 0 {
      limits.append(
        (
          "the capturing host dropped \(Phrase.count(dropped, "packet")) of \(capture.name)",
          "Capture with a larger buffer (`tcpdump -B 8192`) or a narrower filter."
        ))
    }
    if capture.superPackets > 0 {
      limits.append(
        (
          "\(Phrase.count(capture.superPackets, "TCP packet")) of \(capture.name) \(capture.superPackets == 1 ? "is" : "are") larger than a "
            + "segment can be: segmentation offload, so their sizes are not those on the wire",
          "Turn segmentation offload off while capturing on the sending host (`ethtool -K IFACE tso off gso off gro off`)."
        ))
    }
    if capture.copies * leastCopiesShare >= capture.packets, capture.copies > 0 {
      limits.append(
        (
          "\(Phrase.count(capture.copies, "packet")) of \(capture.name) \(capture.copies == 1 ? "is a copy of another" : "are copies of others")"
            + ", as a mirror of two ports or the stages of a firewall make them; each packet was counted once", nil
        ))
    }
    if let earlier = capture.continuesApart {
      limits.append(
        (
          "\(capture.name) continues \(earlier), but the two were observed separately, so that connections look as if they ended "
            + "and began between them",
          "Observe the files of one rotated capture in one call of `tunnelscope observe`; divide the work with `--part`."
        ))
    }
    if hasNoTimes(capture) {
      limits.append(
        (
          "all \(capture.packets) packets of \(capture.name) have the same time, so nothing that needs time can be judged",
          "Export the capture with its times, or convert it with a program that keeps them."
        ))
    }
    if capture.backwardSteps > 0 {
      limits.append(
        (
          "time runs backwards \(Phrase.count(capture.backwardSteps, "time")) in \(capture.name); steps of a quarter of a second and less were put in order",
          nil
        ))
    }
    if hasWholeSeconds(capture) {
      limits.append(
        (
          "the times in \(capture.name) are whole seconds, so what happens within a second, and in what order, cannot be judged",
          "Export the capture with its times in full, or convert it with a program that keeps them."
        ))
    }
    if capture.unreadPackets * leastUnreadShare >= capture.packets, capture.unreadPackets > 0 {
      limits.append(
        (
          "\(Phrase.count(capture.unreadPackets, "packet")) of \(capture.name) \(capture.unreadPackets == 1 ? "is" : "are") not looked into: "
            + UnreadWords.kinds(of: [capture]),
          UnreadWords.remedy(for: capture)
        ))
    }
    return limits + capture.reachedLimits.map { (LimitWords.sentence($0, of: capture.name), LimitWords.remedy) }
  }

  /// The first packet of each capture: what is limited is the capture as a whole.
  private static func evidence(_ situation: Situation) -> [Evidence] {
    situation.points.flatMap(\.captures).compactMap { capture in
      guard capture.packets > 0, let start = capture.start else { return nil }
      return Evidence(
        frame: FrameReference(capture: capture.index, frame: capture.firstFrame), time: start,
        note: "\(capture.name) begins")
    }
  }
}
