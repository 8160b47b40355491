import Observations
import Testing

@Suite("Limits that were reached")
struct ReachedLimitTests {
  @Test("of a capture observed in parts, what each part tracks is added, and what the file holds counts once")
  func together() {
    let parts = [
      [ReachedLimit(.options, limit: 1_024, count: 3), ReachedLimit(.flows, limit: 10, count: 5)],
      [
        ReachedLimit(.options, limit: 1_024, count: 3), ReachedLimit(.flows, limit: 10, count: 7),
        ReachedLimit(.paths, limit: 4, count: 1), ReachedLimit(.sessions, limit: 2, count: 1),
      ],
    ]
    #expect(
      ReachedLimit.together(parts) == [
        ReachedLimit(.options, limit: 1_024, count: 3), ReachedLimit(.flows, limit: 10, count: 12),
        ReachedLimit(.paths, limit: 4, count: 1), ReachedLimit(.sessions, limit: 2, count: 1),
      ])
    #expect(ReachedLimit.together([]) == [])
    #expect(ReachedLimit.ofFile(parts[1]) == [ReachedLimit(.options, limit: 1_024, count: 3)])
  }
}
