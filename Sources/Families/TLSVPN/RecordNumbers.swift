import Dissection
import Observations

/// The record numbers of one side, which DTLS 1.0 and 1.2 send in clear (RFC 6347 section 4.1): epoch and number in one word.
///
/// A number that is left out is missing until it comes within the next 64; a new epoch counts from its own beginning.
@usableFromInline
struct RecordNumbers {
  /// The highest so far, the epoch in its upper 16 bits.
  @usableFromInline var highest = RecordNumbers.none
  /// Which of the 64 numbers up to the highest came: bit 0 is the highest.
  @usableFromInline var window: UInt64 = .max
  @usableFromInline var skipped: UInt64 = 0
  /// The first of all, and its epoch.
  private(set) var first = RecordNumbers.none

  /// A larger step is no loss but a capture that paused, or a forgery: at the 1,200 bytes of a tunnel's packets it is
  /// 78 MB.
  static let largestStep: UInt64 = 65_536

  /// Before the first record: no association comes to the last of all epochs.
  @inlinable static var none: UInt64 { 0xFFFF_0000_0000_0000 }

  @inlinable
  init() {}

  /// nil while no record had a number in clear under keys.
  var missing: Int? { highest == Self.none ? nil : Int(clamping: skipped) }

  /// By what a client's session is known again that goes on from another port; nil without numbers.
  ///
  /// - Parameter sawStart: Whether the capture shows the handshake of the session.
  func marks(sawStart: Bool) -> SessionMarks? {
    guard highest != Self.none else { return nil }
    return SessionMarks(
      first: sawStart ? nil : HandshakeToken(first >> 48, 0, 0, 0), latest: [HandshakeToken(highest >> 48, 0, 0, 0)],
      firstNumber: UInt32(truncatingIfNeeded: first), highestNumber: UInt32(truncatingIfNeeded: highest),
      isOfOneAddress: true)
  }

  /// - Parameter word: The epoch in the upper 16 bits, the number in the others.
  @inlinable @inline(__always)
  mutating func note(_ word: UInt64) {
    if word &- highest == 1 {
      highest = word
      window = window << 1 | 1
    } else {
      noteStep(to: word)
    }
  }

  /// Not the next number: the first, one out of order, one again, or the first of an epoch.
  @usableFromInline @inline(never)
  mutating func noteStep(to word: UInt64) {
    let epoch = word >> 48
    guard epoch > 0 else { return }
    guard epoch == highest >> 48 else {
      if epoch > highest >> 48 || highest == Self.none { begin(at: word) }
      return
    }
    guard word > highest else {
      let behind = highest - word
      if behind < 64, window & 1 << behind == 0 {
        window |= 1 << behind
        skipped &-= 1
      }
      return
    }
    let step = word - highest
    guard step <= Self.largestStep else { return begin(at: word) }
    skipped &+= step - 1
    highest = word
    window = step < 64 ? window << step | 1 : 1
  }

  private mutating func begin(at word: UInt64) {
    if first == Self.none { first = word }
    highest = word
    // What came before the first is not missed.
    window = .max
  }
}
