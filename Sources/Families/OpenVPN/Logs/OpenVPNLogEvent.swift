import Logs
import Observations

/// What a line of OpenVPN says, whichever side writes it.
enum OpenVPNLogEvent {
  /// Of a handshake that goes on, or of no interest.
  case nothing
  /// The client asks a gateway.
  case asks(Endpoint)
  /// An ICMP error came back.
  case refused
  /// The gateway's first packet, and where it came from.
  case answered(Endpoint?)
  /// A gateway answers a client.
  case answers
  /// Data can flow.
  case up
  /// The same of a client of OpenVPN 3, which alone has these words.
  case upAtClient
  /// A gateway gives a client its settings.
  case served
  /// New keys are asked for.
  case renews
  /// After so many seconds without a packet of the other side the session is over.
  case pingRestart(seconds: Int)
  /// A handshake was not done in time.
  case timedOut
  case failed(HandshakeFailure.Cause)
  /// No packet of the other side came for as long as `--ping-restart` says.
  case unheard
  /// A side begins anew because a handshake failed; of a session, that for new keys.
  case tlsRestart
  /// A client begins anew because the gateway did not let it in.
  case loginRestart
  /// The session ends, and may begin anew.
  case ends(reason: String?)
  /// The program ends, or the client takes its leave.
  case exits
  /// A new session of a user takes the place of those before.
  case replaced(user: String)
  /// A packet from there is under another key, or came before, which the line in front of it says.
  case stranger(Endpoint)
  /// The same, with something else in the place of the address.
  case hiddenStranger(String)
  /// The TLS library says what it does not accept; whether the handshake fails for it, the next lines say.
  case library(reason: String)
  /// A handshake failed for a reason that the lines before it have told.
  case handshakeFailed
  /// What an HTTP proxy answers to CONNECT; nil where it opens the way.
  case proxyAnswers(refusal: String?)
  /// A script that decides about a client could not be run: nobody gets in.
  case scriptNotRun(reason: String)
  /// A packet of the control channel came again.
  case replay
  /// A packet is larger than what the path takes.
  case tooLarge
  /// What was decrypted is no IP packet, or does not decompress.
  case garbled
  /// The TLS session with the other side is up; where it is asked from, or whom the client asks.
  case connects(Endpoint)
  /// A client asks for its settings or gets them, which a gateway never does.
  case pulls(pingRestart: Int?)

  /// Whether a line without a client's address that says so is a client's: a gateway's would name its client. What is pasted
  /// often begins behind the line that says whom the client asks.
  var isOfClientAlone: Bool {
    switch self {
    case .timedOut, .failed, .unheard, .tlsRestart, .loginRestart, .pulls, .upAtClient: true
    default: false
    }
  }

  /// Whether other programs write the same words: files that cannot be loaded, what the TLS library says.
  var isInCommonWords: Bool {
    switch self {
    case .failed(.setup), .library: true
    default: false
    }
  }

  /// - Parameter isGateway: Whether the line is a gateway's about a client.
  init?(_ text: inout LogText, isGateway: Bool) {
    guard Self.words?.areIn(text) ?? true else { return nil }
    if let event = Self(failure: &text, isGateway: isGateway) ?? Self(end: &text) ?? Self(versionThree: &text) {
      self = event
    } else if let event = isGateway ? Self(ofClient: text) : Self(own: &text) {
      self = event
    } else if text.starts(with: "SIGUSR1[") || text.starts(with: "VERIFY OK: ") || text.starts(with: "TLS Error: ")
      || text.starts(with: "TLS: Initial packet from ") || text.contains("Peer Connection Initiated with ")
      || text.contains(" link remote: ") || text.starts(with: "Initialization Sequence Completed")
    {
      self = .nothing
    } else if text.tellsOfGarbledData {
      self = .garbled
    } else {
      return nil
    }
  }

