import Observations

/// What happens to a live capture itself, beside its findings.
public enum LiveNotice: Sendable, Hashable {
  /// Packets are being captured: where, what they begin with, and by which filter.
  case started(interface: String, linkType: LinkType, snapLength: Int, filter: String)
  case interfaceDown
  case interfaceUp
  /// The interface does not exist any more; one of the same name may come.
  case interfaceGone
  /// Packets were dropped before the program could see them, in all since the start.
  case dropped(total: Int)
  /// Saving packets has ended early; why.
  case savingStopped(String)
  /// Events were left out because nobody read them in time, in all since the start.
  case eventsLost(total: Int)
  /// The evidence of findings was packed into an archive.
  case caseWritten(file: String, findings: [String])
  /// The evidence of findings could not be packed; why.
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
      "\(total.counted("packet")) dropped before they could be seen: verdicts may miss something; a larger --buffer-size "
        + "or a narrower filter helps"
    case .savingStopped(let reason): "packets are not saved any more: \(reason.visible)"
    case .eventsLost(let total): "\(total.counted("event")) left out, because nobody read them in time"
    case .caseWritten(let file, let findings): "\(file.visible): the case of \(findings.joined(separator: ", "))"
    case .caseFailed(let reason): "no case is written: \(reason.visible)"
    }
  }
}
