import Observations
import Testing

@testable import Families

@Suite("WireGuard channels")
struct WireGuardTrackingTests {
  private typealias Bytes = WireGuardBytes

  // MARK: Handshakes

  @Test("a summary has the indices that the client's data goes to, and the first where the capture shows no handshake")
  func marks() {
    var talk = Talk()
    talk.establish(at: 0, client: 1, gateway: 2)
    #expect(talk.finish().summaries.map(\.marks) == [SessionMarks(first: nil, latest: [HandshakeToken(2, 0, 0, 0)])])
    var later = Talk()
    for counter in 10..<16 as Range<UInt64> {
      later.client(WireGuardBytes.data(to: 2, counter), at: Double(counter))
      later.gateway(WireGuardBytes.data(to: 1, counter), at: Double(counter) + 0.1)
    }
    #expect(
      later.finish().summaries.map(\.marks) == [
        SessionMarks(first: HandshakeToken(2, 0, 0, 0), latest: [HandshakeToken(2, 0, 0, 0)])
      ])
  }

  @Test("the largest data of a session is counted")
  func largest() {
    var talk = Talk()
    talk.establish(at: 0, client: 1, gateway: 2)
    for counter in 2..<6 as Range<UInt64> {
      talk.client(WireGuardBytes.data(to: 2, counter, packet: 1_392), at: Double(counter))
      talk.gateway(WireGuardBytes.data(to: 1, counter), at: Double(counter) + 0.1)
    }
    let summary = talk.finish().summaries.first
    #expect(summary?.client.largest?.length == 1_424 && summary?.client.largest?.count == 4)
    #expect(summary?.server.largest?.length == 128)
  }

  @Test("a handshake is emitted message by message, and established by the initiator's first data")
  func handshake() {
    var talk = Talk()
    talk.establish(at: 0)
    let events = talk.finish()
    #expect(
      events.openings == [
        Opening(
          id: Talk.id(1), flow: Talk.flow,
          token: HandshakeToken(hexadecimal: Bytes.noise(32, 1).map { String($0, radix: 16).padded }.joined()))
      ])
    #expect(
      events.messages == [
        HandshakeMessage(
          id: Talk.id(1), flow: Talk.flow, sender: .server, stage: .answer, name: MessageName("handshake response"))
      ])
    #expect(events.established.map(\.id) == [Talk.id(1)])
    #expect(events.data.map(\.sender) == [.client, .server])
    #expect(events.summaries.map(\.client.packets) == [1])
    #expect(events.summaries.map(\.sawStart) == [true])
  }

  @Test("peers that mark the client in the reserved bytes do the same")
  func marked() {
    func events(_ form: ([UInt8]) -> [UInt8]) -> [Observation.Event] {
      var talk = Talk()
      talk.client(form(Bytes.initiation(1)), at: 0)
      talk.gateway(form(Bytes.cookieReply(to: 1)), at: 0.1)
      talk.client(form(Bytes.initiation(1)), at: 5)
      talk.gateway(form(Bytes.response(2, to: 1)), at: 5.1)
      for counter in 0..<60 as Range<UInt64> {
        talk.client(form(Bytes.data(to: 2, counter)), at: 5.2 + Double(counter))
        if counter < 5 { talk.gateway(form(Bytes.data(to: 1, counter)), at: 5.3 + Double(counter)) }
      }
      talk.client(form(Bytes.initiation(3)), at: 66)
      return talk.finish()
    }
    let marked = events(Bytes.marked)
    #expect(marked == events { $0 })
    #expect(marked.silences.count > 0)
  }

  @Test("other messages than zeros or the mark allow are none of a channel whose peers mark nothing")
  func markedBesideUnmarked() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.marked(Bytes.data(to: 2, 1)), at: 1)
    #expect(talk.finish().summaries.map(\.client.packets) == [1])
  }

  @Test("a keepalive confirms a handshake")
  func keepaliveConfirms() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.gateway(Bytes.response(2, to: 1), at: 0.1)
    #expect(talk.events().established.isEmpty)
    talk.client(Bytes.keepalive(to: 2, 0), at: 0.2)
    #expect(talk.events().established.map(\.id) == [Talk.id(1)])
  }

  @Test("an initiation repeated after 5 seconds belongs to the same attempt, with a token of its own")
  func repetition() {
    var talk = Talk()
    for number in 0..<4 { talk.client(Bytes.initiation(UInt32(10 + number)), at: 5.2 * Double(number)) }
    let events = talk.finish()
    #expect(events.openings.map(\.id) == [Talk.id(1), Talk.id(1), Talk.id(1), Talk.id(1)])
    #expect(Set(events.openings.map(\.token)).count == 4)
    #expect(events.summaries.map(\.id) == [Talk.id(1)])
    #expect(events.silences.isEmpty)
  }

  @Test("an attempt ends after 90 seconds; what comes then is another")
  func givenUp() {
    var talk = Talk()
    for number in 0..<20 { talk.client(Bytes.initiation(UInt32(10 + number)), at: 5.2 * Double(number)) }
    let ids = talk.events().openings.map(\.id)
    #expect(ids == [HandshakeID](repeating: Talk.id(1), count: 18) + [Talk.id(19), Talk.id(19)])
  }

  @Test("an initiation 15 seconds after an answered one begins another attempt: the answer was accepted")
  func answeredWithoutData() {
    var talk = Talk()
    for number in 0..<3 {
      let index = UInt32(10 + number)
      talk.client(Bytes.initiation(index), at: 15.2 * Double(number))
      talk.gateway(Bytes.response(100 + index, to: index), at: 15.2 * Double(number) + 0.1)
    }
    let events = talk.finish()
    #expect(events.openings.map(\.id) == [Talk.id(1), Talk.id(3), Talk.id(5)])
    #expect(events.messages.map(\.id) == [Talk.id(1), Talk.id(3), Talk.id(5)])
    #expect(events.established.isEmpty)
    #expect(events.summaries.map(\.id) == [Talk.id(1), Talk.id(3), Talk.id(5)])
  }

  @Test("the same packet captured twice is one opening")
  func duplicate() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.client(Bytes.initiation(1), at: 0.001)
    #expect(talk.finish().openings.count == 1)
  }

  @Test("a summary says how many hops the messages of each side had left")
  func hops() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    #expect(talk.finish().summaries.map { [$0.clientTTL, $0.serverTTL] } == [[64, 0]])
    talk = Talk()
    talk.establish(at: 0)
    #expect(talk.finish().summaries.map { [$0.clientTTL, $0.serverTTL] } == [[64, 60]])
  }

  @Test("a response to another index answers nothing")
  func strayResponse() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.gateway(Bytes.response(2, to: 99), at: 0.1)
    #expect(talk.finish().messages.isEmpty)
  }

  @Test("a cookie reply is a challenge, which the next initiation answers")
  func cookie() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.gateway(Bytes.cookieReply(to: 1), at: 0.1)
    talk.client(Bytes.initiation(2, hasCookie: true), at: 5.1)
    talk.client(Bytes.initiation(3, hasCookie: true), at: 10.3)
    let events = talk.finish()
    #expect(events.messages.map(\.stage) == [.challenge])
    #expect(events.messages.map(\.name.rawValue) == ["cookie reply"])
    #expect(events.openings.map(\.answersChallenge) == [false, true, false])
    #expect(events.openings.map(\.id) == [Talk.id(1), Talk.id(1), Talk.id(1)])
  }

  @Test("where a snap length cut off the cookie, an initiation after a challenge answers it")
  func cutCookie() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.gateway(Bytes.cookieReply(to: 1), at: 0.1)
    for number in 2...3 {
      let cut = Array(Bytes.initiation(UInt32(number), hasCookie: true).prefix(54))
      talk.send(cut, at: 5.1 * Double(number - 1), from: Talk.client, to: Talk.gateway, length: 148)
    }
    #expect(talk.finish().openings.map(\.answersChallenge) == [false, true, false])
  }

  @Test("a capture that begins with the response follows the session")
  func beginsWithResponse() {
    var talk = Talk()
    talk.gateway(Bytes.response(2, to: 1), at: 0)
    talk.client(Bytes.data(to: 2, 0), at: 0.1)
    let events = talk.finish()
    #expect(events.openings.isEmpty)
    #expect(events.established.map(\.id) == [Talk.id(1)])
    #expect(events.data.map(\.sender) == [.client])
    #expect(events.summaries.map(\.sawStart) == [false])
  }

  @Test("a capture of one direction shows that the response came")
  func oneDirection() {
    var talk = Talk()
    talk.client(Bytes.initiation(1), at: 0)
    talk.client(Bytes.data(to: 2, 0), at: 0.1)
    let events = talk.finish()
    #expect(events.messages.isEmpty)
    #expect(events.established.map(\.id) == [Talk.id(1)])
  }

  // MARK: Rekeys

  @Test("an initiation while the keys live renews the session")
  func rekey() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.establish(at: 120, client: 3, gateway: 4)
    let events = talk.finish()
    #expect(events.openings.map(\.id) == [Talk.id(1), Talk.id(5)])
    #expect(events.openings.map(\.renews) == [nil, Talk.id(1)])
    #expect(events.messages.map(\.renews) == [nil, Talk.id(1)])
    #expect(events.established.map(\.id) == [Talk.id(1), Talk.id(5)])
    #expect(events.data.map(\.id) == [Talk.id(1), Talk.id(1)])
    #expect(events.summaries.map(\.id) == [Talk.id(1)])
    #expect(events.summaries.map(\.client.packets) == [2])
  }

  @Test("the gateway may begin the rekey")
  func rekeyByGateway() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.gateway(Bytes.initiation(5), at: 100)
    talk.client(Bytes.response(6, to: 5), at: 100.1)
    talk.gateway(Bytes.keepalive(to: 6, 0), at: 100.2)
    let events = talk.finish()
    #expect(events.openings.map(\.sender) == [.client, .server])
    #expect(events.openings.map(\.renews) == [nil, Talk.id(1)])
    #expect(events.messages.map(\.sender) == [.server, .client])
    #expect(events.established.map(\.id) == [Talk.id(1), Talk.id(5)])
  }

  @Test("an initiation after 180 seconds begins another session")
  func afterDeath() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.establish(at: 181, client: 3, gateway: 4)
    let events = talk.finish()
    #expect(events.openings.map(\.renews) == [nil, nil])
    #expect(events.data.map(\.id) == [Talk.id(1), Talk.id(1), Talk.id(5), Talk.id(5)])
    #expect(events.summaries.map(\.id) == [Talk.id(1), Talk.id(5)])
    #expect(events.summaries.map(\.client.packets) == [1, 1])
  }

  @Test("an unanswered rekey says how much data came meanwhile")
  func dataMeanwhile() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.initiation(11), at: 120)
    talk.gateway(Bytes.data(to: 1, 1), at: 121)
    talk.client(Bytes.data(to: 2, 1), at: 121.5)
    talk.gateway(Bytes.data(to: 1, 2), at: 122)
    talk.client(Bytes.initiation(12), at: 125.2)
    talk.client(Bytes.initiation(13), at: 130.4)
    #expect(talk.finish().openings.map(\.dataMeanwhile) == [0, 0, 2, 0])
  }

  @Test("late data under the keys before is no sign of other keys")
  func lateData() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.initiation(3), at: 120)
    talk.gateway(Bytes.response(4, to: 3), at: 120.1)
    talk.client(Bytes.data(to: 4, 0), at: 120.2)
    talk.client(Bytes.data(to: 2, 1), at: 120.201)
    talk.client(Bytes.data(to: 4, 1), at: 120.202)
    let summary = talk.finish().summaries
    #expect(summary.map(\.client.missing) == [0])
    #expect(summary.map(\.client.packets) == [4])
  }

  @Test("both sides may ask for new keys at once")
  func bothAtOnce() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.initiation(3), at: 120)
    talk.gateway(Bytes.initiation(4), at: 120.01)
    talk.client(Bytes.initiation(5), at: 125.2)
    talk.gateway(Bytes.initiation(6), at: 125.3)
    let openings = talk.finish().openings
    #expect(openings.map(\.id) == [Talk.id(1), Talk.id(5), Talk.id(6), Talk.id(5), Talk.id(6)])
  }

  // MARK: Silence

  @Test("three packets over fifteen seconds without an answer, the last an initiation, are a silence")
  func silence() {
    var talk = Talk()
    talk.establish(at: 0)
    for (number, time) in [20.0, 27].enumerated() { talk.client(Bytes.data(to: 2, UInt64(number + 1)), at: time) }
    talk.client(Bytes.initiation(9), at: 35)
    #expect(
      talk.events().silences == [
        Silence(
          id: Talk.id(1), flow: Talk.flow, silentSide: .server, lastHeard: Talk.time(0.3),
          unansweredSince: Talk.time(20), unansweredFrame: Talk.reference(5), packets: 3, heardAgain: false)
      ])
    talk.gateway(Bytes.keepalive(to: 1, 1), at: 40)
    #expect(talk.events().silences.map(\.heardAgain) == [true])
  }

  @Test(
    "two packets, or fifteen seconds less a moment, are none",
    arguments: [[20.0, 40], [20, 25, 34.999], [20, 21, 22, 23]])
  func tooLittle(times: [Double]) {
    var talk = Talk()
    talk.establish(at: 0)
    for (number, time) in times.enumerated() {
      let isLast = number == times.count - 1
      talk.client(isLast ? Bytes.initiation(9) : Bytes.data(to: 2, UInt64(number + 1)), at: time)
    }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("an initiation that was captured behind its response, or behind the data under its keys, opens nothing")
  func initiationOutOfOrder() {
    for behind in 1...3 {
      var talk = Talk()
      let messages: [(isClient: Bool, bytes: [UInt8])] = [
        (false, Bytes.response(2, to: 1)), (true, Bytes.data(to: 2, 0)), (false, Bytes.data(to: 1, 0)),
      ]
      for (number, message) in messages.enumerated() {
        if number == behind { talk.client(Bytes.initiation(1), at: 0) }
        if message.isClient { talk.client(message.bytes, at: 0) } else { talk.gateway(message.bytes, at: 0) }
      }
      if behind == 3 { talk.client(Bytes.initiation(1), at: 0) }
      let events = talk.finish()
      #expect(events.openings.isEmpty, "behind \(behind)")
      #expect(events.established.count == 1, "behind \(behind)")
    }
  }

  @Test("a side that sends for a minute and begins no handshake hears what the capture lacks")
  func answersNotCaptured() {
    var talk = Talk()
    talk.establish(at: 0)
    for number in 1...12 { talk.client(Bytes.data(to: 2, UInt64(number)), at: 5 * Double(number)) }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("keepalives demand no answer: an idle tunnel is healthy")
  func idle() {
    var talk = Talk()
    talk.establish(at: 0)
    for number in 1..<8 { talk.client(Bytes.keepalive(to: 2, UInt64(number)), at: 25 * Double(number)) }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("initiations that renew demand an answer")
  func unansweredRekey() {
    var talk = Talk()
    talk.establish(at: 0)
    for number in 0..<4 { talk.client(Bytes.initiation(UInt32(10 + number)), at: 120 + 5.2 * Double(number)) }
    #expect(talk.finish().silences.map(\.packets) == [4, 4])
  }

  @Test("after the keys died there is no session to be silent")
  func silenceOfTheDead() {
    var talk = Talk()
    talk.establish(at: 0)
    for number in 0..<6 { talk.client(Bytes.initiation(UInt32(10 + number)), at: 1_000 + 5.2 * Double(number)) }
    #expect(talk.finish().silences.isEmpty)
  }

  @Test("a silence that lasts is emitted again when the session ends, with its full count")
  func lastingSilence() {
    var talk = Talk()
    talk.establish(at: 0)
    for number in 1...6 {
      talk.client(number == 4 ? Bytes.initiation(9) : Bytes.data(to: 2, UInt64(number)), at: 10 + 5 * Double(number))
    }
    #expect(talk.finish().silences.map(\.packets) == [4, 6])
  }

  // MARK: Under way and moving

  @Test("data both ways is a session under way")
  func underWay() {
    var talk = Talk()
    for number in 0..<4 {
      talk.client(Bytes.data(to: 2, UInt64(100 + number)), at: Double(number))
      talk.gateway(Bytes.data(to: 1, UInt64(200 + number)), at: Double(number) + 0.1)
    }
    let events = talk.finish()
    #expect(events.data.map(\.sender) == [.server, .client])
    #expect(events.summaries.map(\.sawStart) == [false])
    #expect(events.summaries.map(\.client.missing) == [0])
    #expect(events.openings.isEmpty && events.established.isEmpty)
  }

  @Test("without a handshake, the side with WireGuard's usual port is the gateway, else the one with the lower port")
  func assumedSides() {
    for (port, sender) in [(UInt16(51_820), Side.client), (50_000, .server)] {
      var talk = Talk()
      for number in 0..<4 {
        talk.send(
          Bytes.data(to: 2, UInt64(number)), at: Double(number), from: Talk.client,
          to: Endpoint(Talk.gateway.address, port))
      }
      #expect(talk.finish().data.map(\.sender) == [sender])
    }
  }

  @Test("the session goes on from another port of the client")
  func move() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.gateway(Bytes.data(to: 1, 1), at: 5)
    talk.client(Bytes.data(to: 2, 1), at: 10, port: 41_000)
    talk.gateway(Bytes.data(to: 1, 2), at: 10.1, port: 41_000)
    #expect(talk.currentChannels == [Talk.id(1), Talk.id(1)])
    let events = talk.finish()
    #expect(
      events.moves == [
        AddressChange(
          id: Talk.id(1), flow: Talk.flow, from: Talk.client, to: Endpoint(Talk.client.address, 41_000),
          lastHeard: Talk.time(0.2))
      ])
    #expect(events.summaries.map(\.client.packets) == [2])
    #expect(events.summaries.map(\.server.packets) == [3])
  }

  @Test("a packet that comes late from the port before is no move back")
  func lateFromBefore() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.data(to: 2, 2), at: 10, port: 41_000)
    talk.client(Bytes.data(to: 2, 1), at: 10.001)
    #expect(talk.finish().moves.count == 1)
  }

  @Test("a restarted client has another session, not a move")
  func restart() {
    var talk = Talk()
    talk.establish(at: 0)
    talk.client(Bytes.initiation(5), at: 50, port: 41_000)
    talk.gateway(Bytes.response(6, to: 5), at: 50.1, port: 41_000)
    talk.client(Bytes.data(to: 6, 0), at: 50.2, port: 41_000)
    let events = talk.finish()
    #expect(events.moves.isEmpty)
    #expect(events.openings.map(\.renews) == [nil, nil])
    #expect(events.summaries.map(\.id) == [Talk.id(1), Talk.id(5)])
  }

  @Test("an error is about the handshake under way, else the session")
  func errors() {
    var talk = Talk()
    talk.establish(at: 0)
    #expect(talk.currentChannels == [Talk.id(1)])
    talk.client(Bytes.initiation(3), at: 120)
    #expect(talk.currentChannels == [Talk.id(5)])
  }
}

extension String {
  fileprivate var padded: String { count < 2 ? "0" + self : self }
}
