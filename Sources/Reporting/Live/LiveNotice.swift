import Observations

/// An event of the live capture itself, as opposed to its findings.
public enum LiveNotice: Sendable, Hashable {
  /// The capture has started: where, with which link type and by which filter.
  case started(interface: String, linkType: LinkType, snapLength: Int, filter: String)
  case interfaceDown
  case interfaceUp
  /// The interface no longer exists; one with the same name may appear.
  case interfaceGone
  /// Packets were dropped before the program could read them; `total` since the start.
  case dropped(total: Int)
  /// Saving packets stopped early, and why.
  case savingStopped(String)
  /// Events were left out because their reader was too slow; `total` since the start.
  case eventsLost(total: Int)
  /// The evidence of findings was packed into an archive.
  case caseWritten(file: String, findings: [String])
  /// The evidence of findings could not be packed, and why.
  case caseFailed(String)

  /// In a sentence for a person.
  public var text: String {
    switch self {
    case .started(let interface, let linkType, let snapLength, let filter):
      "capturing on \(interface.visibleLine) (\(linkType.name), snap length \(snapLength.grouped)); filter: "
        + filter.visible
    case .interfaceDown: "the interface is down; waiting for it"
    case .interfaceUp: "the interface is up again"
    case .interfaceGone: "the interface is gone; waiting for it"
    case .dropped(let total):
      "\(total.counted("packet")) dropped before they could be read, so findings may be missing; try a larger "
        + "--buffer-size or a narrower filter"
    case .savingStopped(let reason): "packets are no longer saved: \(reason.visible)"
    case .eventsLost(let total): "\(total.counted("event")) left out because the reader was too slow"
    case .caseWritten(let file, let findings): "\(file.visible): case written for \(findings.joined(separator: ", "))"
    case .caseFailed(let reason): "the case could not be written: \(reason.visible)"
    }
  }
}
