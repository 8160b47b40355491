import Observations
import Testing

@testable import Families

@Suite("OpenVPN channels")
struct OpenVPNTrackingTests {
  private typealias Bytes = OpenVPNBytes

  @Test("data under way is recognised although one side sends alone at first")
  func oneSideFirst() {
    var talk = OpenVPNTalk()
    for packetID in 1...20 { talk.gateway(OpenVPNBytes.data(UInt32(packetID)), at: Double(packetID)) }
    for packetID in 1...3 { talk.client(OpenVPNBytes.data(UInt32(packetID)), at: 20 + Double(packetID)) }
    #expect(talk.isClaimed)
  }

  @Test("a handshake is emitted message by message, and established by data both ways")
  func handshake() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    let events = talk.finish()
    #expect(events.openings.map(\.id) == [OpenVPNTalk.id(1)])
    #expect(events.openings.map { $0.token?.hexadecimal.prefix(16) } == ["2755421a9ad7104e"])
    #expect(events.messages.map(\.name.rawValue) == ["HARD_RESET_SERVER"])
    #expect(events.data.map(\.sender) == [.client, .server])
    #expect(events.established.map(\.id) == [OpenVPNTalk.id(1)])
    #expect(events.summaries.map(\.client.packets) == [1])
  }

  @Test("a reset that comes again is the same attempt, one with another session ID the next")
  func repetition() {
    var talk = OpenVPNTalk()
    for seconds in [0.0, 2, 6] { talk.client(Bytes.reset(), at: seconds) }
    talk.client(Bytes.reset(Bytes.serverSession), at: 60)
    #expect(talk.events().openings.map(\.id) == [1, 1, 1, 4].map(OpenVPNTalk.id))
  }

  @Test(
    "an answer that comes again although the client went on is a repetition; to a new reset, or a probe, it is none")
  func repeatedAnswer() {
    func stages(_ between: [[UInt8]]) -> [HandshakeMessage.Stage] {
      var talk = OpenVPNTalk()
      talk.client(Bytes.reset(), at: 0)
      talk.gateway(Bytes.answer(), at: 0.1)
      for (number, packet) in between.enumerated() { talk.client(packet, at: 0.2 + Double(number)) }
      talk.gateway(Bytes.answer(), at: 4)
      return talk.events().messages.filter { $0.sender == .server }.map(\.stage)
    }
    #expect(stages([Bytes.control(Bytes.clientSession, [22])]) == [.answer, .repeatedAnswer])
    #expect(stages([Bytes.reset()]) == [.answer, .answer])
    #expect(stages([]) == [.answer, .answer])
  }

  @Test("packets that the client repeats unheard are a silence of the gateway")
  func silence() {
    var talk = OpenVPNTalk()
    talk.client(Bytes.reset(), at: 0)
    talk.gateway(Bytes.answer(), at: 0.1)
    for seconds in [0.2, 2.2, 6.2] { talk.client(Bytes.control(Bytes.clientSession, [22]), at: seconds) }
    #expect(talk.events().silences.isEmpty)
    talk.client(Bytes.control(Bytes.clientSession, [22]), at: 14.2)
    #expect(talk.events().silences.map(\.silentSide) == [.server])
  }

  @Test("messages of a handshake beyond the limit are not emitted one by one")
  func manyMessages() {
    var talk = OpenVPNTalk()
    talk.client(Bytes.reset(), at: 0)
    talk.gateway(Bytes.answer(), at: 0.1)
    for number in 0..<300 {
      talk.gateway(Bytes.control(Bytes.serverSession, [22, UInt8(number % 250)]), at: 0.2 + Double(number) / 1_000)
    }
    let messages = talk.events().messages.count
    #expect(messages > 1)
    #expect(messages <= 64)
  }

  @Test("pings every 10 seconds are no silence")
  func pings() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    for number in 1...12 {
      talk.client(Bytes.data(UInt32(number + 1)), at: 10 * Double(number))
      talk.gateway(Bytes.data(UInt32(number + 1)), at: 10 * Double(number) + 5)
    }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("the largest packets of a session are counted, its control packets too, and no datagram of offload")
  func largest() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    for number in 0..<4 {
      talk.gateway(
        Bytes.control(Bytes.serverSession, [UInt8](repeating: 9, count: 1_200)), at: 1 + Double(number))
    }
    talk.gateway(Bytes.control(Bytes.serverSession, [UInt8](repeating: 9, count: 3_000)), at: 6)
    let largest = talk.finish().summaries.first?.server.largest
    #expect(largest?.length == 1_214)
    #expect(largest?.count == 4)
    #expect(largest?.besideMerged == true)
    #expect(largest?.firstFrame == FrameReference(capture: 7, frame: 5))
  }

  @Test("a refused connection to the usual port is an opening over TCP; to another port it may be anything")
  func refusedConnections() {
    for (port, count) in [(UInt16(1_194), 1), (1_195, 0)] {
      var tracker = OpenVPNTracker(limits: TrackingLimits())
      var emitter = Emitter(point: 0)
      let (key, direction) = FlowKey.of(
        source: OpenVPNTalk.client.address, destination: OpenVPNTalk.gateway.address, protocolNumber: 6,
        sourcePort: 40_000, destinationPort: port)
      let time = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
      var flow = TrackedFlow(key: key, first: time, firstFrame: PackedFrame(capture: 7, frame: 1))
      flow.clientDirection = Int8(direction)
      tracker.readRefusal(
        of: flow, PacketContext(time: time, frame: PackedFrame(capture: 7, frame: 2), missingBytes: 0), &emitter)
      let events = emitter.take().observations.map(\.event)
      #expect(events.openings.map(\.transport) == [TransportProtocol.tcp].prefix(count).map(\.self))
      #expect(events.refusals.map(\.kind) == [Refusal.Kind.reset].prefix(count).map(\.self))
    }
  }

  @Test("a side that paused for long before is silent only after three such pauses")
  func longPauses() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    talk.gateway(Bytes.data(2), at: 40.3)
    for number in 2...30 { talk.client(Bytes.data(UInt32(number)), at: 41 + 4 * Double(number)) }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("a client that goes on from its reset was answered, though the answer was captured before it, or not at all")
  func answerOutOfOrder() {
    for isCaptured in [true, false] {
      var talk = OpenVPNTalk()
      if isCaptured { talk.gateway(Bytes.answer(), at: 0) }
      talk.client(Bytes.reset(), at: 0.1)
      talk.client(Bytes.control(Bytes.clientSession, [0x16, 3, 1]), at: 0.2)
      talk.client(Bytes.data(1), at: 0.3)
      talk.gateway(Bytes.data(1), at: 0.4)
      let events = talk.finish()
      let reset = OpenVPNTalk.id(isCaptured ? 2 : 1)
      #expect(events.openings.map(\.id) == [reset])
      #expect(events.established.map(\.id) == [reset])
    }
  }

  @Test("a reset that was captured behind the messages that follow it begins no attempt")
  func resetOutOfOrder() {
    var talk = OpenVPNTalk()
    talk.gateway(Bytes.answer(), at: 0)
    talk.client(Bytes.control(Bytes.clientSession, [0x16, 3, 1]), at: 0)
    talk.client(Bytes.reset(), at: 0)
    talk.client(Bytes.data(1), at: 0.3)
    talk.gateway(Bytes.data(1), at: 0.4)
    let events = talk.finish()
    #expect(events.openings.isEmpty)
    #expect(events.established.map(\.id) == [OpenVPNTalk.id(1)])
  }

  @Test("missing packet IDs are counted, and late ones are not missing")
  func missing() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    for (number, id) in [2, 3, 6, 5, 7].enumerated() { talk.client(Bytes.data(UInt32(id)), at: 1 + Double(number)) }
    #expect(talk.finish().summaries.map(\.client.missing) == [1])
  }

  @Test("a soft reset renews the session, and the other side's answers it")
  func renewal() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    talk.client(Bytes.softReset(), at: 10)
    talk.gateway(Bytes.softReset(Bytes.serverSession), at: 10.1)
    talk.client(Bytes.data(1, key: 1), at: 10.2)
    let events = talk.finish()
    #expect(events.openings.map(\.renews) == [nil, OpenVPNTalk.id(1)])
    #expect(events.messages.map(\.name.rawValue) == ["HARD_RESET_SERVER", "SOFT_RESET"])
    #expect(events.established.map(\.id) == [OpenVPNTalk.id(1), OpenVPNTalk.id(5)])
    #expect(events.summaries.count == 1)
  }

  @Test("data from another port of the client goes on with the session")
  func floating() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    talk.client(Bytes.data(2), at: 1, port: 50_000)
    let events = talk.finish()
    #expect(events.moves.map(\.to.port) == [50_000])
    #expect(events.summaries.map(\.client.packets) == [2])
  }

  @Test(
    "a summary has what the client's data begins with under its latest key, and the numbers of its first and its last")
  func marks() {
    var talk = OpenVPNTalk()
    talk.establish(at: 0)
    talk.client(Bytes.data(2), at: 1)
    #expect(
      talk.finish().summaries.map(\.marks) == [
        SessionMarks(first: nil, latest: [HandshakeToken(0x4800_0000, 0, 0, 0)], firstNumber: 1, highestNumber: 2)
      ])
    var renewed = OpenVPNTalk()
    renewed.establish(at: 0)
    renewed.client(Bytes.softReset(), at: 10)
    renewed.gateway(Bytes.softReset(Bytes.serverSession), at: 10.1)
    renewed.client(Bytes.data(1, key: 1), at: 10.2)
    let latest = renewed.finish().summaries.compactMap(\.marks).last
    #expect(latest?.latest == [HandshakeToken(0x4900_0000, 0, 0, 0)])
    #expect(latest?.highestNumber == 1)
  }

  @Test("where the capture shows no handshake, it has what the client's first data begins with, too")
  func marksUnderWay() {
    var talk = OpenVPNTalk()
    for number in UInt32(0)..<8 {
      talk.client(Bytes.data(700 + number), at: Double(number))
      talk.gateway(Bytes.data(90 + number), at: Double(number) + 0.1)
    }
    let marks = talk.finish().summaries.compactMap(\.marks)
    #expect(marks.map(\.first) == [HandshakeToken(0x4800_0000, 0, 0, 0)])
    #expect(marks.map(\.highestNumber) == [707])
    #expect(marks.allSatisfy { 700..<707 ~= $0.firstNumber ?? 0 })
  }

  @Test("a fatal TLS alert in a plain control channel is a rejection")
  func alert() {
    var talk = OpenVPNTalk()
    talk.client(Bytes.reset(), at: 0)
    talk.gateway(Bytes.answer(), at: 0.1)
    talk.gateway(Bytes.control(Bytes.serverSession, [21, 3, 3, 0, 2, 2, 40]), at: 0.2)
    let reasons = talk.events().compactMap { if case .rejected(let it) = $0 { it.reason } else { nil } }
    #expect(reasons == ["handshake_failure"])
  }
}

