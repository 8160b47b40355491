import Dissection
import Observations

/// What a DTLS association keeps beyond its flow.
struct DTLSState {
  /// Of the hello that began the current attempt.
  var clientRandom: HandshakeToken?
  var version: UInt16 = 0
  var sawHello = false
  var client = DTLSSideState()
  var server = DTLSSideState()

  subscript(side: Side) -> DTLSSideState {
    get { side == .client ? client : server }
    _modify {
      if side == .client { yield &client } else { yield &server }
    }
  }

  /// A side was heard: whatever the other had sent is answered.
  @inline(__always)
  mutating func hear(_ side: Side, at time: Timestamp) {
    if side == .client {
      client.lastHeard = time
      server.unanswered = 0
    } else {
      server.lastHeard = time
      client.unanswered = 0
    }
  }
}

/// What one side of an association did since the current attempt began.
struct DTLSSideState {
  /// Whether it sent application data.
  var sentData = false
  /// When it was last heard, with anything.
  var lastHeard: Timestamp?
  /// Its packets with application data since the other side was last heard.
  var unanswered = 0
  var unansweredSince = Timestamp(nanoseconds: 0)
  var unansweredFrame = PackedFrame.none
  /// Whether the other side's silence was told.
  var toldSilence = false

  /// A side is silent when the other has sent for this long and heard nothing: twice the longest retransmission
  /// pause of a first handshake flight, and half of the usual dead-peer interval.
  static let silenceNanoseconds: Int64 = 10_000_000_000
  /// Packets that must have stayed unanswered before a silence is told; a keep-alive and its repetition are two.
  static let silencePackets = 3

  /// It sent application data.
  ///
  /// - Returns: Whether that was the first, and whether the other side has now been silent long enough to tell.
  @inline(__always)
  mutating func sendData(at time: Timestamp, _ frame: PackedFrame) -> (isFirst: Bool, isSilence: Bool) {
    let isFirst = !sentData
    sentData = true
    if unanswered == 0 {
      unansweredSince = time
      unansweredFrame = frame
    }
    unanswered &+= 1
    let isSilence =
      !toldSilence && unanswered >= Self.silencePackets
      && time.nanoseconds(since: unansweredSince) >= Self.silenceNanoseconds
    if isSilence { toldSilence = true }
    return (isFirst, isSilence)
  }
}

// DTLS over UDP: every handshake message, the first data of each side, and silences.
// State: one `DTLSState` for each flow that a hello began or whose datagrams are DTLS records.
extension PointTracker {
  private static var undecidedPacketsBeforePlain: UInt8 { 4 }

  @inline(__always)
  mutating func readUDP(_ datagram: RawSpan, _ ip: IPContext, _ context: PacketContext) {
    guard let header = UDPHeader(datagram) else { return }
    let (index, direction) = flowIndex(
      ip, protocolNumber: IPProtocol.udp, sourcePort: header.sourcePort, destinationPort: header.destinationPort,
      context)
    let own = 2 &* index &+ direction
    table.directions[own].last = context.time
    if table.flows[index].isWatched { paths.heard(ip.source, by: ip.destination, at: context.time) }
    if ip.dontFragment { noteDFPacket(ip.length, direction: own, flow: index, context) }
    let payload = header.payload
    guard payload.byteCount > 0 else { return }
    table.directions[own].sendDatagram(payload.byteCount, at: context.time)
    let firstByte = unsafe payload.u8(0)
    if table.flows[index].kind == .dtls {
      readDTLS(
        payload, length: header.originalPayloadLength, flow: index, direction: direction, context)
    } else if table.flows[index].kind == .undecided || firstByte == TLSContentType.handshake.number {
      decideDTLS(
        payload, length: header.originalPayloadLength, flow: index, direction: direction, context)
    }
  }

  /// A hello makes a flow DTLS at any time; data records do so only at its start, when both agree in every field.
  @inline(never)
  private mutating func decideDTLS(
    _ payload: RawSpan, length: Int, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    var records = DTLSRecords(payload, originalPayloadLength: length)
    guard let record = records.next(), isTunnelLike(record) else {
      table.flows[index].undecidedPackets &+= 1
      if table.flows[index].undecidedPackets >= Self.undecidedPacketsBeforePlain {
        table.flows[index].kind = .plain
      }
      return
    }
    table.flows[index].kind = .dtls
    table.flows[index].detail = dtls.insert(DTLSState())
    readDTLS(payload, length: length, flow: index, direction: direction, context)
  }

