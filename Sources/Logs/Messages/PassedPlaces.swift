/// The first places of a line at which a message might have begun and did not.
///
/// Small, because every line has one.
struct PassedPlaces {
  /// Most headers have none or one; what has more is searched again.
  static let limit = 8

  private var places = InlineArray<8, UInt16>(repeating: 0)
  private var number: UInt8 = 0
  /// Whether there are more.
  private(set) var isCut = false

  var count: Int { Int(number) }

  subscript(index: Int) -> Int { Int(places[index]) }

  mutating func append(_ place: Int) {
    guard count < Self.limit, let place = UInt16(exactly: place) else { return leaveOut() }
    places[count] = place
    number &+= 1
  }

  /// There is a place that is not among them.
  mutating func leaveOut() { isCut = true }
}
