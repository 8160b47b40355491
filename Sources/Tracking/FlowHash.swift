import Families
import Observations

/// A keyed hash of a flow: each word of the key is masked by a secret word and goes through two folded multiplications,
/// the second of which joins the addresses with the ports.
///
/// The secret differs from table to table and from run to run; nothing that is reported, and no time that anybody can
/// measure packet by packet, depends on the order it gives. So whoever makes a capture cannot learn it, and has to choose
/// flows that collide whatever the secret is. One multiplication would not do: flows in a row then fall to multiples of a
/// secret number, which for one secret in some fifty are close together. `FlowHashTests` counts, for rows of ports and of
/// addresses and under many secrets, that they cost what random flows cost.
struct FlowHash {
  /// Random words, one for each word of the key, and one to multiply the ports by.
  private let secret: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  init() {
    var random = SystemRandomNumberGenerator()
    self.init(using: &random)
  }

  init(using random: inout some RandomNumberGenerator) {
    secret = (random.next(), random.next(), random.next(), random.next(), random.next(), random.next())
  }

  @inline(__always)
  func callAsFunction(_ key: FlowKey) -> Int {
    let lower = Self.fold(key.a.low ^ secret.0, key.b.low ^ secret.1)
    let upper = Self.fold(key.a.high ^ secret.2, key.b.high ^ secret.3)
    let ports = Self.fold(key.ports ^ secret.4, secret.5)
    return Int(truncatingIfNeeded: Self.fold(lower ^ upper, ports) >> 1)
  }

  @inline(__always)
  private static func fold(_ x: UInt64, _ y: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: y)
    return product.high ^ product.low
  }
}
