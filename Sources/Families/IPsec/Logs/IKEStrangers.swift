import Observations

/// Peers whose attempts came to nothing before they had shown who they are: once may be anybody on the Internet.
struct IKEStrangers {
  private var attempts: [IPAddress: Int] = [:]

  /// Attempts of a peer without a name before they count.
  private static let attemptsOfClient = 2

  /// Counts an attempt, and says whether it is not the first one; a peer that is not known counts at once.
  mutating func comesAgain(_ peer: IPAddress?) -> Bool {
    guard let peer else { return true }
    if let place = attempts.index(forKey: peer) {
      attempts.values[place] += 1
      return attempts.values[place] >= Self.attemptsOfClient
    }
    if attempts.count >= IPsecLogLimits.associations { attempts.removeAll() }
    attempts[peer] = 1
    return Self.attemptsOfClient <= 1
  }
}
