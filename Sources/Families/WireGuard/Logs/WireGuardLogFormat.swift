import Observations

extension Product {
  public static let wireGuard = Product("WireGuard")
}

extension LogFormat {
  /// Lines of wireguard-go, of Linux or of Windows, and output of `wg show`: either side writes them.
  public static let wireguard = LogFormat("wireguard", title: "WireGuard", side: nil)
}
