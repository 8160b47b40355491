import Observations

/// Which frames hold the fragments of one datagram: where the first is evidence the others are too, or the evidence would say
/// that they are missing.
struct FragmentedDatagrams {
  /// Datagrams that are followed, each of 100 bytes or so.
  private static let mostDatagrams = 16_384
  /// The largest datagram in fragments of the least size that paths carry (RFC 791 section 3.2).
  private static let mostFragments = 128

  /// What the fragments of a datagram have in common (RFC 791 section 3.2), until the number is used again.
  private struct Key: Hashable {
    let capture: Int
    let route: HostRoute
    let identification: UInt16
  }

  private struct Datagram {
    let capture: Int
    var first: Int?
    var later: [Int] = []
  }

  private var datagrams: [Datagram] = []
  private var places: [Key: Int] = [:]

  /// Notes a fragment.
  mutating func see(_ packet: PacketGlance, capture: Int, frame: Int) {
    let key = Key(
      capture: capture, route: HostRoute(source: packet.source, destination: packet.destination),
      identification: packet.identification)
    guard let place = place(of: key, isFirst: !packet.isLaterFragment) else { return }
    if !packet.isLaterFragment {
      datagrams[place].first = frame
    } else if datagrams[place].later.count < Self.mostFragments {
      datagrams[place].later.append(frame)
    }
  }

  private mutating func place(of key: Key, isFirst: Bool) -> Int? {
    if let known = places[key], !isFirst || datagrams[known].first == nil { return known }
    guard datagrams.count < Self.mostDatagrams else { return nil }
    datagrams.append(Datagram(capture: key.capture))
    places[key] = datagrams.count - 1
    return datagrams.count - 1
  }

  /// The later fragments of datagrams of which the first fragment was chosen, as capture and frame.
  func later(of isChosen: (_ capture: Int, _ frame: Int) -> Bool) -> [(capture: Int, frame: Int)] {
    datagrams.flatMap { datagram in
      guard let first = datagram.first, isChosen(datagram.capture, first) else { return [(capture: Int, frame: Int)]() }
      return datagram.later.map { (datagram.capture, $0) }
    }
  }
}
