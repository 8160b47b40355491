import Observations

// Words and facts that rules about channels share.
extension FindingSubject {
  /// "DTLS"; for what is about no channel, "the tunnel".
  var channelName: String { channel?.name ?? "the tunnel" }

  /// " on port 443"; empty without a port.
  var onPort: String { port.map { " on port \($0)" } ?? "" }
}

extension Channel {
  /// What a message is called; an opening has no name of its own.
  func words(_ message: MessageName?, of side: Side, in view: Association) -> String {
    message?.rawValue ?? (side == view.initiator && view.openingCount > 0 ? profile.openingMessage : "nothing")
  }
}

extension Side {
  /// "client" or "gateway".
  package var name: String { self == .client ? "client" : "gateway" }
}
