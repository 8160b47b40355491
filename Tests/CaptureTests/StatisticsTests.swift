import Observations
import Testing

@testable import Capture

@Suite("What is counted while reading")
struct StatisticsTests {
  @Test("bytes, times, cut packets and backward steps are counted")
  func counts() {
    var file = CaptureBytes.pcap(snapLength: 40)
    file.record(100, 0, [UInt8](repeating: 1, count: 40), original: 1514)
    file.record(105, 0, [1, 2, 3])
    file.record(99, 0, [UInt8](repeating: 1, count: 30), original: 31)
    file.record(101, 0, [1])
    file.record(100, 0, [1])
    for batch in [1, 2, 256] {
      let statistics = ReadCapture(file, batch: batch).statistics
      #expect(statistics.packets == 5)
      #expect(statistics.capturedBytes == 75)
      #expect(statistics.originalBytes == 1550)
      #expect(statistics.first == Timestamp(nanoseconds: 100_000_000_000))
      #expect(statistics.last == Timestamp(nanoseconds: 100_000_000_000))
      #expect(statistics.earliest == Timestamp(nanoseconds: 99_000_000_000))
      #expect(statistics.latest == Timestamp(nanoseconds: 105_000_000_000))
      #expect(statistics.cutPackets == 2)
      #expect(statistics.smallestCut == 30)
      #expect(statistics.backwardSteps == 2)
      #expect(statistics.firstBackwardFrame == 3)
      #expect(statistics.isComplete)
    }
  }

  @Test("a capture without packets is complete and has no times")
  func empty() {
    let statistics = ReadCapture(CaptureBytes.pcap()).statistics
    #expect(statistics.packets == 0)
    #expect(statistics.first == nil)
    #expect(statistics.latest == nil)
    #expect(statistics.smallestCut == nil)
    #expect(statistics.isComplete)
  }

  @Test("looking at the first time does not consume the packet")
  func peek() throws {
    var bytes = CaptureBytes.pcapng()
    bytes.interface(linkType: 101, snapLength: 77)
    for index in 1...3 { bytes.enhanced([UInt8(index)], ticks: UInt64(index)) }
    var file = try CaptureFile.open(bytes: bytes.bytes, name: "test.pcapng")
    #expect(try file.peekFirstTime() == Timestamp(nanoseconds: 1000))
    #expect(try file.peekFirstTime() == Timestamp(nanoseconds: 1000))
    #expect(
      try file.overview()
        == CaptureOverview(firstTime: Timestamp(nanoseconds: 1000), linkType: .rawIP, snapLength: 77))
    var batch = PacketBatch()
    var frames: [Int] = []
    var firstBytes: [UInt8] = []
    while try file.readBatch(&batch) {
      #expect(batch.capacity == 256)
      for index in 0..<batch.count {
        frames.append(batch.firstFrame + index)
        let bytes = batch[index].bytes(in: file.window)
        firstBytes.append(unsafe bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
      }
    }
    #expect(frames == [1, 2, 3])
    #expect(firstBytes == [1, 2, 3])
    #expect(file.statistics.packets == 3)
    #expect(try file.peekFirstTime() == Timestamp(nanoseconds: 1000), "even afterwards")
  }

  @Test("looking at the first time of a capture without packets gives none")
  func peekEmpty() throws {
    var file = try CaptureFile.open(bytes: CaptureBytes.pcap().bytes, name: "x")
    #expect(try file.peekFirstTime() == nil)
    #expect(try file.overview() == CaptureOverview(firstTime: nil, linkType: .ethernet, snapLength: 65_535))
    var batch = PacketBatch()
    #expect(try file.readBatch(&batch) == false)
    #expect(file.statistics.isComplete)
  }
}
