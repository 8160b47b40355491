import Foundation

/// A capture's packets, to be damaged as captures are when they are taken: packets are lost, one direction is missing, copies
/// come twice, the order is wrong, clocks are coarse, packets are cut. What is left can prove less, and nothing else.
struct DamagedCapture {
  struct Packet {
    var microseconds: Int
    /// From the link layer on; Ethernet in all samples.
    var frame: [UInt8]
    /// Bytes on the wire.
    let length: Int
  }

  enum Damage: CaseIterable {
    case loss, holes, pause, oneDirection, copies, disorder, snapLength, coarseClock
  }

  private(set) var packets: [Packet]
  /// What was done to it, to be shown when a test fails.
  private(set) var history: [String] = []

  init(_ capture: ClassicPcap) { packets = capture.damageable }

  mutating func suffer(_ damage: Damage, _ random: inout some RandomNumberGenerator) {
    switch damage {
    case .loss: lose([0.005, 0.01, 0.05, 0.2, 0.5].pick(&random), &random)
    case .holes:
      for _ in 0..<3 { leaveOut(microseconds: [50_000, 300_000, 1_000_000, 3_000_000].pick(&random), &random) }
    case .pause: leaveOut(microseconds: [10_000_000, 30_000_000, 60_000_000].pick(&random), &random)
    case .oneDirection: loseDirection([[17], [6], [6, 17], [50], [17, 50]].pick(&random), &random)
    case .copies: copy([0.1, 0.5, 1].pick(&random), after: [0, 20, 300, 2_000].pick(&random), &random)
    case .disorder: disorder(within: [50, 1_000, 20_000].pick(&random), &random)
    case .snapLength: cut(to: [54, 64, 68, 96, 128, 256].pick(&random))
    case .coarseClock: coarsen(to: [1_000, 10_000, 100_000].pick(&random))
    }
  }

  private mutating func lose(_ share: Double, _ random: inout some RandomNumberGenerator) {
    packets.removeAll { _ in Double.random(in: 0..<1, using: &random) < share }
    history.append("\(share) lost")
  }

  private mutating func leaveOut(microseconds length: Int, _ random: inout some RandomNumberGenerator) {
    guard let first = packets.map(\.microseconds).min(), let last = packets.map(\.microseconds).max() else { return }
    let start = Int.random(in: first...last, using: &random)
    packets.removeAll { (start..<start + length).contains($0.microseconds) }
    history.append("\(length) µs from \(start - first) left out")
  }

  private mutating func loseDirection(_ protocols: Set<UInt8>, _ random: inout some RandomNumberGenerator) {
    let sources = Set(packets.compactMap { Self.source($0.frame) }).sorted { $0.lexicographicallyPrecedes($1) }
    guard let source = sources.randomElement(using: &random) else { return }
    packets.removeAll { Self.source($0.frame) == source && protocols.contains($0.frame[23]) }
    history.append("protocols \(protocols.sorted()) from \(source) missing")
  }

  private mutating func copy(_ share: Double, after delay: Int, _ random: inout some RandomNumberGenerator) {
    packets = packets.flatMap { packet -> [Packet] in
      var copy = packet
      copy.microseconds += delay
      return Double.random(in: 0..<1, using: &random) < share ? [packet, copy] : [packet]
    }
    packets = packets.sorted { $0.microseconds < $1.microseconds }
    history.append("\(share) twice, \(delay) µs later")
  }

  private mutating func disorder(within microseconds: Int, _ random: inout some RandomNumberGenerator) {
    packets = packets.map { ($0, $0.microseconds + Int.random(in: 0...microseconds, using: &random)) }
      .sorted { $0.1 < $1.1 }.map(\.0)
    history.append("out of order within \(microseconds) µs")
  }

  private mutating func cut(to length: Int) {
    for index in packets.indices { packets[index].frame = Array(packets[index].frame.prefix(length)) }
    history.append("cut to \(length) bytes")
  }

  private mutating func coarsen(to microseconds: Int) {
    for index in packets.indices { packets[index].microseconds -= packets[index].microseconds % microseconds }
    history.append("times in steps of \(microseconds) µs")
  }

  /// Of IPv4.
  private static func source(_ frame: [UInt8]) -> [UInt8]? {
    frame.count >= 34 && frame[12] == 8 && frame[13] == 0 ? Array(frame[26..<30]) : nil
  }

  var bytes: Data { ClassicPcap.capture(of: packets) }
}

extension Array {
  fileprivate func pick(_ random: inout some RandomNumberGenerator) -> Element {
    self[Int.random(in: indices, using: &random)]
  }
}

/// The same numbers for the same seed, on every machine (splitmix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
