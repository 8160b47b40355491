/// Damage to a file of any kind.
public enum FileDamage {
  /// One to eight changes: bytes set, copied, removed, put in, numbers made extreme.
  public static func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) where !damaged.isEmpty {
      let place = Int.random(in: 0..<damaged.count, using: &random)
      let length = min(damaged.count - place, Int.random(in: 1...64, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
      case 1: damaged.removeSubrange(place..<place + length)
      case 2: damaged.insert(contentsOf: damaged[place..<place + length], at: place)
      case 3: fill(&damaged, place, min(4, length), [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0)
      case 4:
        let other = Int.random(in: 0...damaged.count - length, using: &random)
        damaged.replaceSubrange(place..<place + length, with: Array(damaged[other..<other + length]))
      default: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    }
    return damaged
  }

  private static func fill(_ bytes: inout [UInt8], _ place: Int, _ length: Int, _ byte: UInt8) {
    for index in place..<place + length { bytes[index] = byte }
  }

  /// The file up to anywhere.
  public static func cut(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
  }

  /// The file with one bit changed.
  public static func flipped(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    guard !bytes.isEmpty else { return bytes }
    var damaged = bytes
    damaged[Int.random(in: 0..<damaged.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    return damaged
  }
}
