import Cryptography
import Observations

/// Renames addresses one to one so that addresses with a common prefix get names with a common prefix of that length:
/// the Crypto-PAn construction (Xu, Fan, Ammar, Moon: Prefix-preserving IP address anonymization, 2002), for IPv4 as
/// published and for IPv6 over 128 bits.
///
/// An alias stays in the class of its address (`AddressClass`): the bits that a class begins with are kept, and an alias
/// that would fall into another class is renamed again until it does not (cycle walking), which is one to one as well.
/// Prefixes are kept exactly within a class of special addresses. Of public addresses those are kept that are as long as
/// the longest prefix of a class, 24 bits in IPv4 and 32 in IPv6, and shorter ones unless one of the two was renamed again.
/// To keep those too would give away the leading bits of every address that resembles a special one.
///
/// In a range of 256 documentation addresses one in 256 would keep its name by chance: there the first bit behind the prefix
/// always flips, so that none does.
///
/// It hides who is who, not who talks to whom; somebody who knows some of the addresses can tell others of the same
/// network. It is a pseudonym, not anonymity.
struct PrefixPreservingCipher {
  private let cipher: AES128
  private let pad: [UInt8]

  /// - Parameter key: 32 bytes: the first 16 are the cipher's key, the others give the padding.
  init?(key: [UInt8]) {
    guard key.count == 2 * AES128.blockSize, let cipher = AES128(key: Array(key[..<AES128.blockSize])),
      let pad = cipher.encrypted(Array(key[AES128.blockSize...]))
    else { return nil }
    self.cipher = cipher
    self.pad = pad
  }

  /// nil when the cipher fails, which it has no reason to; then nothing may be written.
  func rename(_ address: IPAddress) -> IPAddress? {
    let own = AddressClass.of(address)
    guard !own.isFixed(in: address) else { return address }
    var alias = address
    // The classes are a seventh of all addresses, so that this ends soon; in 0.0.0.0/8 one address is another class.
    repeat {
      guard let next = permuted(alias, keeping: own.length) else { return nil }
      alias = next
    } while AddressClass.of(alias) != own
    return alias
  }

  /// - Parameter length: Leading bits that stay as they are.
  private func permuted(_ address: IPAddress, keeping length: Int) -> IPAddress? {
    if address.isIPv4 {
      guard let bytes = permuted([UInt8](bigEndian: address.low & 0xFFFF_FFFF, count: 4), from: length) else {
        return nil
      }
      return IPAddress(v4: UInt32(truncatingIfNeeded: bytes.bigEndian))
    }
    let whole = [UInt8](bigEndian: address.high, count: 8) + [UInt8](bigEndian: address.low, count: 8)
    guard let bytes = permuted(whole, from: length) else { return nil }
    return IPAddress(high: Array(bytes[..<8]).bigEndian, low: Array(bytes[8...]).bigEndian)
  }

  /// Each bit is flipped or not, depending on the bits before it.
  private func permuted(_ address: [UInt8], from length: Int) -> [UInt8]? {
    var result = address
    let isSmall = 8 * address.count - length <= 8
    for position in length..<(8 * address.count) {
      let whole = position / 8
      var block = pad
      for index in 0..<whole { block[index] = address[index] }
      // The bits before this one come from the address, the rest from the padding.
      let mask = ~(UInt8.max >> UInt8(position % 8))
      block[whole] = address[whole] & mask | pad[whole] & ~mask
      guard let first = cipher.encrypted(block)?.first else { return nil }
      let flips = isSmall && position == length ? 1 : first >> 7
      result[whole] ^= flips << UInt8(7 - position % 8)
    }
    return result
  }
}

extension [UInt8] {
  /// The low `count` bytes of a number, most significant first.
  init(bigEndian number: UInt64, count: Int) {
    self = (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
  }

  /// The bytes as a number, most significant first; at most eight.
  var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
