import Observations

/// Changes a packet sequence so that most of what it was stays valid: whole packets come, go and change places, and
/// what changes inside a packet leaves the lengths of its IP and UDP headers true.
///
/// Checksums are not kept: the program never looks at them.
public struct PacketMutation {
  private var random: SplitMix

  public init(seed: UInt64) { random = SplitMix(state: seed) }

  /// - Parameter changeBytes: Changes bytes in any way, to at most so many; libFuzzer's own mutation.
  public mutating func apply(
    to sequence: inout PacketSequence, limit: Int, changeBytes: ([UInt8], Int) -> [UInt8]
  ) {
    guard !sequence.packets.isEmpty else {
      sequence = PacketSequence(changeBytes(sequence.bytes, limit))
      return
    }
    let index = Int.random(in: 0..<sequence.packets.count, using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0: sequence.packets.remove(at: index)
    case 1: sequence.packets.insert(sequence.packets[index], at: index)
    case 2: sequence.packets.swapAt(index, Int.random(in: 0..<sequence.packets.count, using: &random))
    case 3: sequence.packets[index].milliseconds = Int16.random(in: -10...Int16.max, using: &random)
    case 4: cut(&sequence.packets[index])
    case 5: turnAround(&sequence.packets[index].frame)
    case 6: sequence.packets += sequence.packets[index...]
    case 7: sequence.linkType = UInt8.random(in: 0..<9, using: &random)
    default: changePayload(of: &sequence.packets[index].frame, changeBytes)
    }
    while sequence.bytes.count > limit, sequence.packets.count > 1 { sequence.packets.removeLast() }
  }

  private mutating func cut(_ packet: inout PacketSequence.Packet) {
    let kept = Int.random(in: 0...packet.frame.count, using: &random)
    packet.missing = UInt16(clamping: packet.frame.count - kept + Int(packet.missing))
    packet.frame.removeSubrange(kept...)
  }

  /// Makes an Ethernet frame with IPv4 go the other way: the answer to what was sent.
  private func turnAround(_ frame: inout [UInt8]) {
    guard frame.count >= 38, frame[12] == 8, frame[13] == 0 else { return }
    for offset in 0..<4 { frame.swapAt(26 + offset, 30 + offset) }
    let transport = 14 + Int(frame[14] & 15) * 4
    guard frame.count >= transport + 4 else { return }
    for offset in 0..<2 { frame.swapAt(transport + offset, transport + 2 + offset) }
  }

  /// Changes what is behind the headers, seldom these too, and writes the lengths anew.
  private mutating func changePayload(of frame: inout [UInt8], _ changeBytes: ([UInt8], Int) -> [UInt8]) {
    guard frame.count >= 34, frame[12] == 8, frame[13] == 0 else {
      frame = changeBytes(frame, 4_096)
      return
    }
    let ip = 14
    let transport = min(frame.count, ip + max(20, Int(frame[ip] & 15) * 4))
    let headers =
      switch frame[ip + 9] {
      case 6 where frame.count > transport + 12: 20 + max(0, Int(frame[transport + 12] >> 4) * 4 - 20)
      case 17, 1: 8
      default: 0
      }
    let start = Int.random(in: 0..<8, using: &random) == 0 ? transport : min(frame.count, transport + headers)
    frame = Array(frame[..<start]) + changeBytes(Array(frame[start...]), 4_096)
    setHalf(&frame, ip + 2, frame.count - ip)
    if frame[ip + 9] == 17 { setHalf(&frame, transport + 4, frame.count - transport) }
  }

  private func setHalf(_ bytes: inout [UInt8], _ offset: Int, _ value: Int) {
    guard bytes.count >= offset + 2 else { return }
    bytes[offset] = UInt8(truncatingIfNeeded: value >> 8)
    bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
  }
}

/// SplitMix64: the same numbers from the same seed, everywhere.
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  public init(state: UInt64) { self.state = state }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
