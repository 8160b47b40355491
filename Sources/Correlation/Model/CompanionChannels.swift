import Observations

/// Which family's the channels between two hosts are, where they look like another family's: ESP in UDP that begins with a
/// TLS connection got its keys there, if no IKE was spoken.
struct CompanionChannels {
  private let families: FamilyTable
  /// Of the tunnel that adopts them, by their kind; empty between most hosts.
  private var adopted: [(profile: ChannelProfile, by: FamilyName)] = []

  init(of known: PointHistory.PairHistory, _ families: FamilyTable) {
    self.families = families
    guard known.channels.count > 1 else { return }
    for family in families.all {
      for companion in family.companions where !known.associations(companion.kind).isEmpty {
        let others = families.family(of: companion.kind)?.channels.map(\.kind) ?? []
        guard others.allSatisfy({ $0 == companion.kind || known.associations($0).isEmpty }),
          companion.isCompanion(
            known.associations(companion.kind),
            of: family.channels.filter { !$0.judgesHandshakes }.flatMap { known.associations($0.kind) })
        else { continue }
        adopted.append((companion, family.name))
      }
    }
  }

  /// The channels that a tunnel of a family between these hosts may have.
  func channels(of family: any FamilyProfile.Type) -> [ChannelProfile] {
    guard !adopted.isEmpty else { return family.channels }
    return family.channels.filter { own in !adopted.contains { $0.profile.kind == own.kind } }
      + adopted.filter { $0.by == family.name }.map(\.profile)
  }
}

extension ChannelProfile {
  /// Whether handshakes belong to connections between the same hosts: the first of them begins, on a port, while a connection
  /// lives that was answered, or soon after.
  func isCompanion(_ handshakes: [Association], of connections: [Association]) -> Bool {
    guard let first = handshakes.min(by: { $0.begin.moment < $1.begin.moment }), first.sawStart, first.port != nil
    else {
      return false
    }
    return connections.contains {
      $0.firstAnswer != nil && $0.begin.moment <= first.begin.moment
        && first.begin.moment.seconds(since: $0.end) < Self.companionSeconds
    }
  }

  /// A client uses the keys that its login gave it within a second; a person may still be asked something.
  private static let companionSeconds = 60.0
}
