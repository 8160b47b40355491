/// The first places of a line at which a message might have begun and did not.
struct PassedPlaces {
  /// Most headers have none or one; what has more is searched again.
  static let limit = 8

  private var places = InlineArray<8, Int32>(repeating: 0)
  private(set) var count = 0
  /// Whether there are more.
  private(set) var isCut = false

  subscript(index: Int) -> Int { Int(places[index]) }

  mutating func append(_ place: Int) {
    guard count < Self.limit else { return leaveOut() }
    places[count] = Int32(clamping: place)
    count &+= 1
  }

  /// There is a place that is not among them.
  mutating func leaveOut() { isCut = true }
}
