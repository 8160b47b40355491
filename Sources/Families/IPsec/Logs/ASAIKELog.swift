import Logs
import Observations

/// Messages of an ASA or FTD about IKE (classes 713, 750 and 751 of the Cisco Secure Firewall ASA Series Syslog Messages).
///
///     %ASA-3-713123: Group = g, IP = 198.51.100.10, IKE lost contact with remote peer, deleting connection (keepalive type: DPD)
///     %ASA-5-750006: Local:203.0.113.20:4500 Remote:198.51.100.10:4500 Username:alice IKEv2 SA UP. Reason: New Connection Established
struct ASAIKELog: LogFormatReader {
  static var hasASATags: Bool { true }

  private var associations: [IPAddress: IKEAssociation] = [:]
  private var strangers = IKEStrangers()

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    guard let tag = offered.asaTag, let event = Event(number: tag.id) else { return false }
    var text = LogText(line.bytes, from: tag.end)
    guard text.skip(past: tag.id >= 750_000 ? "Remote:" : "IP = "), let client = text.address() else { return false }
    sink.understand(.asaSyslog)
    let time = sink.resolve(SyslogHeader(line, upTo: tag.start, leading: offered.leadingTime).time)
    take(event, of: client, &text, time, into: &sink)
    return true
  }

  private enum Event {
    case began, negotiated, cameUp, lost, ended, failed, unacceptable, unselected
    /// It says why in words of its own.
    case rejected

    init?(number: Int) {
      switch number {
      // Phase 1 of IKEv1 is done, then phase 2.
      case 713_119: self = .negotiated
      case 713_120: self = .cameUp
      case 713_123: self = .lost
      case 713_050: self = .ended
      case 713_048: self = .unacceptable
      case 713_061: self = .unselected
      case 713_060, 713_206: self = .rejected
      case 750_002: self = .began
      case 750_003: self = .failed
      case 750_006: self = .cameUp
      case 750_007: self = .ended
      case 751_022: self = .unselected
      case 751_002, 751_006, 751_008, 751_009, 751_010, 751_012: self = .rejected
      default: return nil
      }
    }
  }

  private mutating func take(
    _ event: Event, of client: IPAddress, _ text: inout LogText, _ time: LogTime?, into sink: inout LogSink
  ) {
    if associations[client] == nil, associations.count >= IPsecLogLimits.associations { associations.removeAll() }
    let known = associations[client]
    var association = known.flatMap { $0.phase == .over ? nil : $0 } ?? IKEAssociation(from: client)
    switch event {
    case .began:
      // A client that begins anew while its session is up makes new keys, or comes back; which of them the next line says.
      guard association.phase == .opening else { return }
      association.open(at: time, into: &sink)
    case .negotiated: association.authenticate()
    case .cameUp: association.establish(at: time, into: &sink)
    case .lost: association.giveUp(at: time, into: &sink)
    case .ended:
      if text.contains("Reason: peer lost") {
        association.giveUp(at: time, into: &sink)
      } else {
        association.end(byPeer: text.contains("Peer Terminate") || text.contains("peer request"), at: time, into: &sink)
      }
    case .rejected: reject(text.reasonBehindPeer, &association, time, into: &sink)
    case .unacceptable: reject("NO_PROPOSAL_CHOSEN", &association, time, into: &sink)
    case .unselected:
      // The peer has shown who it is before it asks for networks.
      association.fail(
        .rejected(reason: "TS_UNACCEPTABLE: no crypto map for the networks asked for"), at: time, into: &sink)
    case .failed:
      let reason = text.skip(past: "due to ERROR: ") ? text.restString : "negotiation aborted"
      if text.starts(with: "Maximum number of retransmissions") {
        association.fail(.incomplete, at: time, into: &sink)
      } else if text.starts(with: "Failed to find a matching policy") {
        reject("NO_PROPOSAL_CHOSEN: \(reason)", &association, time, into: &sink)
      } else if text.starts(with: "Auth exchange failed") {
        reject("AUTHENTICATION_FAILED: \(reason)", &association, time, into: &sink)
      }
    }
    associations[client] = association
  }

  private mutating func reject(
    _ reason: String, _ association: inout IKEAssociation, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard association.isAuthenticated || strangers.comesAgain(association.peer) else { return }
    association.fail(.rejected(reason: reason), at: time, into: &sink)
  }
}

extension LogText {
  /// What stands behind the peer and its name: ", Tunnel Rejected: …", ":500 Username:alice Unable to find tunnel group for peer."
  fileprivate var reasonBehindPeer: String {
    var rest = LogText(bytes, from: position)
    if rest.skip(past: "Username:") { _ = rest.word() } else { _ = rest.skip(", ") }
    return rest.restString
  }
}
