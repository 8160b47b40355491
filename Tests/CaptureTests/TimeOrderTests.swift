import Observations
import Testing

@testable import Capture

@Suite("order of time")
struct TimeOrderTests {
  /// Packets of one byte, their number, at times in milliseconds.
  private static func delivered(_ milliseconds: [Int], perBatch size: Int = 3) -> [(frame: Int, byte: UInt8)] {
    var order = TimeOrder()
    var out: [(Int, UInt8)] = []
    var batch = PacketBatch(capacity: 4)
    func take(isAtEnd: Bool) {
      repeat {
        order.take(into: &batch, isAtEnd: isAtEnd)
        for index in 0..<batch.count {
          out.append((batch.frame(at: index), batch[index].bytes(in: order.window).prefixBytes(1)[0]))
        }
      } while batch.count > 0
    }
    for start in stride(from: 0, to: milliseconds.count, by: size) {
      let numbers = Array(start..<min(start + size, milliseconds.count))
      let bytes = numbers.map { UInt8($0) }
      var read = PacketBatch(capacity: size)
      read.reset(firstFrame: start + 1)
      for (offset, number) in numbers.enumerated() {
        _ = read.append(
          PacketRecord(
            offset: offset, capturedLength: 1, originalLength: 1,
            time: Timestamp(nanoseconds: Int64(milliseconds[number]) * 1_000_000), interface: 0))
      }
      unsafe order.add(read, window: bytes.span.bytes)
      if order.isReady { take(isAtEnd: false) }
    }
    take(isAtEnd: true)
    return out
  }

  @Test("packets come in order of time, each with its frame number and bytes, whatever the batches", arguments: 1...7)
  func sorted(size: Int) {
    let times = [0, 40, 10, 500, 460, 470, 900, 1300, 1290, 1310]
    let delivered = Self.delivered(times, perBatch: size)
    #expect(delivered.map(\.frame) == [1, 3, 2, 5, 6, 4, 7, 9, 8, 10])
    #expect(delivered.allSatisfy { Int($0.byte) == $0.frame - 1 })
  }

  @Test("a packet keeps the number that the capture gives it")
  func identities() {
    var order = TimeOrder()
    let bytes: [UInt8] = [0, 1, 2]
    var read = PacketBatch(capacity: 3)
    for (offset, milliseconds) in [0, 20, 10].enumerated() {
      _ = read.append(
        PacketRecord(
          offset: offset, capturedLength: 1, originalLength: 1,
          time: Timestamp(nanoseconds: Int64(milliseconds) * 1_000_000), interface: 0))
      if offset > 0 { read.identifyLast(UInt64(offset)) }
    }
    unsafe order.add(read, window: bytes.span.bytes)
    order.take(into: &read, isAtEnd: true)
    #expect((0..<3).map { read.identity(at: $0) } == [0, 2, 1])
  }

  @Test("of equal times the first in the file comes first")
  func stable() { #expect(Self.delivered([5, 5, 5, 5, 5]).map(\.frame) == [1, 2, 3, 4, 5]) }

  @Test("a clock that was set back by more stays as it is")
  func clockStep() { #expect(Self.delivered([5_000, 5_300, 3_000, 3_300]).map(\.frame) == [1, 2, 3, 4]) }

  @Test("packets need not wait once the first thousands came in order, and always where one did not")
  func needless() {
    func order(backwardAt place: Int?) -> TimeOrder {
      var order = TimeOrder()
      let bytes: [UInt8] = [0]
      for number in 0..<TimeOrder.probedPackets {
        var batch = PacketBatch(capacity: 1)
        let time = Int64(number) * 1_000_000 - (number == place ? 5_000_000 : 0)
        _ = batch.append(
          PacketRecord(
            offset: 0, capturedLength: 1, originalLength: 1, time: Timestamp(nanoseconds: time), interface: 0))
        unsafe order.add(batch, window: bytes.span.bytes)
        if order.isReady { order.take(into: &batch, isAtEnd: false) }
      }
      return order
    }
    #expect(order(backwardAt: nil).isNeedless)
    #expect(!order(backwardAt: 4_000).isNeedless)
  }

  @Test("packets that wait have their limits, in number and in bytes")
  func bounded() {
    var order = TimeOrder()
    var batch = PacketBatch(capacity: 1_024)
    let bytes = [UInt8](repeating: 0, count: 4 << 20)
    for _ in 0..<1_024 {
      _ = batch.append(
        PacketRecord(offset: 0, capturedLength: 1, originalLength: 1, time: Timestamp(nanoseconds: 0), interface: 0))
    }
    for _ in 0..<TimeOrder.mostWaiting / 1_024 { unsafe order.add(batch, window: bytes.span.bytes) }
    #expect(!order.isReady)
    unsafe order.add(batch, window: bytes.span.bytes)
    #expect(order.isReady)

    var large = TimeOrder()
    var packet = PacketBatch(capacity: 1)
    _ = packet.append(
      PacketRecord(
        offset: 0, capturedLength: bytes.count, originalLength: bytes.count, time: Timestamp(nanoseconds: 0),
        interface: 0))
    for _ in 0..<TimeOrder.mostBytes / bytes.count { unsafe large.add(packet, window: bytes.span.bytes) }
    #expect(!large.isReady)
    unsafe large.add(packet, window: bytes.span.bytes)
    #expect(large.isReady)
  }
}
