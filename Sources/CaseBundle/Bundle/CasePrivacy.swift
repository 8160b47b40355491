import Analysis
import Correlation
import Observations

/// What of the captures a bundle may tell.
public enum CasePrivacy {
  /// Everything that is evidence.
  case none
  /// Headers and handshakes; application data stays behind.
  case withoutPayload
  /// Headers and handshakes, rebuilt under aliases.
  case anonymous(Pseudonyms)

  var pseudonyms: Pseudonyms? {
    if case .anonymous(let pseudonyms) = self { return pseudonyms }
    return nil
  }

  /// What the report of a bundle calls things: aliases where wanted.
  public var renaming: Renaming {
    guard let pseudonyms else { return Renaming() }
    return Renaming(
      observation: pseudonyms.renamed,
      capture: { capture in
        var renamed = capture
        renamed.name = "capture-\(capture.index + 1)"
        renamed.failedConnections = capture.failedConnections?.renamed(pseudonyms.renamed)
        return renamed
      },
      narrowing: pseudonyms.renamed,
      logDescription: { log in
        // A member's path in a bundle, and the words about its problem, may hold the names of people and hosts.
        LogDescription(
          index: log.index, name: "log-\(log.index + 1)", format: log.format, lines: log.lines,
          understoodLines: log.understoodLines, unknownLines: log.unknownLines,
          suspiciousLines: log.suspiciousLines, firstSuspicious: log.firstSuspicious, complaints: log.complaints,
          cutLines: log.cutLines,
          droppedObservations: log.droppedObservations, forgottenHandshakes: log.forgottenHandshakes, start: log.start,
          end: log.end,
          problem: log.problem.map { _ in "not read to its end" })
      })
  }
}

extension Pseudonyms {
  /// Prefixes of aliases are the aliases of prefixes; a filter may hold anything and is not told.
  func renamed(_ narrowing: Narrowing) -> Narrowing {
    var renamed = narrowing
    renamed.filter = narrowing.filter.map { _ in "(left out)" }
    renamed.tunnels = TunnelSelection(
      clients: narrowing.tunnels.clients.compactMap(alias(of:)),
      gateways: narrowing.tunnels.gateways.compactMap(alias(of:)))
    return renamed
  }

  private func alias(of prefix: IPPrefix) -> IPPrefix? { IPPrefix(alias(of: prefix.address), length: prefix.length) }
}
