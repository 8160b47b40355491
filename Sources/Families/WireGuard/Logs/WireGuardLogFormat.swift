import Observations

extension Product {
  public static let wireGuard = Product("WireGuard")
}

extension LogFormat {
  /// Lines of wireguard-go, of Linux or of Windows about a peer to which the writer sent the first initiation.
  public static let wireguardInitiator = LogFormat("wireguard-initiator", title: "WireGuard", side: .client)
  /// The same of a peer that sent it.
  public static let wireguardResponder = LogFormat("wireguard-responder", title: "WireGuard", side: .server)
  /// Lines that tell of no handshake, and output of `wg show`: either side writes them.
  public static let wireguard = LogFormat("wireguard", title: "WireGuard", side: nil)
}
