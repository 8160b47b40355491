import Logs
import Observations

/// What NetworkManager says of a VPN that its plugin does not even begin, whatever the plugin's family: the plugin asks for a
/// password or a login, and there is nobody who could give it.
///
///     vpn[0x55…,5c0b1b7a-…,"work"]: starting openconnect
///     vpn[0x55…,5c0b1b7a-…,"work"]: secrets: failed to request VPN secrets #3: No agents were available for this request.
///
/// What plugins say of themselves, the readers of their products know.
struct NetworkManagerLog: LogFormatReader {
  /// What the plugin that was started builds its tunnel with; nil while no line has named one.
  private var channel: ChannelKind?
  /// Where nobody gave that plugin what it asked for, until the VPN comes up all the same.
  private var unanswered: (channel: ChannelKind, time: LogTime?, line: Int)?

  /// Why such a VPN is not set up.
  static let reason = "NetworkManager found no agent that could ask the user for the password or login"

  static let remedies = [
    "Let `nmcli --ask connection up NAME` ask for it, or save it in the connection (OpenVPN: `nmcli connection modify NAME +vpn.data password-flags=0 vpn.secrets password=…`).",
    "In a desktop session, start an agent that asks: nm-applet, or the desktop's own network applet; with the plugin's part for it (network-manager-openconnect-gnome, network-manager-openvpn-gnome).",
  ]

  var isOpen: Bool { unanswered != nil }

  mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .networkManager else { return false }
    sink.understand(message.product.format)
    let time = sink.resolve(message.time)
    switch message.meaning {
    case .sessionRequested: channel = Self.channel(of: message)
    case .sessionOpened: unanswered = nil
    // The plugin has what the gateway told it.
    case .informational where message.words.starts(with: "VPN Gateway: "): unanswered = nil
    case .authenticationFailed where message.words.contains(": No agents were available"):
      // It asks again with each attempt: one tells.
      if unanswered == nil, let channel { unanswered = (channel, time, sink.line) }
    default: break
    }
    return true
  }

  mutating func endBuriedBlock(into sink: inout LogSink) { finish(into: &sink) }

  mutating func finish(into sink: inout LogSink) {
    if let unanswered {
      sink.take(
        .failed(unanswered.channel, .setup(reason: Self.reason)), at: unanswered.time, of: LogSubject(),
        line: unanswered.line)
    }
    unanswered = nil
  }

  /// The channel of the plugin that a line names: "starting openvpn", "Starting VPN service 'openconnect'".
  private static func channel(of message: borrowing TableLine) -> ChannelKind? {
    let words = LogText(message.words.bytes)
    if words.contains("openvpn") { return .openvpn }
    if words.contains("strongswan") || words.contains("libreswan") || words.contains("l2tp") || words.contains("vpnc") {
      return .ike
    }
    return words.contains("openconnect") || words.contains("fortisslvpn") ? .tls : nil
  }
}
