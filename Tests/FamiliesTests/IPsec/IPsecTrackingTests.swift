import Observations
import Testing

@testable import Families

@Suite("IPsec associations")
struct IPsecTrackingTests {
  @Test(
    "data that nothing answers before the client begins anew is a silence of its own length, however much later",
    arguments: [30, 15])
  func unheardData(packets: Int) {
    var talk = IPsecTalk()
    talk.establish()
    for second in 2..<(2 + packets) { talk.client(IPsecTalk.esp(0xAAAA_0001, UInt32(second)), at: Double(second)) }
    var opening = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0)
    opening[0] = 9
    talk.client(opening, at: 7_300, port: 500)
    let silences = talk.finish().silences.filter { $0.silentSide == .server }
    #expect(!silences.isEmpty == (packets >= 20))
    #expect(silences.allSatisfy { $0.packets == packets && !$0.heardAgain })
  }

  @Test("IKE_SA_INIT and IKE_AUTH are one handshake; ESP confirms it and is its data")
  func handshake() {
    var talk = IPsecTalk()
    talk.establish()
    let events = talk.finish()
    #expect(events.openings.map(\.id) == [IPsecTalk.id(.ike, 1)])
    #expect(events.messages.map(\.name.rawValue) == ["IKE_SA_INIT response", "IKE_AUTH request", "IKE_AUTH response"])
    #expect(events.established.map(\.id) == [IPsecTalk.id(.ike, 1)])
    #expect(Set(events.data.map(\.id)) == [IPsecTalk.id(.ike, 1), IPsecTalk.id(.esp, 5)])
    #expect(events.rejections.isEmpty)
  }

  @Test("a summary of ESP has the SPIs that the client's data goes to, the three latest of them")
  func marks() {
    var talk = IPsecTalk()
    talk.establish()
    func latest() -> SessionMarks? { talk.finish().summaries.first { $0.id.channel == .esp }?.marks }
    #expect(latest() == SessionMarks(first: nil, latest: [HandshakeToken(0xAAAA_0001, 0, 0, 0)]))
    for number in UInt32(2)...5 { talk.client(IPsecTalk.esp(0xAAAA_0000 + number, 1), at: Double(number)) }
    #expect(latest()?.latest == [0xAAAA_0003, 0xAAAA_0004, 0xAAAA_0005].map { HandshakeToken($0, 0, 0, 0) })
  }

  @Test("where the capture shows no IKE, it has the SPI of the client's first data, too")
  func marksUnderWay() {
    var talk = IPsecTalk()
    for number in UInt32(0)..<10 {
      talk.client(IPsecTalk.esp(0xAAAA_0001, 700 + number), at: Double(number))
      talk.gateway(IPsecTalk.esp(0xBBBB_0002, 700 + number), at: Double(number) + 0.5)
    }
    let token = HandshakeToken(0xAAAA_0001, 0, 0, 0)
    #expect(talk.finish().summaries.map(\.marks) == [SessionMarks(first: token, latest: [token])])
  }

  @Test("an IKE_AUTH answer too short to accept, after which the client says nothing, is a rejection")
  func shortAnswer() {
    var talk = IPsecTalk()
    talk.answerShortly()
    let events = talk.finish()
    #expect(events.rejections.map(\.isInferred) == [true])
    #expect(events.established.isEmpty)
  }

  @Test(
    "ESP that counts from 1 shows that IKE succeeded, although the capture lacks the answer that says so",
    arguments: [Side.client, .server])
  func acceptanceNotCaptured(sender: Side) {
    var talk = IPsecTalk()
    talk.answerShortly()
    // Of EAP's next rounds nothing was captured.
    let esp = IPsecTalk.esp(0xAAAA_0001, 3)
    if sender == .client { talk.client(esp, at: 2) } else { talk.gateway(esp, at: 2) }
    let events = talk.finish()
    #expect(events.rejections.isEmpty)
    #expect(events.established.map(\.id) == [IPsecTalk.id(.ike, 1)])
  }

  @Test("ESP under way shows nothing of an IKE handshake beside it")
  func olderESP() {
    var talk = IPsecTalk()
    talk.answerShortly()
    talk.client(IPsecTalk.esp(0xAAAA_0001, 70_000), at: 2)
    #expect(talk.finish().rejections.map(\.isInferred) == [true])
  }

  @Test(
    "a client that was answered and repeats itself once more sends ESP all the same: packets are out of order in the file"
  )
  func acceptanceOutOfOrder() {
    var talk = IPsecTalk()
    talk.open()
    for seconds in [1.0, 5] {
      talk.client(IPsecTalk.ike(35, 1, 0x08, length: 300), at: seconds)
      talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 280), at: seconds + 0.1)
    }
    talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 280), at: 12)
    talk.client(IPsecTalk.ike(35, 1, 0x08, length: 300), at: 12)
    talk.client(IPsecTalk.esp(0xAAAA_0001, 1), at: 13)
    talk.gateway(IPsecTalk.esp(0xBBBB_0002, 1), at: 13)
    let events = talk.finish()
    #expect(events.established.map(\.id) == [IPsecTalk.id(.ike, 1)])
    #expect(Set(events.data.map(\.id)) == [IPsecTalk.id(.ike, 1), IPsecTalk.id(.esp, 9)])
  }

  @Test("a short answer that another request follows is EAP on its way")
  func eap() {
    var talk = IPsecTalk()
    talk.open()
    for round in UInt32(1)...3 {
      talk.client(IPsecTalk.ike(35, round, 0x08, length: 100), at: Double(round))
      talk.gateway(IPsecTalk.ike(35, round, 0x20, length: round == 3 ? 250 : 80), at: Double(round) + 0.1)
    }
    let events = talk.finish()
    #expect(events.rejections.isEmpty)
    #expect(events.established.count == 1)
  }

  @Test("a short answer was accepted when new keys are asked for after it")
  func shortAcceptance() {
    var talk = IPsecTalk()
    talk.open()
    talk.client(IPsecTalk.ike(35, 1, 0x08, length: 200), at: 0.2)
    talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 150), at: 0.3)
    talk.client(IPsecTalk.ike(36, 2, 0x08, length: 200), at: 0.4)
    let events = talk.finish()
    #expect(events.rejections.isEmpty)
    #expect(events.established.map(\.id) == [IPsecTalk.id(.ike, 1)])
  }

  @Test("an IKE_AUTH that comes again after its answer is a repetition; a new round is none")
  func repetition() {
    var talk = IPsecTalk()
    talk.open()
    for seconds in [1.0, 2] {
      talk.client(IPsecTalk.ike(35, 1, 0x08, length: 100), at: seconds)
      talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 80), at: seconds + 0.1)
    }
    talk.client(IPsecTalk.ike(35, 2, 0x08, length: 100), at: 3)
    let stages = talk.finish().messages.filter { $0.sender == .client }.map(\.stage)
    #expect(stages == [.progress, .repetition, .progress])
  }

  @Test(
    "an IKE_AUTH that goes on coming although it was answered is no request of a session, whatever the gateway sends")
  func authInVain() {
    var talk = IPsecTalk()
    talk.open()
    for seconds in [1.0, 5, 12, 25] {
      talk.client(IPsecTalk.ike(35, 1, 0x08, length: 300), at: seconds)
      talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 280), at: seconds + 0.1)
    }
    talk.gateway(IPsecTalk.ike(37, 0, 0x00, length: 80), at: 40)
    talk.gateway(IPsecTalk.esp(0xC0FF_EE01, 1), at: 41)
    let events = talk.finish()
    #expect(events.established.isEmpty)
    #expect(events.silences.isEmpty)
    #expect(events.messages.filter { $0.stage == .repetition }.count == 3)
  }

  @Test(
    "an answer that arrives after the client repeated itself is accepted, as its data or its next request shows",
    arguments: ["data", "request", "goodbye"])
  func authLate(next: String) {
    var talk = IPsecTalk()
    talk.open()
    for seconds in [1.0, 5, 12] {
      talk.client(IPsecTalk.ike(35, 1, 0x08, length: 300), at: seconds)
      talk.gateway(IPsecTalk.ike(35, 1, 0x20, length: 280), at: seconds + 0.1)
    }
    switch next {
    case "data":
      talk.client(IPsecTalk.esp(0xAAAA_0001, 1), at: 13)
      talk.gateway(IPsecTalk.esp(0xBBBB_0002, 1), at: 13.1)
    default:
      talk.client(IPsecTalk.ike(37, 2, 0x08, length: 80), at: next == "request" ? 42 : 12.2)
      talk.gateway(IPsecTalk.ike(37, 2, 0x20, length: 80), at: next == "request" ? 42.1 : 12.3)
    }
    let events = talk.finish()
    #expect(events.established.map(\.id) == (next == "goodbye" ? [] : [IPsecTalk.id(.ike, 1)]))
    let data: Set = [IPsecTalk.id(.ike, 1), IPsecTalk.id(.esp, 9)]
    #expect(Set(events.data.map(\.id)) == (next == "data" ? data : []))
  }

  @Test("three requests in vain within two seconds are a silence in a handshake, two are none", arguments: [2, 3])
  func impatience(requests: Int) {
    var talk = IPsecTalk()
    talk.open()
    for number in 0..<requests { talk.client(IPsecTalk.ike(35, 1, 0x08, length: 300), at: 1 + Double(number)) }
    #expect(talk.finish().silences.isEmpty == (requests == 2))
  }

  @Test("a client that is asked for another group and comes back at once under new SPIs is not rejected")
  func otherGroup() {
    var talk = IPsecTalk()
    let refusal: [UInt8] = [0, 0, 0, 10, 0, 0, 0, 17, 0, 19]
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0), at: 0, port: 500)
    talk.gateway(IPsecTalk.ike(34, 0, 0x20, next: 41, length: 38, content: refusal), at: 0.1, port: 500)
    var next = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 300, rspi: 0)
    next[7] = 99
    talk.client(next, at: 0.2, port: 500)
    #expect(talk.finish().rejections.isEmpty)
  }

  @Test("a client that is asked for another group and says nothing more is rejected, in that message")
  func noOtherGroup() {
    var talk = IPsecTalk()
    let refusal: [UInt8] = [0, 0, 0, 10, 0, 0, 0, 17, 0, 19]
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0), at: 0, port: 500)
    talk.gateway(IPsecTalk.ike(34, 0, 0x20, next: 41, length: 38, content: refusal), at: 0.1, port: 500)
    #expect(talk.finish().rejections.map(\.reason) == ["INVALID_KE_PAYLOAD"])
  }

  @Test("NO_PROPOSAL_CHOSEN in clear is a rejection with its name")
  func noProposal() {
    var talk = IPsecTalk()
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0), at: 0, port: 500)
    talk.gateway(
      IPsecTalk.ike(34, 0, 0x20, next: 41, length: 36, content: [0, 0, 0, 8, 0, 0, 0, 14]), at: 0.1, port: 500)
    let events = talk.finish()
    #expect(events.rejections.map(\.reason) == ["NO_PROPOSAL_CHOSEN"])
    #expect(events.rejections.map(\.isInferred) == [nil])
  }

  @Test("an opening that brings the cookie asked for answers a challenge")
  func cookie() {
    var talk = IPsecTalk()
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0), at: 0, port: 500)
    talk.gateway(
      IPsecTalk.ike(34, 0, 0x20, next: 41, length: 40, content: [0, 0, 0, 12, 0, 0, 0x40, 0x06, 1, 2, 3, 4]), at: 0.1,
      port: 500)
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 41, length: 212, rspi: 0), at: 0.2, port: 500)
    let events = talk.finish()
    #expect(events.openings.map(\.answersChallenge) == [false, true])
    #expect(events.rejections.isEmpty)
  }

  @Test("a gateway that sends the client to another one says so in its first answer, and the client at the other one")
  func redirect() {
    var talk = IPsecTalk()
    let redirect: [UInt8] = [0, 0, 0, 14, 0, 0, 0x40, 0x17, 1, 4, 203, 0, 113, 30]
    let redirectedFrom: [UInt8] = [0, 0, 0, 14, 0, 0, 0x40, 0x18, 1, 4, 203, 0, 113, 20]
    talk.client(IPsecTalk.ike(34, 0, 0x08, next: 41, length: 42, rspi: 0, content: redirectedFrom), at: 0, port: 500)
    talk.gateway(IPsecTalk.ike(34, 0, 0x20, next: 41, length: 42, content: redirect), at: 0.1, port: 500)
    let events = talk.finish()
    #expect(events.openings.map(\.isRedirected) == [true])
    #expect(events.messages.map(\.stage) == [.redirect])
    #expect(events.rejections.isEmpty)
  }

  @Test("a request that is repeated in vain for ten seconds is a silence of the peer")
  func deadPeer() {
    var talk = IPsecTalk()
    talk.establish()
    for seconds in [30.0, 34, 41] { talk.client(IPsecTalk.ike(37, 2, 0x08, length: 80), at: seconds) }
    #expect(Set(talk.finish().silences.map(\.silentSide)) == [.server])
  }

  @Test("ESP that nothing answers is no silence as long as the peer answers requests; after long it is one of data")
  func blockedData() {
    var talk = IPsecTalk()
    talk.establish()
    for number in UInt32(2)...15 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: 10 + Double(number)) }
    talk.gateway(IPsecTalk.ike(37, 0, 0x00, length: 80), at: 25.5)
    talk.client(IPsecTalk.ike(37, 0, 0x28, length: 80), at: 25.6)
    #expect(talk.finish().silences.isEmpty)
    for number in UInt32(16)...30 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: 20 + Double(number)) }
    #expect(talk.finish().silences.contains { $0.silentSide == .server && $0.controlMessages != nil })
  }

  @Test("missing sequence numbers of ESP are counted")
  func gaps() {
    var talk = IPsecTalk()
    talk.establish()
    for number in [2, 3, 6, 7] as [UInt32] { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: 3) }
    let esp = talk.finish().summaries.filter { $0.id.channel == .esp }
    #expect(esp.map(\.client.missing) == [2])
  }

  @Test("what has not the header of IKE, or another length, is none, on port 500 too")
  func structure() {
    let message = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0)
    #expect(unsafe IKEMessage(message.span.bytes, length: 200) != nil)
    #expect(unsafe IKEMessage(message.span.bytes, length: 201) == nil)
    for cut in 0..<28 { #expect(unsafe IKEMessage(message.span.bytes.extracting(first: cut), length: 200) == nil) }
    var other = message
    other[17] = 0x21
    #expect(unsafe IKEMessage(other.span.bytes, length: 200) == nil)
  }

  @Test("OpenVPN's data, whose first four bytes are the same both ways, is no ESP")
  func openVPN() {
    var agreement = ESPAgreement()
    var isESP = false
    for number in UInt32(1)...20 {
      let bytes = IPsecTalk.esp(0x4800_0001, number)
      guard let packet = unsafe ESPPacket(bytes.span.bytes, length: bytes.count) else { continue }
      let context = PacketContext(
        time: Timestamp(nanoseconds: Int64(number)), frame: PackedFrame(capture: 0, frame: Int(number)), missingBytes: 0
      )
      isESP = isESP || agreement.add(packet, direction: Int(number & 1), to: .other, context)
    }
    #expect(!isESP)
  }

  @Test(
    "media of a call through a TURN relay, whose header and count repeat both ways, is no ESP",
    arguments: [UInt32(68), 67, 65])
  func relayedMedia(dataLength: UInt32) {
    var talk = IPsecTalk()
    for number in UInt32(0)..<10 {
      let media = 0x906F_5FD6 + number
      talk.client(IPsecTalk.esp(0x4000_0000 | dataLength, media), at: Double(number), port: 1_400)
      talk.gateway(IPsecTalk.esp(0x4001_0000 | dataLength, media), at: Double(number) + 0.5, port: 1_400)
    }
    #expect(talk.finish().summaries.isEmpty)
  }

  @Test("ESP whose SPI is in the range of TURN's channels is ESP all the same")
  func channelLikeSPI() {
    var talk = IPsecTalk()
    for number in UInt32(0)..<10 {
      talk.client(IPsecTalk.esp(0x4000_AAAA, 700 + number), at: Double(number), port: 1_400)
      talk.gateway(IPsecTalk.esp(0x4001_BBBB, 700 + number), at: Double(number) + 0.5, port: 1_400)
    }
    #expect(!talk.finish().summaries.isEmpty)
  }

  @Test("a reserved SPI is none in UDP, and one that was set by hand in IP's protocol 50")
  func reservedSPI() {
    for (spi, isOne) in [(UInt32(110), true), (0, false)] {
      let bytes = IPsecTalk.esp(spi, 1)
      #expect(unsafe ESPPacket(bytes.span.bytes, length: bytes.count) == nil)
      #expect(unsafe (ESPPacket(bytes.span.bytes, length: bytes.count, isNative: true) != nil) == isOne)
    }
  }

  @Test("what two pairs of keys carry in turn is counted for each")
  func alternatingKeys() {
    var talk = IPsecTalk()
    talk.establish()
    for number in UInt32(1)...20 {
      talk.client(IPsecTalk.esp(0xAAAA_0001, number < 10 ? number : number + 3), at: 10 + Double(number))
      talk.client(IPsecTalk.esp(0xAAAA_0002, number < 15 ? number : number + 2), at: 10.3 + Double(number))
      talk.gateway(IPsecTalk.esp(0xBBBB_0001, number), at: 10.6 + Double(number))
    }
    let summary = talk.finish().summaries.last { $0.id.channel == .esp }
    #expect(summary?.client.packets == 41)
    #expect(summary?.client.missing == 5)
    #expect(summary?.server.packets == 21)
    #expect(summary?.server.missing == 0)
  }

  // MARK: ESP without IKE

  @Test(
    "ESP that begins on its own port asks until it is answered, from its first packet on", arguments: [UInt32(0), 1])
  func probes(first: UInt32) {
    var talk = IPsecTalk()
    for number in 0..<3 {
      talk.client(IPsecTalk.esp(0xAAAA_0001, first + UInt32(number)), at: Double(number), port: 4_501)
    }
    let asked = talk.finish()
    #expect(asked.openings.map(\.id) == [IPsecTalk.id(.esp, 1), IPsecTalk.id(.esp, 1), IPsecTalk.id(.esp, 1)])
    #expect(asked.data.isEmpty)
    talk.gateway(IPsecTalk.esp(0xBBBB_0002, first), at: 3, port: 4_501)
    talk.client(IPsecTalk.esp(0xAAAA_0001, first + 3), at: 4, port: 4_501)
    let answered = talk.finish()
    #expect(answered.openings.count == 3)
    #expect(answered.data.map(\.sender) == [.server, .client])
    #expect(answered.summaries.last?.client.missing == 0)
  }

  @Test("what the client sends of another length is data: the answer that let it send is not in the capture")
  func dataWithoutAnswer() {
    var talk = IPsecTalk()
    for number in UInt32(1)...3 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: Double(number), port: 4_501) }
    talk.client(IPsecTalk.esp(0xAAAA_0001, 4, length: 96), at: 4, port: 4_501)
    talk.client(IPsecTalk.esp(0xAAAA_0001, 5), at: 5, port: 4_501)
    let events = talk.finish()
    #expect(events.openings.count == 3)
    #expect(events.data.map(\.sender) == [.client])
  }

  @Test("an answer between the first two packets counts, though the flow was not known yet")
  func answeredAtOnce() {
    var talk = IPsecTalk()
    talk.client(IPsecTalk.esp(0xAAAA_0001, 1), at: 0, port: 4_501)
    talk.gateway(IPsecTalk.esp(0xBBBB_0002, 1), at: 0.1, port: 4_501)
    talk.client(IPsecTalk.esp(0xAAAA_0001, 2), at: 5, port: 4_501)
    let events = talk.finish()
    #expect(events.openings.count == 1)
    #expect(events.data.map(\.sender) == [.server, .client])
  }

  @Test("on another port, or in the middle of a stream, a few packets of one side are no ESP")
  func notEnough() {
    for (port, first) in [(UInt16(4_600), UInt32(1)), (4_501, 700)] {
      var talk = IPsecTalk()
      for number in 0..<3 {
        talk.client(IPsecTalk.esp(0xAAAA_0001, first + UInt32(number)), at: Double(number), port: port)
      }
      let events = talk.finish()
      #expect(events.openings.isEmpty && events.summaries.isEmpty)
    }
  }

  @Test("of ESP that nothing answers, 64 packets are told one by one")
  func manyProbes() {
    var talk = IPsecTalk()
    for number in UInt32(1)...100 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: Double(number), port: 4_501) }
    let events = talk.finish()
    #expect(events.openings.count == 64)
    #expect(events.summaries.map(\.client.packets) == [100])
  }

  // MARK: IKEv1

  @Test(
    "a notification in place of quick mode's answer rejects it; one before the answer does not",
    arguments: [false, true])
  func quickMode(isAnswered: Bool) {
    var talk = IPsecTalk()
    talk.client(IPsecTalk.ikeV1(2, 0, next: 1, length: 200, rspi: 0), at: 0)
    talk.gateway(IPsecTalk.ikeV1(2, 0, next: 1, length: 200), at: 0.1)
    talk.client(IPsecTalk.ikeV1(2, 0, flags: 1, length: 92), at: 0.2)
    talk.gateway(IPsecTalk.ikeV1(2, 0, flags: 1, length: 92), at: 0.3)
    talk.client(IPsecTalk.ikeV1(32, 5, flags: 1, length: 188), at: 0.4)
    talk.gateway(IPsecTalk.ikeV1(5, 6, flags: 1, length: 92), at: 0.5)
    if isAnswered { talk.gateway(IPsecTalk.ikeV1(32, 5, flags: 1, length: 188), at: 0.6) }
    #expect(
      talk.finish().rejections.map(\.reason) == (isAnswered ? [] : ["a notification in place of quick mode's answer"]))
  }

  // MARK: Limits

  @Test("of more than 256 IKE SAs between two hosts the oldest are described and forgotten")
  func manyAssociations() {
    var talk = IPsecTalk()
    for number in 0..<260 {
      var message = IPsecTalk.ike(34, 0, 0x08, next: 33, length: 200, rspi: 0)
      message[6] = UInt8(number & 0xFF)
      message[7] = UInt8(number >> 8)
      talk.client(message, at: Double(number), port: 500)
    }
    #expect(talk.evictedSessions == 4)
    #expect(talk.finish().summaries.count == 260)
  }

  @Test("ESP of more than 16,384 SPIs between two hosts is counted and not followed")
  func manyStreams() {
    var talk = IPsecTalk()
    talk.establish()
    for number in UInt32(0)..<16_390 { talk.client(IPsecTalk.esp(0x1000_0000 + number, 1), at: 2) }
    #expect(talk.evictedSessions == 8)
  }

  @Test("of an IKE message 64 payloads and 16 notifies are looked at")
  func manyPayloads() {
    let notify: [UInt8] = [41, 0, 0, 8, 0, 0, 0x40, 0x04]
    let content = (0..<80).flatMap { _ in notify }
    let message = IPsecTalk.ike(34, 0, 0x20, next: 41, length: 28 + content.count, content: content)
    guard let read = unsafe IKEMessage(message.span.bytes, length: message.count) else {
      Issue.record("it is IKE")
      return
    }
    #expect(IKEPayloads(read).notifies.count == 16)
    let late = (0..<64).flatMap { _ in [43, 0, 0, 4] as [UInt8] } + notify
    let other = IPsecTalk.ike(34, 0, 0x20, next: 43, length: 28 + late.count, content: late)
    guard let second = unsafe IKEMessage(other.span.bytes, length: other.count) else {
      Issue.record("it is IKE")
      return
    }
    #expect(IKEPayloads(second).notifies.isEmpty)
  }

  @Test("data that nothing answers until the end, where nobody asks, is a silence of its own kind")
  func unaskedData() {
    for (packets, isTold) in [(60, false), (120, true)] {
      var talk = IPsecTalk()
      talk.establish()
      for number in 2...packets {
        talk.client(IPsecTalk.esp(0xAAAA_0001, UInt32(number)), at: 1 + Double(number))
      }
      #expect(talk.finish().silences.map(\.isUnasked) == (isTold ? [true] : []))
    }
  }

  @Test("a stream of one direction that was there before is none")
  func oneDirection() {
    var talk = IPsecTalk()
    talk.establish()
    for number in UInt32(2)...40 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: 2) }
    talk.gateway(IPsecTalk.esp(0xBBBB_0002, 2), at: 3)
    for number in UInt32(41)...200 { talk.client(IPsecTalk.esp(0xAAAA_0001, number), at: Double(number)) }
    #expect(talk.finish().silences.isEmpty)
  }
}
