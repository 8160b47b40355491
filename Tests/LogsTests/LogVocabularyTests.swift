import Foundation
import Observations
import Testing

@Suite("What logs show")
struct LogVocabularyTests {
  @Test("An observation of a log survives its coded form")
  func codes() throws {
    let observation = Observation(
      time: LogTime(written: Timestamp(nanoseconds: 1_384_565_330_000_000_000), hasZone: false),
      line: LogLine(log: 0, number: 7), subject: LogSubject(user: "vpn", group: "ac_users_group"),
      event: .largePacket(LargePacket(towardsClient: true, size: 1_418, threshold: 1_347)))
    let decoded = try JSONDecoder().decode(Observation.self, from: JSONEncoder().encode(observation))
    #expect(decoded == observation)
  }
}
