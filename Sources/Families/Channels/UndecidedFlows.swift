/// What was found out about flows that are not decided yet: 256 places, each for the last flow whose key falls on it.
struct UndecidedFlows<Agreement> {
  private struct Candidate {
    let key: FlowKey
    var agreement: Agreement
  }

  /// Made when the first datagram looks like a family's; most captures need none.
  private var candidates: ContiguousArray<Candidate?> = []
  private static var places: Int { 256 }

  /// What is known of a flow; nil for nothing. Setting nil frees the place.
  subscript(key: FlowKey) -> Agreement? {
    get {
      guard !candidates.isEmpty else { return nil }
      return candidates[Self.place(of: key)].flatMap { $0.key == key ? $0.agreement : nil }
    }
    set {
      if candidates.isEmpty { candidates = ContiguousArray(repeating: nil, count: Self.places) }
      candidates[Self.place(of: key)] = newValue.map { Candidate(key: key, agreement: $0) }
    }
  }

  private static func place(of key: FlowKey) -> Int {
    Int(truncatingIfNeeded: (key.ports ^ key.ports >> 16 ^ key.a.low ^ key.b.low) % UInt64(places))
  }
}
