/// Values that few flows need, kept apart from the flow table, at places that are used again.
public struct Pool<Element> {
  @usableFromInline var elements: ContiguousArray<Element> = []
  @usableFromInline var free: ContiguousArray<Int32> = []

  @inlinable
  public init() {}

  @inlinable
  public mutating func insert(_ element: Element) -> Int32 {
    if let place = free.popLast() {
      elements[Int(place)] = element
      return place
    }
    elements.append(element)
    return Int32(truncatingIfNeeded: elements.count - 1)
  }

  /// Gives a place back; `empty` takes the old value's, so that what it held is released.
  @inlinable
  public mutating func remove(_ place: Int32, leaving empty: Element) {
    elements[Int(place)] = empty
    free.append(place)
  }

  @inlinable
  public subscript(place: Int32) -> Element {
    @inline(__always) get { elements[Int(place)] }
    @inline(__always) _modify {
      var span = elements.mutableSpan
      yield &span[Int(place)]
    }
  }
}