  private func isTunnelLike(_ record: borrowing DTLSRecord) -> Bool {
    switch record.contentType {
    case .handshake: return record.epoch == 0 ? DTLSHandshakeFragment(record.fragment) != nil : true
    case .applicationData: return record.epoch > 0 && !record.isUnified
    default: return false
    }
  }

  @inline(__always)
  private mutating func readDTLS(
    _ payload: RawSpan, length: Int, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    if unsafe payload.u8(0) == TLSContentType.applicationData.number {
      readData(flow: index, direction: direction, context)
    } else {
      readHandshake(payload, length: length, flow: index, direction: direction, context)
    }
  }

  /// Application data, seen in all but a few packets of an association.
  @inline(__always)
  private mutating func readData(flow index: Int, direction: Int, _ context: PacketContext) {
    let side = table.flows[index].side(of: direction)
    let place = table.flows[index].detail
    hear(side, flow: index, context)
    let news = dtls[place][side].sendData(at: context.time, context.frame)
    if news.isFirst {
      observe(
        .dtlsData(DTLSData(flow: table.flows[index].flow, sender: side)), time: context.time, frame: context.frame)
    }
    if news.isSilence { tellSilence(of: side.opposite, flow: index, heardAgain: false, context) }
  }

  /// A side was heard: whatever the other had sent is answered.
  @inline(__always)
  private mutating func hear(_ side: Side, flow index: Int, _ context: PacketContext) {
    let place = table.flows[index].detail
    if dtls[place][side.opposite].toldSilence {
      tellSilence(of: side, flow: index, heardAgain: true, context)
      dtls[place][side.opposite].toldSilence = false
    }
    dtls[place].hear(side, at: context.time)
  }

  @inline(never)
  private mutating func tellSilence(of silent: Side, flow index: Int, heardAgain: Bool, _ context: PacketContext) {
    observations.append(
      silence(of: silent, flow: index, heardAgain: heardAgain, at: context.time, frame: context.frame))
  }

  private func silence(
    of silent: Side, flow index: Int, heardAgain: Bool, at time: Timestamp, frame: PackedFrame
  ) -> Observation {
    let state = dtls[table.flows[index].detail]
    let talking = state[silent.opposite]
    return observation(
      .dtlsSilence(
        DTLSSilence(
          flow: table.flows[index].flow, silentSide: silent, lastHeard: heardAgain ? nil : state[silent].lastHeard,
          unansweredSince: talking.unansweredSince, unansweredFrame: talking.unansweredFrame.reference,
          packets: talking.unanswered, heardAgain: heardAgain)),
      time: time, frame: frame)
  }

  /// Everything but application data: each record of the datagram is told.
  @inline(never)
  private mutating func readHandshake(
    _ payload: RawSpan, length: Int, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    var records = DTLSRecords(payload, originalPayloadLength: length)
    while let record = records.next() {
      switch record.contentType {
      case .handshake where record.epoch == 0:
        readMessage(record, flow: index, direction: direction, context)
      case .handshake:
        tell(.encrypted, version: record.version, flow: index, direction: direction, context)
      case .changeCipherSpec:
        tell(.changeCipherSpec, version: record.version, flow: index, direction: direction, context)
      case .alert:
        let side = table.flows[index].side(of: direction)
        hear(side, flow: index, context)
        observe(
          .dtlsAlert(DTLSAlert(flow: table.flows[index].flow, sender: side)), time: context.time,
          frame: context.frame)
      default:
        if record.epoch > 0 || record.isUnified { readData(flow: index, direction: direction, context) }
      }
    }
  }

  private mutating func readMessage(
    _ record: borrowing DTLSRecord, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    guard let message = DTLSHandshakeFragment(record.fragment) else { return }
    // Later fragments of a message repeat its type; only the first says what it is (RFC 6347 section 4.2.3).
    guard message.fragmentOffset == 0 else { return }
    switch message.type {
    case .clientHello:
      guard let hello = ClientHello(message.body, transport: .datagram) else { return }
      begin(hello, version: record.version, flow: index, direction: direction, context)
    case .helloVerifyRequest:
      tell(.helloVerifyRequest, version: record.version, flow: index, direction: direction, context)
    case .serverHello:
      let hello = ServerHello(message.body)
      let suite = hello?.cipherSuite
      tell(
        .serverHello, version: hello?.selectedVersion ?? record.version, flow: index, direction: direction, context,
        cipherSuite: suite.map { CipherSuite($0) })
    default:
      tell(.other, version: record.version, flow: index, direction: direction, context)
    }
  }

