import Analysis
import LiveCapture
import Observations
import Testing
import Tracking

/// Frames of DTLS hellos, each from another client.
struct HelloFrames {
  /// Ethernet, IPv4, UDP to port 443, one record with a ClientHello (RFC 6347 section 4.2).
  static func frame(client: UInt32) -> [UInt8] {
    var hello: [UInt8] = [0xFE, 0xFD]
    hello += (0..<32).map { UInt8(truncatingIfNeeded: Int(client >> UInt32(8 * ($0 % 4))) &+ $0) }
    hello += [0, 0, 0, 2, 0x00, 0xA8, 1, 0]
    let length = hello.count
    let message: [UInt8] = [1, 0, 0, UInt8(length), 0, 0, 0, 0, 0, 0, 0, UInt8(length)] + hello
    let record: [UInt8] = [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(message.count)] + message
    let udp: [UInt8] = [0x9C, 0x40, 0x01, 0xBB, 0, UInt8(8 + record.count), 0, 0] + record
    let source = (0..<4).map { UInt8(truncatingIfNeeded: client >> UInt32(24 - 8 * $0)) }
    let ip: [UInt8] = [0x45, 0, 0, UInt8(20 + udp.count), 0, 0, 0x40, 0, 64, 17, 0, 0] + source + [203, 0, 113, 20]
    return [UInt8](repeating: 2, count: 12) + [8, 0] + ip + udp
  }
}

@Suite("A capture without an end")
struct BoundedMemoryTests {
  private static func pipeline(clients: Int, limits: LiveLimits) -> LivePipeline {
    var pipeline = LivePipeline(limits: limits)
    for client in 0..<clients {
      let bytes = HelloFrames.frame(client: 0x0A00_0001 + UInt32(client))
      let time = Timestamp(nanoseconds: Int64(client) * 1_000_000)
      if pipeline.read(bytes, originalLength: bytes.count, time: time) { _ = pipeline.events(now: time) }
    }
    pipeline.endBatch()
    _ = pipeline.events(now: Timestamp(nanoseconds: Int64(clients) * 1_000_000))
    return pipeline
  }

  @Test("the hellos are tunnels' hellos, so that what follows tests something")
  func framesAreHellos() { #expect(Self.pipeline(clients: 10, limits: LiveLimits()).judge.tunnels == 10) }

  @Test("remembers no more than its limits, and the latest rather than the first")
  func isBounded() throws {
    var limits = LiveLimits()
    limits.tracking.flows = 128
    limits.entries = 400
    let pipeline = Self.pipeline(clients: 5_000, limits: limits)
    #expect(pipeline.observer.counters.evictedFlows == 5_000 - 128)
    #expect(pipeline.judge.forgottenPairs > 4_000)
    #expect((1...400).contains(pipeline.judge.size.entries))
    #expect((1...400).contains(pipeline.judge.size.pairs))
    let report = pipeline.report(now: Timestamp(nanoseconds: 5_000_000_000))
    #expect((128...400).contains(report.tunnels.count))
    #expect(report.tunnels.contains { $0.client == IPAddress(v4: 0x0A00_0001 + 4_999) })
    #expect(!report.tunnels.contains { $0.client == IPAddress(v4: 0x0A00_0001) })
  }
}