  /// With which words the messages below begin, and what is in them that begin otherwise.
  private static let words = TellingWords(
    beginnings: [
      "TLS Error: ", "TLS: ", "TCP: connect to ", "TCP/UDP: Socket bind ", "Server poll timeout", "VERIFY ",
      "AUTH: Received ", "SENT CONTROL [", "WARNING: Failed running command (--", "OPTIONS ERROR: failed",
      "Error: private key password",
      "SIGUSR1[", "SIGTERM[", "RESOLVE: Cannot resolve", "OpenSSL", "HTTP proxy", "read UDP", "write UDP",
      "write to TUN/TAP", "tls-crypt unwrap error: ", "Authenticate/Decrypt packet error: ", "MULTI: new connection",
      "Contacting ", "EVENT: ", "Connected via tun", "Client ", "Transport Error: ", "Session invalidated: ",
      "Cannot load ", "Cannot pre-load keyfile ", "Options error: ", "ERROR: Cannot ", "ERROR: could not read ", "All ",
      "neither stdin nor stderr ", "There are no TAP-Windows", "Re-using SSL/TLS context", "Data Channel: cipher ",
      "Outgoing Data Channel: Cipher ", "Attempting to establish TCP connection with ",
      "Initialization Sequence Completed", "PUSH: Received control message: ", "Timers: ping ", "Bad ",
      "FRAG_IN error ",
    ],
    inner: [
      "Inactivity timeout (--ping-", "Connection reset, restarting", "Peer Connection Initiated with ",
      " link remote: ",
    ])

  /// A gateway's line about a client.
  private init?(ofClient text: borrowing LogText) {
    if text.starts(with: "TLS: Initial packet from ") || text.starts(with: "Re-using SSL/TLS context") {
      self = .answers
    } else if text.starts(with: "Data Channel: cipher ") || text.starts(with: "Outgoing Data Channel: Cipher ") {
      self = .up
    } else if text.starts(with: "SENT CONTROL ["), text.contains("]: 'PUSH_REPLY") {
      self = .served
    } else if text.starts(with: "TLS: soft reset ") {
      self = .renews
    } else {
      return nil
    }
  }

  /// A line without a client.
  private init?(own text: inout LogText) {
    if text.contains(" link remote: ") || text.starts(with: "Attempting to establish TCP connection with ") {
      // "TCPv4_SERVER link remote: …" is a gateway's about a client.
      let isServer = text.contains("_SERVER link remote: ")
      _ = text.skip(past: " link remote: ") || text.skip("Attempting to establish TCP connection with ")
      self = isServer ? .nothing : text.openVPNEnd().map { .asks($0) } ?? .nothing
    } else if text.starts(with: "Initialization Sequence Completed") {
      // A gateway's line means that it is ready.
      self = .up
    } else if text.skip("TLS: Initial packet from ") {
      self = .answered(text.openVPNEnd())
    } else if text.starts(with: "TLS: soft reset ") {
      self = .renews
    } else if text.skip("PUSH: Received control message: 'PUSH_REPLY") {
      self = .pulls(pingRestart: text.skip(past: "ping-restart ") ? text.number() : nil)
    } else if text.starts(with: "SENT CONTROL ["), text.contains("]: 'PUSH_REQUEST'") {
      self = .pulls(pingRestart: nil)
    } else if text.starts(with: "PUSH: Received control message: ") || text.starts(with: "Timers: ping ") {
      self = text.skip(past: "ping-restart ") ? text.number().map { .pingRestart(seconds: $0) } ?? .nothing : .nothing
    } else if text.skip(past: "Peer Connection Initiated with ") {
      self = text.openVPNEnd().map { .connects($0) } ?? .nothing
    } else {
      return nil
    }
  }

  // MARK: OpenVPN 3

  /// OpenVPN 3 Core, of OpenVPN Connect, openvpn3-linux and most phones, is a client and has words of its own
  /// (openvpn/client/cliconnect.hpp, clievent.hpp).
  private init?(versionThree text: inout LogText) {
    if text.skip("Contacting ") {
      self = text.openVPNEnd().map { .asks($0) } ?? .nothing
    } else if text.starts(with: "Server poll timeout, trying next remote entry")
      || text.starts(with: "EVENT: CONNECTION_TIMEOUT")
    {
      self = .timedOut
    } else if text.starts(with: "EVENT: CONNECTED ") || text.starts(with: "Connected via tun") {
      self = .upAtClient
    } else if text.starts(with: "Client "), let event = Self(linuxClient: text) {
      self = event
    } else if text.starts(with: "EVENT: DISCONNECTED") || text.starts(with: "EVENT: INACTIVE_TIMEOUT") {
      self = .exits
    } else if text.skip("EVENT: TLS_ALERT_") {
      self = .failed(.other(reason: "TLS alert: \(text.string(text.word()))"))
    } else if text.starts(with: "EVENT: TLS_VERSION_MIN") {
      self = .failed(.other(reason: "the other side's version of TLS is too old"))
    } else if text.starts(with: "Transport Error: "),
      text.contains("NETWORK_EOF_ERROR") || text.contains("NETWORK_RECV_ERROR")
    {
      self = .ends(reason: "the other side closed the connection")
    } else if text.starts(with: "Transport Error: DNS resolve error ") {
      self = .failed(.nameNotResolved)
    } else if text.starts(with: "Session invalidated: KEEPALIVE_TIMEOUT") {
      self = .unheard
    } else if text.starts(with: "EVENT: AUTH_FAILED") {
      self = .failed(.other(reason: "AUTH_FAILED"))
    } else if text.starts(with: "EVENT: CERT_VERIFY_FAIL") {
      self = .failed(.other(reason: "certificate"))
    } else if text.starts(with: "Transport Error: "), text.contains("Connection refused") {
      self = .failed(.sendFailed)
    } else if text.starts(with: "Transport Error: socket_protect error") {
      // The system did not keep the client's own packets out of the tunnel: it sent none.
      self = .failed(.setup(reason: "socket_protect error"))
    } else if text.starts(with: "Transport Error: "), text.contains(" connect error on ") {
      _ = text.skip("Transport Error: ")
      self = .failed(.other(reason: text.restString))
    } else {
      return nil
    }
  }

