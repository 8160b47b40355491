extension Collection {
  /// Sorted by a key that is taken of each element once; equal keys keep their order.
  ///
  /// For elements that hold many others: sorting them in place would copy both at each comparison.
  ///
  /// - Parameter isBeforeAmongEqual: Orders elements of equal keys, where most keys differ.
  func ordered<Key>(
    by key: (Element) -> Key, _ isBefore: (Key, Key) -> Bool, then isBeforeAmongEqual: (Element, Element) -> Bool
  ) -> [Element] {
    guard count > 1 else { return Array(self) }
    var keyed: [(key: Key, place: Index)] = []
    keyed.reserveCapacity(count)
    for place in indices { keyed.append((key(self[place]), place)) }
    func precedes(_ a: (key: Key, place: Index), _ b: (key: Key, place: Index)) -> Bool {
      if isBefore(a.key, b.key) { return true }
      if isBefore(b.key, a.key) { return false }
      if isBeforeAmongEqual(self[a.place], self[b.place]) { return true }
      return !isBeforeAmongEqual(self[b.place], self[a.place]) && a.place < b.place
    }
    // What happened is mostly told in its order already: then nothing is copied.
    if keyed.indices.dropFirst().allSatisfy({ precedes(keyed[$0 - 1], keyed[$0]) }) { return Array(self) }
    keyed.sort(by: precedes)
    return keyed.map { self[$0.place] }
  }

  func ordered<Key>(by key: (Element) -> Key, _ isBefore: (Key, Key) -> Bool) -> [Element] {
    ordered(by: key, isBefore) { _, _ in false }
  }
}
