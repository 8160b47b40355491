import Observations

/// The whole result of an analysis: what was read, which tunnels it shows, what is wrong, and when what happened.
///
/// A report holds no wall-clock time, host name or path of the machine that made it, so that the same input
/// gives the same report.
public struct Report: Sendable, Hashable {
  public var captures: [CaptureDescription]
  public var tunnels: [TunnelDescription]
  /// Worst first.
  public var findings: [Finding]
  /// The findings that are cause and effect of each other, together; the worst first.
  public var problems: [Problem]
  /// What several tunnels to one gateway have in common, the most common first.
  public var commonCauses: [CommonCause]
  /// In time order, repeated events folded.
  public var timeline: [TimelineEntry]
  /// How the clocks of the capture points compare; empty for a single point.
  public var clockOffsets: [ClockOffset]
  /// What the report is limited to; nil when everything that was read is in it.
  public var narrowing: Narrowing?
  /// Logs that were read beside the captures.
  public var logs: [LogReport]
  /// What was looked at, rule by rule, in the order of the rules.
  public var checks: [RuleCheck]
  /// Where the cited packets lie beside the report; nil where they are those of the captures themselves.
  public var evidence: EvidenceFiles?

  public init(
    captures: [CaptureDescription] = [], tunnels: [TunnelDescription] = [], findings: [Finding] = [],
    problems: [Problem] = [], commonCauses: [CommonCause] = [], timeline: [TimelineEntry] = [],
    clockOffsets: [ClockOffset] = [],
    narrowing: Narrowing? = nil, logs: [LogReport] = [], checks: [RuleCheck] = [], evidence: EvidenceFiles? = nil
  ) {
    self.captures = captures
    self.tunnels = tunnels
    self.findings = findings
    self.problems = problems
    self.commonCauses = commonCauses
    self.timeline = timeline
    self.clockOffsets = clockOffsets
    self.narrowing = narrowing
    self.logs = logs
    self.checks = checks
    self.evidence = evidence
  }

  /// What it comes to.
  public var verdict: ReportVerdict {
    switch findings.map(\.severity).max() {
    case .error: .broken
    case .warning: .degraded
    case .note, nil:
      tunnels.contains(where: showsHealth(of:)) ? .healthy : .undecided
    }
  }

  /// Whether what was read lets anyone say that a tunnel works, if no finding says otherwise.
  func showsHealth(of tunnel: TunnelDescription) -> Bool {
    tunnel.showsHealth && (tunnel.isFromLogsOnly || capturesShowHealth(of: tunnel)) && !hasUnreadErrors && !hasNoTimes
  }

  /// Whether what is not in the captures could not have shown that something is wrong with a tunnel in them.
  private func capturesShowHealth(of tunnel: TunnelDescription) -> Bool {
    if isCutTooShort || directions?.isOneWay ?? false { return false }
    // Where UDP is there in one direction only, nothing shows why a channel over it does not come up.
    return !(directions?.isOneWayOverUDP ?? false)
      || tunnel.channels.allSatisfy { $0.transport != "UDP" || $0.outcome == .established }
  }

  /// In which directions the captures hold conversations; nil where nothing says.
  package var directions: SeenDirections? {
    SeenDirections.together(captures.filter { $0.packets > 0 }.compactMap(\.directions))
  }

  /// Whether all captures that were read are cut so short that what sets tunnels up is not in them.
  package var isCutTooShort: Bool {
    let read = captures.filter { $0.packets > 0 }
    return !read.isEmpty && read.allSatisfy(CaptureQuality.isCutTooShort)
  }

  /// Whether anything of severity warning or error was found.
  public var hasProblems: Bool { findings.contains { $0.severity != .note } }

  /// Whether captures were read whose packets all have the same time: what lasts, or is lost, does not show in them.
  var hasNoTimes: Bool {
    let read = captures.filter { $0.packets > 0 }
    return !read.isEmpty && read.allSatisfy(CaptureQuality.hasNoTimes)
  }

  /// Whether no tunnel was found, and at least half of the packets may hold one and could not be looked into.
  public var isUnreadable: Bool {
    let packets = captures.reduce(0) { $0 + $1.packets }
    return packets > 0 && tunnels.isEmpty && (narrowing?.otherTunnels ?? 0) == 0
      && captures.reduce(0) { $0 + $1.unreadPackets } >= (packets + 1) / 2
  }

  /// Whether only logs were read, and they carry no verdict.
  public var isUndecidedByLogs: Bool {
    verdict == .undecided && !logs.isEmpty && captures.allSatisfy { $0.packets == 0 }
  }

  /// What commands that judge end with: 1 when something of severity warning or error was found, 2 when it cannot be judged.
  public var exitStatus: Int {
    if hasProblems { return 1 }
    return isNothingSelected || isUndecidedByLogs || isUnreadable ? 2 : 0
  }

  /// Whether what limits the report left nothing of what was read: no packet, or none of the tunnels.
  public var isNothingSelected: Bool {
    guard let narrowing, tunnels.isEmpty else { return false }
    return narrowing.otherTunnels > 0
      || captures.allSatisfy { $0.packets == 0 } && captures.contains { $0.skippedPackets > 0 }
  }

  /// Whether all that was read is logs, with lines in them that look like errors and whose meaning is not known.
  public var hasUnreadErrors: Bool {
    captures.allSatisfy { $0.packets == 0 } && logs.contains { $0.description.suspiciousLines > 0 }
  }

  /// Whether times are those of a log whose zone nobody knows, as they are written; otherwise they are UTC.
  public var hasWrittenTimes: Bool {
    captures.allSatisfy { $0.packets == 0 } && logs.contains { $0.clock.zone == .unknown }
  }

  /// The capture that a frame reference points into.
  public func capture(of reference: FrameReference) -> CaptureDescription? {
    captures.first { $0.index == reference.capture }
  }
}

/// How far the clock of one capture point is from that of the reference point.
public struct ClockOffset: Sendable, Hashable {
  public let point: Int
  /// The point whose times the report uses.
  public let reference: Int
  /// Seconds to subtract from the point's times; times in the report are already corrected. With a drift, this is
  /// the offset at `at`.
  public let seconds: Double
  /// How much the clock gains on the reference's, in parts per million; 0 when it is too little to matter.
  public let driftPartsPerMillion: Double
  /// Where the offset was estimated, by the point's own clock.
  public let at: Timestamp
  /// Packets seen at both points from which it was estimated.
  public let matches: Int

  public init(
    point: Int, reference: Int, seconds: Double, driftPartsPerMillion: Double = 0,
    at: Timestamp = Timestamp(nanoseconds: 0), matches: Int
  ) {
    self.point = point
    self.reference = reference
    self.seconds = seconds
    self.driftPartsPerMillion = driftPartsPerMillion
    self.at = at
    self.matches = matches
  }

  /// What to add to a time of the point's clock to get the report's, in nanoseconds.
  func correction(at time: Timestamp) -> Int64 {
    let drifted = driftPartsPerMillion == 0 ? 0 : time.seconds(since: at) * driftPartsPerMillion / 1e6
    let seconds = -(seconds + drifted)
    return abs(seconds) < 9e9 ? Int64(seconds * 1e9) : 0
  }
}
