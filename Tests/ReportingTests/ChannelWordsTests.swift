import Correlation
import Testing

@testable import Reporting

@Suite("Channels in words")
struct ChannelWordsTests {
  private func esp(_ handshakes: [ChannelDescription.Handshake]) -> ChannelDescription {
    ChannelDescription(
      kind: .esp, role: .data, name: "ESP", port: nil, transport: "IP", outcome: .none, handshakes: handshakes,
      data: .init(clientPackets: 3, gatewayPackets: 0))
  }

  @Test("data whose handshake nobody saw is not counted as a handshake")
  func dataAlone() {
    let unseen = ChannelDescription.Handshake(
      start: Sample.time(0), end: Sample.time(1), outcome: .none, openings: 0)
    #expect(
      esp([unseen]).words == "no handshake seen, 3 data packets from the client, 0 from the gateway")
  }

  @Test("a handshake that the capture does not show to its end is counted, with its openings")
  func undecided() {
    let begun = ChannelDescription.Handshake(start: Sample.time(0), end: Sample.time(1), outcome: .none, openings: 2)
    #expect(esp([begun]).words.hasPrefix("outcome not seen, 1 handshake with 2 opening messages"))
  }
}
