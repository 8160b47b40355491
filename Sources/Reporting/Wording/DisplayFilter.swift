import Correlation
import Observations

/// The Wireshark display filter that shows a finding's frames in one capture, or in one file of a case.
package struct DisplayFilter: Equatable {
  /// Index of the capture it is for.
  let capture: Int
  /// The file of a case that it is for; nil where it is for the capture itself.
  package var file: String?
  /// For example `frame.number in {25, 38..40}`, or in a case `frame.comment contains "[F1]"`.
  package let text: String

  /// Frames, or runs of them, that one filter names at most; longer filters are not typed or read by anyone.
  static let longest = 40

  /// One filter for each capture that the evidence points into, in the order of the captures; in a case one for each file
  /// that holds some of it.
  package static func filters(for finding: Finding, beside evidence: EvidenceFiles?) -> [DisplayFilter] {
    guard let evidence else { return filters(for: finding) }
    var filters: [DisplayFilter] = []
    for frame in finding.evidence.compactMap(\.frame).sorted() where evidence.frames[frame] != nil {
      guard let file = evidence.names[frame.capture], !filters.contains(where: { $0.file == file }) else { continue }
      filters.append(
        DisplayFilter(
          capture: frame.capture, file: file, text: "frame.comment contains \"\(EvidenceFiles.mark(of: finding.id))\""))
    }
    return filters
  }

  /// Whether the filters for a finding show all its frames.
  static func namesAllFrames(of finding: Finding) -> Bool {
    finding.about != .captures && finding.evidence.count { $0.frame != nil } <= longest
  }

  /// What it is for, where there are several captures or files; otherwise empty.
  func place(in report: Report) -> String { file ?? (report.hasSeveralCaptures ? "c\(capture + 1)" : "") }

  private static func filters(for finding: Finding) -> [DisplayFilter] {
    var frames = finding.evidence.compactMap(\.frame).sorted()[...]
    var filters: [DisplayFilter] = []
    while let capture = frames.first?.capture {
      let own = frames.prefix { $0.capture == capture }
      frames = frames[own.endIndex...]
      filters.append(DisplayFilter(capture: capture, text: text(frames: own.map(\.frame))))
    }
    return filters
  }

  /// - Parameter frames: In order; repeated ones count once.
  private static func text(frames: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for frame in frames {
      if let last = runs.last, last.upperBound == frame { continue }
      if let last = runs.last, last.upperBound &+ 1 == frame {
        runs[runs.count - 1] = last.lowerBound...frame
      } else {
        runs.append(frame...frame)
      }
    }
    if let only = runs.first, runs.count == 1, only.count == 1 { return "frame.number == \(only.lowerBound)" }
    var text = "frame.number in {"
    for (index, run) in runs.prefix(longest).enumerated() {
      if index > 0 { text += ", " }
      text += String(run.lowerBound)
      if run.count > 1 { text += ".." + String(run.upperBound) }
    }
    return text + "}"
  }
}

extension DisplayFilter {
  /// The filter that shows everything that a finding is about, in any capture: the channel, the tunnel, the path or the
  /// host. nil where nothing names an address, and for a tunnel that no capture shows.
  ///
  /// - Parameter tunnel: The one that the finding is about.
  static func subject(of finding: Finding, tunnel: TunnelDescription?) -> String? {
    switch finding.about {
    case .channel(let kind, let port):
      guard let hosts = hosts(of: tunnel) else { return nil }
      // IKE goes on from port 500 to 4500, and ESP may have no port.
      guard kind != .ike, kind != .esp else { return hosts }
      let channel = tunnel?.channels.first { $0.kind == kind && (port == nil || $0.port == port) }
      guard let port, let transport = channel?.transport.lowercased(), transport == "udp" || transport == "tcp" else {
        return hosts
      }
      return "\(hosts) && \(transport).port == \(port)"
    case .tunnel: return hosts(of: tunnel)
    case .path(let path):
      return "\(field(path.source)).src == \(path.source) && \(field(path.destination)).dst == \(path.destination)"
    case .host(let host): return "\(field(host)).addr == \(host)"
    case .device, .captures: return nil
    }
  }

  private static func hosts(of tunnel: TunnelDescription?) -> String? {
    guard let tunnel, !tunnel.isFromLogsOnly, let client = tunnel.client, let gateway = tunnel.gateway else {
      return nil
    }
    return either(client, tunnel.translatedClients) + " && " + either(gateway, tunnel.translatedGateways)
  }

  private static func either(_ address: IPAddress, _ others: [IPAddress]) -> String {
    if others.isEmpty { return isEnd(address) }
    return "(" + ([address] + others).map(isEnd).joined(separator: " || ") + ")"
  }

  private static func isEnd(_ address: IPAddress) -> String { "\(field(address)).addr == \(address)" }

  private static func field(_ address: IPAddress) -> String { address.isIPv4 ? "ip" : "ipv6" }
}
