import Logs
import Observations

/// What macOS and iOS write to the unified log of their own client of IKEv2 (`log show`, Console), a session a line, and in the
/// end why it stopped: one of a list of reasons (`ne_session_stop_reason`).
///
///     NESMIKEv2VPNSession[Primary Tunnel:Work:F6CF…:(null)]: status changed to connecting
///     NESMIKEv2VPNSession[Primary Tunnel:Work:F6CF…:(null)]: status changed to disconnected, last stop reason Server is not responding
///
/// Which message of IKE had no answer, or was refused, the reason does not say.
struct AppleIKELog: LogFormatReader {
  private var state: State?

  private enum State { case connecting, up, stopped }

  /// All its messages are in the table.
  mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .appleIKE else { return false }
    sink.understand(.appleIKE)
    let time = sink.resolve(message.time)
    switch message.meaning {
    case .channelStarted(.ike):
      state = .connecting
      sink.take(.opened(.ike), at: time, of: LogSubject())
    case .sessionOpened:
      if state != .up { sink.take(.established(.ike), at: time, of: LogSubject()) }
      state = .up
    case .sessionEnded: stop(message, at: time, into: &sink)
    default: break
    }
    return true
  }

  /// The plugin gives its reason first, and the session repeats it.
  private mutating func stop(_ message: borrowing TableLine, at time: LogTime?, into sink: inout LogSink) {
    if message.words.contains("NESMVPNSessionStateStarting") { state = .connecting }
    let event: LogEvent? =
      switch state {
      case .connecting: Self.failure(message.string(.reason))
      case .up: Self.end(message.string(.reason))
      case .stopped, nil: nil
      }
    if let event {
      sink.take(event, at: time, of: LogSubject())
    } else if state != .stopped, !Self.isOfClient(message.string(.reason)) {
      // Nobody can say what the session had come to.
      sink.suspect()
    }
    state = .stopped
  }

  /// Why a session that was not up yet stopped; nil where its own side wished it, or the reason tells nothing: "Plugin initiated"
  /// is written of a login that is refused, and of a person who disconnects.
  private static func failure(_ reason: String?) -> LogEvent? {
    guard let reason, !isOfClient(reason) else { return nil }
    switch reason {
    case "Server is not responding", "Server is down or unreachable": return .failed(.ike, .timedOut)
    case "Failed to resolve the server address": return .failed(.ike, .nameNotResolved)
    case "Authentication failed": return .failed(.ike, .rejected(reason: "AUTHENTICATION_FAILED"))
    case "Bad configuration", "Configuration does not have a server address", "Server address is invalid",
      "Client certificate is missing", "Client certificate is invalid", "Client certificate is not yet valid",
      "Client certificate has expired":
      return .failed(.ike, .setup(reason: reason))
    case "Server certificate is invalid", "Server certification is not yet valid", "Server certificate has expired":
      return .failed(.ike, .other(reason: "certificate: \(reason)"))
    case "Negotiation with the server failed", "Tunnel was terminated by the server", "Tunnel did not come up in time",
      "Authentication took too long":
      return .failed(.ike, .other(reason: reason))
    default: return nil
    }
  }

  /// Why a session that was up stopped.
  private static func end(_ reason: String?) -> LogEvent? {
    guard let reason, !isOfClient(reason) else { return .tunnelEnded(reason: nil, byClient: true) }
    return reason == "Server is not responding" ? .deadPeer(.ike) : .ended(.ike, reason: reason)
  }

  /// Whether the client's own side or its user wished it, or its network is gone.
  private static func isOfClient(_ reason: String?) -> Bool {
    switch reason {
    case "None", "Stop command received", "Device slept too long", "Device went to sleep", "No network available",
      "Network changed, tunnel no longer viable", "Authentication was canceled", "Tunnel was idle for too long",
      "Configuration was disabled", "Configuration was removed", "Configuration has changed",
      "Configuration was superceded by another configuration", "User logged out", "Console user changed",
      "On Demand Disconnect rule matched", "App Update":
      true
    default: reason == nil
    }
  }
}