  /// What the client of openvpn3-linux says of its connection, behind its name and the level: "Client INFO: Connected: …".
  private init?(linuxClient text: borrowing LogText) {
    if text.starts(with: "Client INFO: ") {
      if text.contains("Connected: ") {
        self = .upAtClient
      } else if text.contains("Connection timeout") {
        self = .timedOut
      } else if text.contains("Stopping ") || text.contains("Connection closing due to ") {
        self = .exits
      } else {
        return nil
      }
    } else if text.starts(with: "Client VERB1: "), text.contains("Authentication failed") {
      self = .failed(.other(reason: "AUTH_FAILED"))
    } else if text.starts(with: "Client CRITICAL: "), text.contains("Certificate verification failed:") {
      self = .failed(.other(reason: "certificate"))
    } else {
      return nil
    }
  }

  // MARK: Ends

  private init?(end text: inout LogText) {
    if text.contains("[UNDEF] Inactivity timeout (--ping-") {
      // Without a name of the other side nothing of it has come yet.
      self = .timedOut
    } else if text.contains("Inactivity timeout (--ping-restart)") || text.contains("Inactivity timeout (--ping-exit)")
    {
      self = .unheard
    } else if text.contains("Connection reset, restarting") {
      self = .ends(reason: "connection reset")
    } else if text.starts(with: "SIGTERM[") {
      self = .exits
    } else if text.starts(with: "SIGUSR1[soft,tls-error]") {
      self = .tlsRestart
    } else if text.starts(with: "SIGUSR1[soft,auth-failure]") {
      self = .loginRestart
    } else if text.starts(with: "SIGUSR1[soft,server-pushed-connection-reset]") {
      self = .ends(reason: "the gateway restarts")
    } else if text.skip("MULTI: new connection by client '") {
      // "… 'alice' will cause previous active sessions by this client to be dropped."
      self = text.string(upTo: "' will cause").map { .replaced(user: $0) } ?? .nothing
    } else {
      return nil
    }
  }

  // MARK: Failures

