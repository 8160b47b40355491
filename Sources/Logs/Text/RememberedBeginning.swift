/// What was read of a line's beginning, for the next lines that begin with the same bytes: in a busy log many lines have the
/// same in front of their message, the second of their time included. To compare it is quicker than to take it apart again.
public struct RememberedBeginning<Value> {
  @usableFromInline var bytes: [UInt8] = []
  @usableFromInline var value: Value?

  /// Longer beginnings are seldom the same.
  @inlinable static var limit: Int { 512 }

  @inlinable public init() {}

  /// How many bytes the remembered beginning has.
  @inlinable public var length: Int { bytes.count }

  /// The value, where the first `end` bytes of the line are the remembered ones; without `end`, where the line begins with
  /// those.
  @inlinable
  public func recall(_ line: borrowing LogText, upTo end: Int? = nil) -> Value? {
    guard end.map({ $0 == bytes.count }) ?? true, begins(line) else { return nil }
    return value
  }

  /// Whether the line begins with the remembered bytes, as it does at first with none.
  @inlinable
  public func begins(_ line: borrowing LogText) -> Bool {
    // The last of them is the part of a time that changes most.
    guard let last = bytes.last else { return true }
    return line[bytes.count - 1] == last && line.has(bytes.span, at: 0)
  }

  /// - Parameter value: Follows from the first `end` bytes of the line alone.
  /// - Returns: Whether it is remembered.
  @inlinable
  @discardableResult
  public mutating func remember(_ value: Value, _ line: borrowing LogText, upTo end: Int) -> Bool {
    guard end > 0, end <= min(Self.limit, line.end) else { return false }
    bytes.removeAll(keepingCapacity: true)
    unsafe line.bytes.extracting(0..<end).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    self.value = value
    return true
  }
}
