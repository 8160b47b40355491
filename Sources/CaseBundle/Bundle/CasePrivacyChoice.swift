/// What was chosen that cases may tell: of one archive, or of all that a live capture writes.
public enum CasePrivacyChoice: Sendable, Equatable {
  case everything
  /// Headers and handshakes; application data stays behind.
  case withoutPayload
  /// The same under other names, which a key of 32 bytes gives.
  case anonymous(key: [UInt8], isGiven: Bool)

  /// For one archive, which has a table of names of its own; nil when names cannot be changed.
  public var privacy: CasePrivacy? {
    switch self {
    case .everything: CasePrivacy.none
    case .withoutPayload: .withoutPayload
    case .anonymous(let key, _): Pseudonyms(key: key).map { .anonymous($0) }
    }
  }

  /// For the manifest.
  public var options: [(String, String)] {
    switch self {
    case .everything: [("payload", "kept"), ("anonymized", "no")]
    case .withoutPayload: [("payload", "cut"), ("anonymized", "no")]
    case .anonymous(_, let isGiven):
      [("payload", "cut"), ("anonymized", isGiven ? "with a given key" : "with a random key")]
    }
  }

  public var isAnonymous: Bool {
    if case .anonymous = self { return true }
    return false
  }
}
