extension Collection {
  /// Sorted by a key that is taken of each element once; equal keys keep their order.
  ///
  /// For elements that hold many others: sorting them in place would copy both at each comparison.
  func ordered<Key>(by key: (Element) -> Key, _ isBefore: (Key, Key) -> Bool) -> [Element] {
    guard count > 1 else { return Array(self) }
    var keyed: [(key: Key, place: Index)] = []
    keyed.reserveCapacity(count)
    for place in indices { keyed.append((key(self[place]), place)) }
    keyed.sort { a, b in isBefore(a.key, b.key) || !isBefore(b.key, a.key) && a.place < b.place }
    return keyed.map { self[$0.place] }
  }
}