@Suite("What is OpenVPN")
struct OpenVPNRecognitionTests {
  @Test(
    "no reset: a number other than 0 where the packet ID stands, session IDs of zeros, another length",
    arguments: [
      [0x38] + OpenVPNBytes.clientSession + [0, 0, 0, 0, 1], [0x38, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
      OpenVPNBytes.reset() + [0], [0x39] + OpenVPNBytes.clientSession + [0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func others(_ payload: [UInt8]) {
    var talk = OpenVPNTalk()
    talk.client(payload, at: 0)
    #expect(!talk.isClaimed)
  }

  @Test("every length of a packet is read or refused")
  func lengths() {
    for packet in [OpenVPNBytes.reset(), OpenVPNBytes.answer(), OpenVPNBytes.data(1)] {
      for length in 1...packet.count {
        var talk = OpenVPNTalk()
        talk.client(Array(packet.prefix(length)), at: 0)
        #expect(!talk.isClaimed || length == packet.count)
      }
    }
  }

  @Test("data of a session under way is recognised when both directions agree, never by one alone")
  func underWay() {
    var talk = OpenVPNTalk()
    for number in 0..<5 { talk.client(OpenVPNBytes.data(UInt32(700 + number)), at: Double(number)) }
    #expect(!talk.isClaimed)
    for number in 0..<3 { talk.gateway(OpenVPNBytes.data(UInt32(90 + number)), at: 5 + Double(number)) }
    #expect(talk.isClaimed)
  }
}
