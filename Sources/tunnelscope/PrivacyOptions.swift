import ArgumentParser
import CaseBundle
import Output

/// What of the packets a case may tell.
struct PrivacyOptions: ParsableArguments {
  @Flag(help: "Cut every packet of a case behind its headers and handshake messages; sizes stay known.")
  var noPayload = false

  @Flag(
    help: ArgumentHelp(
      "Rename IP and MAC addresses, server names and captures in a case, in the packets and in every text.",
      discussion: """
        The same name has the same alias everywhere in the archive. Addresses with a common prefix keep one \
        (Crypto-PAn). Packets are put together anew from what is understood of them; what is not understood, and all \
        application data, stays behind and is counted in the manifest. The key is random and kept nowhere, unless \
        --anonymize-key gives one.
        """))
  var anonymize = false

  @Option(
    help: ArgumentHelp(
      "Take the key of --anonymize from this file.",
      discussion:
        "Exactly 32 random bytes (head -c 32 /dev/urandom). Archives made with one key have the same aliases.",
      valueName: "file"), completion: .file())
  var anonymizeKey: String?

  func validate() throws {
    if anonymizeKey != nil, !anonymize { throw ValidationError("--anonymize-key belongs to --anonymize.") }
  }

  /// Reads the key, if one is given.
  func choice() throws -> CasePrivacyChoice {
    guard anonymize else { return noPayload ? .withoutPayload : .everything }
    guard let anonymizeKey else { return .anonymous(key: Pseudonyms.randomKey(), isGiven: false) }
    let key = try KeyFile.read(anonymizeKey)
    guard Pseudonyms(key: key) != nil else {
      Diagnostics.error("\(anonymizeKey): a key has exactly 32 bytes")
      throw ExitStatus.unreadableData
    }
    return .anonymous(key: key, isGiven: true)
  }
}
