import Logs
import Observations

/// What OpenBSD's iked, and OpenIKED elsewhere, write of IKE version 2.
///
///     iked[40211]: spi=0x2f1c7b0a1e0b1c2d: send IKE_SA_INIT req 0 peer 203.0.113.20:500 local 0.0.0.0:500, 518 bytes
///     iked[40211]: spi=0x2f1c7b0a1e0b1c2d: retransmit 1 IKE_SA_INIT req 0 peer 203.0.113.20:500 local 198.51.100.10:500
///     iked[40211]: spi=0x2f1c7b0a1e0b1c2d: established peer 203.0.113.20:4500[FQDN/gw] local … policy 'road' as initiator (…)
///     iked[40211]: spi=0x2f1c7b0a1e0b1c2d: sa_free: authentication failed
///
/// Each line names the SA by the initiator's SPI; what the daemon says besides is left to the words of errors.
struct IkedLog: LogFormatReader {
  /// By the initiator's SPI.
  private var associations: [String: IKEAssociation] = [:]
  private var strangers = IKEStrangers()
  /// Why the peer's certificate does not please, until the SA ends for it.
  private var complaint: String?
  private var writer = WritersSide(.ikedInitiator, .ikedResponder)

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = IkedLine(&offered) else { return false }
    var text = LogText(line.message.bytes, from: line.message.position)
    let time = sink.resolve(line.time)
    guard let spi = text.ikedSPI() else {
      if text.contains("ca_validate_cert: "), text.skip(past: "ca_validate_cert: ") { complaint = text.restString }
      return false
    }
    guard take(&text, of: spi, at: time, into: &sink) else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func readOther(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard IkedLine(&offered) != nil else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func finish(into sink: inout LogSink) {
    for spi in associations.keys.sorted() { associations[spi]?.endUnanswered(into: &sink) }
    writer.finish(into: &sink)
  }

  private mutating func take(
    _ text: inout LogText, of spi: String, at time: LogTime?, into sink: inout LogSink
  ) -> Bool {
    if text.skip("send ") {
      guard let ends = text.ikedEnds() else { return true }
      if text.starts(with: "IKE_SA_INIT req ") {
        begin(IKEAssociation(to: ends.peer), spi, from: ends.own, at: time, into: &sink)
      } else if text.contains(" req ") {
        associations[spi]?.ask(forKeys: text.starts(with: "CREATE_CHILD_SA"), at: time, line: sink.line)
      }
    } else if text.skip("recv ") {
      guard let ends = text.ikedEnds() else { return true }
      if text.starts(with: "IKE_SA_INIT req ") {
        begin(IKEAssociation(from: ends.peer), spi, from: nil, at: time, into: &sink)
      } else if text.contains(" res ") {
        associations[spi]?.hearAnswer()
        associations[spi]?.hear()
      }
    } else if text.skip("retransmit ") {
      if text.contains(" req ") { associations[spi]?.repeatRequest(at: time, line: sink.line) }
    } else if text.starts(with: "established peer ") {
      writer.isInitiator = writer.isInitiator ?? text.contains("' as initiator")
      associations[spi]?.authenticate()
      associations[spi]?.establish(at: time, into: &sink)
      complaint = nil
    } else if text.skip("sa_free: ") {
      end(spi, for: text, at: time, into: &sink)
    } else {
      return false
    }
    return true
  }

  private mutating func begin(
    _ association: IKEAssociation, _ spi: String, from own: IPAddress?, at time: LogTime?, into sink: inout LogSink
  ) {
    // The same message again, with a cookie or another group.
    guard associations[spi] == nil else { return }
    if associations.count >= IPsecLogLimits.associations { associations.removeAll() }
    var association = association
    writer.isInitiator = association.isInitiator
    association.open(at: time, into: &sink)
    if association.isInitiator {
      association.send(from: own ?? IPAddress(v4: 0), into: &sink)
      association.ask(forKeys: false, at: time, line: sink.line)
    }
    associations[spi] = association
  }

  /// Why the daemon drops an SA (`ikev2_ike_sa_setreason`).
  private mutating func end(_ spi: String, for reason: borrowing LogText, at time: LogTime?, into sink: inout LogSink) {
    guard var association = associations.removeValue(forKey: spi) else { return }
    let words = reason.restString
    if reason.starts(with: "retransmit ") || reason.starts(with: "SA_INIT timeout")
      || reason.starts(with: "timeout")
    {
      association.giveUp(at: time, into: &sink)
    } else if reason.starts(with: "authentication failed") || reason.starts(with: "IKE_AUTH failed")
      || reason.starts(with: "EAP failed")
    {
      association.refuse(
        "AUTHENTICATION_FAILED: \(complaint.map { "certificate: \($0)" } ?? words)", at: time, into: &sink)
    } else if reason.starts(with: "no proposal chosen") {
      guard association.isInitiator || strangers.comesAgain(association.peer) else { return }
      association.fail(.rejected(reason: "NO_PROPOSAL_CHOSEN"), at: time, into: &sink)
    } else if reason.starts(with: "received delete") {
      association.end(byPeer: true, at: time, into: &sink)
    } else if reason.starts(with: "deleting SA") || reason.starts(with: "closed") {
      association.end(byPeer: false, at: time, into: &sink)
    }
    complaint = nil
  }
}

/// A line of iked: its time and the message.
struct IkedLine: ~Escapable {
  let time: CivilTime?
  /// The line, read up to the message.
  let message: LogText

  /// Behind a daemon's header, or as `iked -d` prints it.
  @_lifetime(copy offered)
  init?(_ offered: inout OfferedLine) {
    let line = LogText(offered.text.bytes)
    if line.next == UInt8(ascii: "s"), line.starts(with: "spi=0x") {
      time = nil
      message = line
      return
    }
    guard let header = offered.daemonHeader, header.program.count == 4,
      line.has("iked", at: header.program.lowerBound)
    else { return nil }
    time = header.time
    message = LogText(line.bytes, from: header.message)
  }
}

extension LogText {
  /// "spi=0x2f1c7b0a1e0b1c2d: ": the SPI, behind which the text is then.
  fileprivate mutating func ikedSPI() -> String? {
    guard skip("spi=0x") else { return nil }
    let start = position
    while next.isHexDigit { skipByte() }
    guard position - start <= 16, position > start else { return nil }
    let spi = string(start..<position)
    return skip(": ") ? spi : nil
  }

  /// "… peer 203.0.113.20:500 local 198.51.100.10:500, …": where nothing is bound, the own end is none.
  fileprivate func ikedEnds() -> (peer: IPAddress, own: IPAddress?)? {
    var text = LogText(bytes, from: position)
    guard text.skip(past: " peer "), let peer = text.ikedAddress() else { return nil }
    let own = text.skip(past: " local ") ? text.ikedAddress() : nil
    return (peer, own)
  }

  /// "203.0.113.20:500", "[2001:db8::20]:500".
  private mutating func ikedAddress() -> IPAddress? {
    _ = skip(UInt8(ascii: "["))
    return address()
  }
}