  private init?(failure text: inout LogText, isGateway: Bool) {
    // What is pasted may break off behind these words.
    if text.starts(with: "TLS Error: TLS key negotiation failed")
      || text.starts(with: "Server poll timeout, restarting")
    {
      self = .timedOut
    } else if text.starts(with: "VERIFY ERROR: ") {
      let reason = text.skip(past: "error=") ? text.string(upTo: ": ") : nil
      self = .failed(
        .other(reason: reason.map { $0.hasPrefix("certificate ") ? $0 : "certificate: \($0)" } ?? "certificate"))
    } else if text.starts(with: "AUTH: Received control message: AUTH_FAILED")
      || text.starts(with: "AUTH: Received AUTH_FAILED control message")
      || text.starts(with: "SENT CONTROL [") && text.contains("'AUTH_FAILED")
    {
      // Inside the encryption: packets do not show it.
      _ = text.skip(past: "AUTH_FAILED")
      let reason = text.skip(UInt8(ascii: ",")) ? (text.string(upTo: "'") ?? text.restString) : nil
      self = .failed(.other(reason: reason.map { "AUTH_FAILED, \($0)" } ?? "AUTH_FAILED"))
    } else if text.starts(with: "WARNING: Failed running command (--"), let reason = text.scriptNotRun {
      self = .scriptNotRun(reason: reason)
    } else if text.starts(with: "OPTIONS ERROR: failed to negotiate cipher with server") {
      self = .failed(.other(reason: "no cipher in common"))
    } else if text.starts(with: "Error: private key password verification failed")
      || text.starts(with: "SIGUSR1[soft,private-key-password-failure]")
    {
      self = .failed(.setup(reason: "the password of its private key is wrong"))
    } else if text.starts(with: "RESOLVE: Cannot resolve host address: ") {
      self = .failed(.nameNotResolved)
    } else if !isGateway, let reason = text.openVPNSetupProblem {
      self = .failed(.setup(reason: reason))
    } else if text.skip("OpenSSL: error:") {
      self = .library(reason: text.openSSLReason)
    } else if text.starts(with: "OpenSSL reported a certificate with a weak hash") {
      self = .library(reason: "the hash of a certificate is too weak")
    } else if text.starts(with: "TLS Error: TLS handshake failed")
      || text.starts(with: "HTTP proxy returned bad status")
    {
      self = .handshakeFailed
    } else if text.skip("HTTP proxy returned: '") {
      let answer = text.string(upTo: "'") ?? text.restString
      self = .proxyAnswers(refusal: answer.contains(" 200") ? nil : "the HTTP proxy answered '\(answer)'")
    } else if text.starts(with: "HTTP proxy: no support for proxy auth")
      || text.starts(with: "HTTP proxy: do not recognize the auth")
    {
      self = .failed(.other(reason: "no way to log in that the HTTP proxy accepts"))
    } else if text.starts(with: "read UDP") || text.starts(with: "write UDP"),
      text.contains("EMSGSIZE") || text.contains(": Message too ")
    {
      self = .tooLarge
    } else if text.starts(with: "read UDP"), text.isOfICMPError {
      // A gateway hears this of clients that went away.
      self = isGateway ? .nothing : .refused
    } else if text.starts(with: "TCP: connect to "), text.contains("failed: ") {
      self = .failed(text.contains("failed: Connection timed out") ? .timedOut : .sendFailed)
    } else if text.skip("TLS Error: cannot locate HMAC in incoming packet from ")
      || text.skip("TLS Error: incoming packet authentication failed from ")
      || text.skip("TLS Error: tls-crypt unwrapping failed from ")
      || text.skip("TLS Error: could not determine wrapping from ")
    {
      let start = text.position
      if let end = text.openVPNEnd() {
        self = .stranger(end)
      } else {
        text.move(to: start)
        self = .hiddenStranger(text.openVPNHiddenEnd())
      }
    } else if text.starts(with: "tls-crypt unwrap error: bad packet ID")
      || text.starts(with: "tls-crypt unwrap error: packet replay")
      || text.starts(with: "Authenticate/Decrypt packet error: bad packet ID"), text.isOfControlChannel
    {
      self = .replay
    } else {
      return nil
    }
  }
}

extension LogText {
  /// "WARNING: Failed running command (--client-connect): external program fork failed": which script it is, and why it did
  /// not run; nil where it ran and said no.
  fileprivate var scriptNotRun: String? {
    guard contains(": external program fork failed") || contains(": could not execute external program") else {
      return nil
    }
    var text = LogText(bytes)
    guard text.skip(past: "Failed running command ("), let option = text.string(upTo: "): ") else { return nil }
    return "\(option): \(text.restString)"
  }

  /// "write to TUN/TAP : Invalid argument (code=22)": the kernel refuses what is neither IPv4 nor IPv6.
  /// "Bad LZO decompression header byte: 69". "FRAG_IN error flags=0x4500003c: spurious FRAG_WHOLE flags".
  fileprivate var tellsOfGarbledData: Bool {
    switch next {
    case UInt8(ascii: "w"): starts(with: "write to TUN/TAP : Invalid argument")
    case UInt8(ascii: "B"): starts(with: "Bad ") && contains("decompression header byte: ")
    case UInt8(ascii: "F"): starts(with: "FRAG_IN error ")
    default: false
    }
  }

  /// Whether reading a socket failed because an ICMP error came back: of Windows it has the code of a connection that was
  /// reset.
  fileprivate var isOfICMPError: Bool {
    contains("[ECONNREFUSED]") || contains("[EHOSTUNREACH]") || contains(": Connection refused")
      || contains("WSAECONNRESET") || contains("(code=10054)")
  }

  /// Whether a packet that came again has a time beside its number, as those of the control channel have; those of data
  /// seldom have one: "[ #1 / time = (1561647242) … ]", "[ #6642 ]".
  fileprivate var isOfControlChannel: Bool { starts(with: "tls-crypt ") || contains(" / time = (") }
}
