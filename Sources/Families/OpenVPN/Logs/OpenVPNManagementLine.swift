import Logs
import Observations

/// A line that OpenVPN's management interface sends without being asked (doc/management-notes.txt of OpenVPN).
///
///     >STATE:1516200464,WAIT,,,,,,
///     >LOG:1516200465,I,TLS: Initial packet from [AF_INET]203.0.113.20:1194, sid=cc364e40 9fc0fce7
struct OpenVPNManagementLine: ~Escapable {
  enum Kind {
    case state(OpenVPNState)
    /// A line of the program's log; whether its flags say that it is an error.
    case log(isError: Bool)
    /// A question to whoever controls the program, or a counter.
    case other
  }

  let kind: Kind
  let time: CivilTime?
  /// The line, read up to the words of the program's log.
  let text: LogText

  @_lifetime(copy line)
  init?(_ line: borrowing LogText) {
    var text = LogText(line.bytes)
    guard text.skip(UInt8(ascii: ">")) else { return nil }
    if text.skip("STATE:") {
      time = text.secondsSinceEpoch()
      guard time != nil, text.skip(UInt8(ascii: ",")), let state = OpenVPNState(&text) else { return nil }
      kind = .state(state)
    } else if text.skip("LOG:") {
      time = text.secondsSinceEpoch()
      guard time != nil, text.skip(UInt8(ascii: ",")) else { return nil }
      // "F" is a fatal error, "N" another one; "I", "W" and "D" are none.
      let isError = text.isAtOneOf("FN")
      guard text.skip(past: ",") else { return nil }
      kind = .log(isError: isError)
    } else if Self.others.contains(where: { text.starts(with: $0) }) {
      time = nil
      kind = .other
    } else {
      return nil
    }
    self.text = text
  }

  private static let others: [StaticString] = [
    "INFO:", "BYTECOUNT:", "BYTECOUNT_CLI:", "CLIENT:", "ECHO:", "HOLD:", "INFOMSG:", "NEED-OK:", "NEED-STR:",
    "NOTIFY:",
    "PASSWORD:", "PK_SIGN:", "PROXY:", "REMOTE:", "RSA_SIGN:", "UPDOWN:",
  ]
}

/// What state OpenVPN says it has come to.
enum OpenVPNState {
  /// It looks for the gateway, or waits for its first packet.
  case asks
  /// The gateway's first packet is there.
  case isAnswered
  /// Data can flow; the gateway's address, which only a client names, and its port, which older versions leave out.
  case isConnected(IPAddress?, port: UInt16?)
  /// It begins anew or ends, for the reason that the signal has.
  case isOver(Reason?)
  /// Of a session that is being set up.
  case other

  enum Reason {
    case handshakeFailed, unheard, connectionReset, notAuthenticated, pollTimeout, stopped

    fileprivate init?(_ text: borrowing LogText) {
      if text.starts(with: "tls-error,") {
        self = .handshakeFailed
      } else if text.starts(with: "ping-restart,") || text.starts(with: "ping-exit,") {
        self = .unheard
      } else if text.starts(with: "connection-reset,") {
        self = .connectionReset
      } else if text.starts(with: "auth-failure,") {
        self = .notAuthenticated
      } else if text.starts(with: "server_poll,") {
        self = .pollTimeout
      } else if text.starts(with: "SIGTERM,") || text.starts(with: "SIGINT,") {
        self = .stopped
      } else {
        return nil
      }
    }
  }

  /// - Parameter text: Read up to the state's name.
  fileprivate init?(_ text: inout LogText) {
    if text.skip("RESOLVE,") || text.skip("CONNECTING,") || text.skip("TCP_CONNECT,") || text.skip("WAIT,") {
      self = .asks
    } else if text.skip("AUTH,") {
      self = .isAnswered
    } else if text.skip("CONNECTED,") {
      // "SUCCESS,10.8.0.6,203.0.113.20,1194,,": the addresses inside and outside, and the port.
      guard text.skip(past: ","), text.skip(past: ","), let address = text.address() else {
        self = .isConnected(nil, port: nil)
        return
      }
      self = .isConnected(address, port: text.skip(UInt8(ascii: ",")) ? text.port() : nil)
    } else if text.skip("RECONNECTING,") || text.skip("EXITING,") {
      self = .isOver(Reason(text))
    } else if ["GET_CONFIG,", "ASSIGN_IP,", "ADD_ROUTES,", "AUTH_PENDING,"].contains(where: { text.starts(with: $0) }) {
      self = .other
    } else {
      return nil
    }
  }

  /// What the state shows as a line of the log would.
  ///
  /// - Parameter isUp: Whether the session was up before.
  func event(isUp: Bool) -> OpenVPNLogEvent {
    switch self {
    case .asks, .other, .isOver(nil), .isConnected(nil, _): .nothing
    case .isAnswered: .answered(nil)
    case .isConnected: .up
    case .isOver(.handshakeFailed): isUp ? .tlsRestart : .timedOut
    case .isOver(.unheard): isUp ? .unheard : .timedOut
    case .isOver(.connectionReset):
      isUp ? .ends(reason: "connection reset") : .failed(.other(reason: "connection reset"))
    case .isOver(.notAuthenticated): .failed(.other(reason: "AUTH_FAILED"))
    case .isOver(.pollTimeout): .timedOut
    case .isOver(.stopped): .exits
    }
  }
}

extension LogText {
  /// "1516200463", seconds since 1970 in UTC.
  fileprivate mutating func secondsSinceEpoch() -> CivilTime? {
    guard let seconds = number(), seconds < 9_000_000_000 else { return nil }
    let time = CivilTime(secondsSinceEpoch: seconds)
    return time.isSane ? time : nil
  }
}
