import Algorithms
import Observations

/// Notes which handshakes a gateway ended by sending the client to another one, where only the client's next opening says so.
///
/// IKE's REDIRECT stands in clear in IKE_SA_INIT (RFC 5685 section 3), but encrypted in IKE_AUTH (section 6), where it looks
/// like any answer that accepts nothing. The client's opening at the other gateway says that it was redirected: by the
/// gateway with which it had its last handshake.
enum Redirections {
  private typealias Pair = PointHistory.Pair

  /// A client goes where it is sent at once; it may have to say goodbye, and to look a name up.
  private static let longestDelay = 10.0

  private struct Place {
    let pair: Pair
    let id: HandshakeID
    let start: Timestamp
    let end: Timestamp
  }

  static func noted(_ history: PointHistory) -> PointHistory {
    guard history.sawRedirect else { return history }
    var arrivals: [(place: Place, opening: Sighting)] = []
    var handshakes: [IPAddress: [Place]] = [:]
    for (pair, known) in history.pairs {
      for channel in known.channels {
        for association in channel.associations where association.renews == nil {
          let place = Place(
            pair: pair, id: association.id, start: association.start.moment, end: association.last.moment)
          handshakes[pair.client, default: []].append(place)
          if association.isRedirectedHere { arrivals.append((place, association.start)) }
        }
      }
    }
    handshakes = handshakes.mapValues { $0.ordered(by: { ($0.start, $0.pair) }, <) }
    var pairs = history.pairs
    for (arrival, opening) in arrivals {
      guard let before = last(of: handshakes[arrival.pair.client] ?? [], before: arrival),
        var left = pairs[before.pair]?.take(before.id.channel, where: { $0.id == before.id }).first
      else { continue }
      // What looks like a rejection was the redirection itself.
      left.redirect = left.redirect ?? left.rejection?.sighting ?? opening
      pairs[before.pair]?.add(left, limit: .max)
    }
    return history.with(pairs)
  }

  /// - Parameter places: One client's, by start.
  private static func last(of places: [Place], before arrival: Place) -> Place? {
    let earlier = places[..<places.partitioningIndex { $0.start >= arrival.start }]
    return earlier.last { $0.pair != arrival.pair && $0.id.channel == arrival.id.channel }.flatMap {
      arrival.start.seconds(since: $0.end) <= longestDelay ? $0 : nil
    }
  }
}