  /// A ClientHello: the first of an attempt, its repetition, or its answer to a HelloVerifyRequest.
  private mutating func begin(
    _ hello: borrowing ClientHello, version: UInt16, flow index: Int, direction: Int, _ context: PacketContext
  ) {
    let place = table.flows[index].detail
    table.flows[index].clientDirection = Int8(truncatingIfNeeded: direction)
    if dtls[place].clientRandom != hello.random {
      endSilences(flow: index, context)
      // Errors about a new attempt are told anew: they say what became of it.
      table.flows[index].toldErrors = 0
      dtls[place] = DTLSState()
      dtls[place].clientRandom = hello.random
    }
    dtls[place].version = version
    dtls[place].sawHello = true
    dtls[place].client.lastHeard = context.time
    observe(
      .dtlsHandshake(
        DTLSHandshake(
          flow: table.flows[index].flow, sender: .client, message: .clientHello, clientRandom: hello.random,
          version: TLSVersion(version), sessionID: hexadecimal(hello.sessionID),
          hasCookie: hello.hasCookie, offersSRTP: hello.offersSRTP)),
      time: context.time, frame: context.frame)
  }

  private mutating func tell(
    _ message: DTLSHandshake.Message, version: UInt16, flow index: Int, direction: Int, _ context: PacketContext,
    cipherSuite: CipherSuite? = nil
  ) {
    let place = table.flows[index].detail
    let side = table.flows[index].side(of: direction)
    hear(side, flow: index, context)
    observe(
      .dtlsHandshake(
        DTLSHandshake(
          flow: table.flows[index].flow, sender: side, message: message, clientRandom: dtls[place].clientRandom,
          version: TLSVersion(version), cipherSuite: cipherSuite)),
      time: context.time, frame: context.frame)
  }

  /// A silence that was told and still lasts is told again with its full count.
  private mutating func endSilences(flow index: Int, _ context: PacketContext) {
    let place = table.flows[index].detail
    for side in [Side.client, .server] where dtls[place][side].toldSilence {
      tellSilence(of: side.opposite, flow: index, heardAgain: false, context)
      dtls[place][side].toldSilence = false
    }
  }

  mutating func endDTLS(flow index: Int) {
    guard table.flows[index].kind == .dtls else { return }
    for observation in wholeAssociation(ofFlow: index) { observations.append(observation) }
    dtls.remove(table.flows[index].detail, leaving: DTLSState())
    table.flows[index].detail = -1
    table.flows[index].kind = .closed
  }

  /// What an association came to so far, with the silences that last; the flow's kind must be DTLS.
  func wholeAssociation(ofFlow index: Int) -> [Observation] {
    let flow = table.flows[index]
    let clientDirection = flow.assumedClientDirection
    let client = table.directions[2 * index + clientDirection]
    let server = table.directions[2 * index + 1 - clientDirection]
    let last = max(client.last, server.last)
    let state = dtls[flow.detail]
    let silences = [Side.client, .server].filter { state[$0].toldSilence }.map { side in
      silence(of: side.opposite, flow: index, heardAgain: false, at: last, frame: flow.firstFrame)
    }
    let whole = DTLSAssociation(
      flow: flow.flow, start: flow.first, end: last, sawStart: state.sawHello, client: client.totals,
      server: server.totals)
    return silences + [observation(.dtlsAssociationEnded(whole), time: last, frame: flow.firstFrame)]
  }

  /// At most 32 bytes, which is what a session ID may have (RFC 5246 section 7.4.1.2).
  private func hexadecimal(_ bytes: RawSpan) -> String {
    let count = min(bytes.byteCount, 32)
    let digits: StaticString = "0123456789abcdef"
    return unsafe String(unsafeUninitializedCapacity: 2 * count) { text in
      for index in 0..<count {
        let byte = Int(unsafe bytes.u8(index))
        unsafe text[2 * index] = digits.utf8Start[byte >> 4]
        unsafe text[2 * index + 1] = digits.utf8Start[byte & 15]
      }
      return 2 * count
    }
  }
}
