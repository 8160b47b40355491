import Observations
import Testing

@testable import Correlation

@Suite("Alike events as one")
struct EventGatheringTests {
  private static let gateway = IPAddress(v4: 0xCB00_7114)

  private static func event(
    _ number: Int, _ kind: FindingEvent.Kind = .found, rule: RuleName = .tunnelLost
  ) -> FindingEvent {
    let client = IPAddress(v4: 0xC633_6400 + UInt32(number))
    var finding = Finding(
      rule: rule, about: .channel(.dtls, port: 443), severity: .error, confidence: .certain, confidenceReason: "",
      tunnel: "T\(number)", title: "title", explanation: "", remedies: [], start: nil, end: nil, facts: [], evidence: []
    )
    finding.id = "L\(number)"
    return FindingEvent(
      kind: kind, time: .second(0), finding: finding,
      tunnel: TunnelDescription(id: "T\(number)", client: client, gateway: gateway, channels: []))
  }

  private static var gathering: EventGathering { EventGathering(families: Scenario.families) }

  @Test("the first is passed on at once, those that follow within ten seconds together")
  func together() {
    var gathering = Self.gathering
    let first = gathering.groups(of: [Self.event(1)], at: .second(0))
    #expect(first.map(\.count) == [1] && first.allSatisfy(\.isNews))
    for number in 2...18 {
      #expect(gathering.groups(of: [Self.event(number)], at: .second(Double(number) / 2)).isEmpty)
    }
    let rest = gathering.groups(of: [], at: .second(11))
    #expect(rest.map(\.count) == [17] && !rest.contains(where: \.isNews))
    #expect(rest.first?.members.map(\.finding) == (2...18).map { "L\($0)" })
    #expect(rest.first?.plural == "lose DTLS on port 443")
  }

  @Test("what comes in one moment is one group at once")
  func oneMoment() {
    var gathering = Self.gathering
    let groups = gathering.groups(of: (1...200).map { Self.event($0) }, at: .second(0))
    #expect(groups.map(\.count) == [200])
    #expect(groups.first?.members.count == EventGathering.mostNamed)
  }

  @Test("a recovery does not come before what it is the end of")
  func order() {
    var gathering = Self.gathering
    _ = gathering.groups(of: [Self.event(1)], at: .second(0))
    #expect(gathering.groups(of: [Self.event(2)], at: .second(1)).isEmpty)
    let groups = gathering.groups(of: [Self.event(2, .recovered("it is up"))], at: .second(2))
    #expect(groups.map(\.first.kind) == [.found, .recovered("it is up")])
  }

  @Test("another rule, or an event much later, is a group of its own")
  func apart() {
    var gathering = Self.gathering
    _ = gathering.groups(of: [Self.event(1)], at: .second(0))
    #expect(gathering.groups(of: [Self.event(2, rule: .handshakeUnanswered)], at: .second(1)).map(\.isNews) == [true])
    let later = gathering.groups(of: [Self.event(3)], at: .second(60))
    #expect(later.map(\.count) == [1] && !later.contains(where: \.isNews))
  }

  @Test("what is gathered at the end is passed on, and a clock that is set back keeps nothing")
  func theEnd() {
    var gathering = Self.gathering
    _ = gathering.groups(of: [Self.event(1)], at: .second(100))
    _ = gathering.groups(of: [Self.event(2)], at: .second(101))
    #expect(gathering.rest(at: .second(102)).map(\.count) == [1])
    _ = gathering.groups(of: [Self.event(3)], at: .second(103))
    #expect(gathering.groups(of: [Self.event(4)], at: .second(5)).map(\.count) == [2])
  }
}
