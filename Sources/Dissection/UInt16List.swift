/// A list of 16-bit numbers as a hello holds it: cipher suites, versions.
@frozen
public struct UInt16List: ~Escapable {
  @usableFromInline let bytes: RawSpan

  /// Views `bytes` as numbers; an odd byte at the end is left out.
  @inlinable @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  @inlinable public var count: Int { bytes.byteCount / 2 }

  @inlinable public var isEmpty: Bool { count == 0 }

  /// - Precondition: `0 <= index` and `index < count`.
  @inlinable public subscript(index: Int) -> UInt16 {
    precondition(index >= 0 && index < count, "index outside the list")
    return unsafe bytes.u16(index &* 2)
  }

  /// Whether `number` is in the list. O(count).
  @inlinable
  public func contains(_ number: UInt16) -> Bool {
    for index in 0..<count where unsafe bytes.u16(index &* 2) == number { return true }
    return false
  }

  /// The numbers in order, as an array of their own.
  @inlinable public var array: [UInt16] {
    var numbers: [UInt16] = []
    numbers.reserveCapacity(count)
    for index in 0..<count { unsafe numbers.append(bytes.u16(index &* 2)) }
    return numbers
  }
}
