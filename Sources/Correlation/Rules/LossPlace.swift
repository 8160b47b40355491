import Observations

extension Situation.Point {
  /// Whether it shows ARP or ICMP, so that its capture was not filtered down to the ports of a tunnel, without its data.
  fileprivate var isUnfiltered: Bool { captures.contains { ($0.directions?.hosts ?? .none) != .none } }
}

/// Where packets of one handshake or session are lost, as far as a capture point at each end of the path shows it.
struct LossPlace {
  /// What becomes of the packets of the side that hears nothing, and of those that it waits for.
  private let isLostOnTheWay: (asking: Bool, answering: Bool)
  private let near: String
  private let far: String
  /// The side that is not heard.
  private let silent: Side
  /// Whether data alone is lost, while handshakes pass.
  private let isData: Bool

  /// A packet seen this long after the silence began was not on its way already, in seconds.
  private static let afterSeconds = 2.0

  /// - Parameters:
  ///   - silent: The side that the other one hears nothing from.
  ///   - since: The first packet of the other side that stays unanswered.
  /// - Returns: nil for a single point, and where one of both does not show it.
  init?(of handshake: Handshake, silent: Side, since: Timestamp, in situation: Situation) {
    guard let ends = Ends(of: handshake, silent: silent, in: situation),
      let asked = ends.asking.lastPayload(from: silent.opposite), asked >= since,
      // A point that shows nothing later may have stopped before.
      ends.far.end >= since.adding(seconds: Self.afterSeconds)
    else { return nil }
    let limit = since.adding(seconds: Self.afterSeconds)
    func goesOn(_ side: Side) -> Bool { ends.answering.lastPayload(from: side).map { $0 >= limit } ?? false }
    let (arrives, answers) = (goesOn(silent.opposite), goesOn(silent))
    // What was asked for so short a time may have been on its way.
    guard arrives || answers || asked >= limit else { return nil }
    self.init(ends, silent: silent, lost: (!arrives, answers), isData: false)
  }

  /// Where data that never came back is lost, while handshakes pass.
  ///
  /// - Parameter data: The channel that carries the data, where that is another one.
  init?(ofDataOf handshake: Handshake, carriedBy data: Channel?, in situation: Situation) {
    guard let ends = Ends(of: handshake, silent: .server, in: situation) else { return nil }
    if let data {
      guard let first = data.handshakes.first, first.start <= ends.far.end else { return nil }
      // Data that was seen at the far point need not be known there as the same.
      let far = Sent(in: data, at: ends.answering.point)
      guard far.isAnything || ends.far.isUnfiltered else { return nil }
      let near = Sent(in: data, at: ends.asking.point)
      // A far point that shows nothing of the gateway at all has one direction only.
      guard near.byClient, !near.byGateway, !far.byClient || ends.answering.wasAnswered else { return nil }
      self.init(ends, silent: .server, lost: (!far.byClient, far.byGateway), isData: true)
      return
    }
    guard let sent = ends.asking.clientData, sent.moment <= ends.far.end else { return nil }
    let isLost = (ends.answering.clientData == nil, ends.answering.gatewayData != nil && ends.asking.gatewayData == nil)
    self.init(ends, silent: .server, lost: isLost, isData: true)
  }

  /// Whose data a capture point shows.
  private struct Sent {
    let byClient: Bool
    let byGateway: Bool

    var isAnything: Bool { byClient || byGateway }

    init(in channel: Channel, at point: Int?) {
      let wholes = channel.handshakes.flatMap(\.views).filter { $0.point == point }.compactMap(\.whole)
      byClient = wholes.contains { $0.client.packets > 0 }
      byGateway = wholes.contains { $0.server.packets > 0 }
    }
  }

  private init(_ ends: Ends, silent: Side, lost: (asking: Bool, answering: Bool), isData: Bool) {
    (near, far, self.silent, self.isData) = (ends.near.name, ends.far.name, silent, isData)
    isLostOnTheWay = lost
  }

  /// The views of both ends of a path.
  private struct Ends {
    /// From the point next to the side that hears nothing, and from that next to the silent side.
    let asking: Association
    let answering: Association
    let near: Situation.Point
    let far: Situation.Point

    init?(of handshake: Handshake, silent: Side, in situation: Situation) {
      // Views are in the order of the points, the client's first.
      guard let first = handshake.views.first, let last = handshake.views.last, first.point != last.point else {
        return nil
      }
      (asking, answering) = silent == .server ? (first, last) : (last, first)
      guard let near = asking.point.flatMap(situation.point), let far = answering.point.flatMap(situation.point) else {
        return nil
      }
      (self.near, self.far) = (near, far)
    }
  }

  /// Where to look, as remedies ask for it; nil where the client is the one that is silent.
  var loss: OpeningLoss? {
    guard silent == .server else { return nil }
    return isLostOnTheWay.asking ? .towardsGateway : isLostOnTheWay.answering ? .towardsClient : .atGateway
  }

  /// "between client.pcap and gateway.pcap, on the way to the gateway".
  var clause: String {
    switch isLostOnTheWay {
    case (true, true): "between \(near) and \(far), in both directions"
    case (true, false): "between \(near) and \(far), on the way to the \(silent.name)"
    case (false, true): "between \(far) and \(near), on the way to the \(silent.opposite.name)"
    case (false, false): "at the \(silent.name) or behind \(far): packets arrive there, and no answer leaves"
    }
  }

  /// The same in a sentence.
  var words: String { isData ? predicate.capitalizedStart : "From then on \(predicate)" }

  /// The same behind a colon.
  var predicate: String {
    switch isLostOnTheWay {
    case (true, true): "\(subject(nil)) passes between \(near) and \(far) in neither direction."
    case (true, false): "\(subject(silent.opposite)) leaves \(near) and never reaches \(far): it is dropped in between."
    case (false, true): "\(subject(silent)) is in \(far) and never reaches \(near): it is dropped in between."
    case (false, false): "\(subject(silent.opposite)) reaches \(far), and \(isData ? "none" : "no answer") leaves it."
    }
  }

  /// - Parameter side: Whose; nil for both.
  private func subject(_ side: Side?) -> String {
    if isData { return side.map { "the \($0.name)'s data" } ?? "data" }
    return "what \(side.map { "the \($0.name) sends" } ?? "either side sends")"
  }
}
