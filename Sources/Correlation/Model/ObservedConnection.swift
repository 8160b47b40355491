import Observations

/// A TLS connection as one capture point saw it.
struct ObservedConnection {
  let point: Int
  var flow: Flow
  var random: HandshakeToken?
  var serverName: String?
  var opening: TCPOpening?
  var helloTime: Timestamp?
  var helloFrame: FrameReference?
  var serverHelloTime: Timestamp?
  var serverHelloFrame: FrameReference?
  var version: TLSVersion?
  var cipherSuite: CipherSuite?
  /// The SYN, the ClientHello or the first packet seen.
  var start: Timestamp
  var startFrame: FrameReference
  var sawStart: Bool
  /// What the whole connection came to, once it ended or the capture did.
  var whole: TLSConnection?
  var endFrame: FrameReference?

  /// When it ended, or when it was last seen.
  var end: Timestamp { whole?.end ?? serverHelloTime ?? helloTime ?? start }
  var ending: ConnectionEnding { whole?.ending ?? .open }
  var openingRequests: Int { whole?.openingRequests ?? 0 }
  var turns: Int { whole?.turns ?? 0 }

  /// Whether one side said nothing at all. A server that answered the SYN was heard, although the capture may end before
  /// it answers the hello.
  var isOneSided: Bool {
    guard let whole, opening?.synAck == nil else { return false }
    return whole.client.packets == 0 || whole.server.packets == 0
  }

  /// The same connection with its times moved by `offset` nanoseconds, to the clock of the report.
  func shifted(by offset: Int64) -> ObservedConnection {
    guard offset != 0 else { return self }
    var copy = self
    copy.start = start.adding(nanoseconds: offset)
    copy.helloTime = helloTime?.adding(nanoseconds: offset)
    copy.serverHelloTime = serverHelloTime?.adding(nanoseconds: offset)
    copy.opening = opening.map {
      TCPOpening(
        synTime: $0.synTime.adding(nanoseconds: offset), syn: $0.syn, clientMSS: $0.clientMSS, synAck: $0.synAck,
        serverMSS: $0.serverMSS)
    }
    copy.whole = whole.map { $0.shifted(by: offset) }
    return copy
  }
}

extension TLSConnection {
  func shifted(by offset: Int64) -> TLSConnection {
    TLSConnection(
      flow: flow, start: start.adding(nanoseconds: offset), startFrame: startFrame, sawStart: sawStart,
      clientRandom: clientRandom, end: end.adding(nanoseconds: offset), ending: ending,
      client: client.shifted(by: offset), server: server.shifted(by: offset), openingRequests: openingRequests,
      turns: turns)
  }
}

extension PayloadTotals {
  func shifted(by offset: Int64) -> PayloadTotals {
    PayloadTotals(packets: packets, bytes: bytes, last: last?.adding(nanoseconds: offset))
  }
}
