import Correlation
import Observations

extension DTLSOutcome {
  /// What became of DTLS, in words that follow "DTLS".
  var words: String {
    switch self {
    case .established: "established"
    case .unanswered: "never answered"
    case .refused: "refused"
    case .stalled: "answered, but the handshake never completed"
    case .lost: "established, then lost"
    case .none: "not seen"
    }
  }
}

extension TunnelDescription {
  /// Both ends, and the name the client asked for: `198.51.100.10 → 203.0.113.20 (vpn.example.com)`.
  var ends: String {
    route.visibleLine + (serverName.map { " (\($0.visibleLine))" } ?? "")
      + (client == nil || users.isEmpty ? "" : ", " + users.map { "user \($0.visibleLine)" }.joined(separator: ", "))
  }

  /// The TLS side: port, version, suite, sessions.
  var tlsWords: String {
    var parts = [tls.port.map { "port \($0)" }, tls.version?.name.visibleLine, tls.cipherSuite?.name.visibleLine]
      .compactMap(
        \.self)
    parts.append(tls.sessions.count.counted("session"))
    if let last = tls.sessions.last, !last.endReason.isEmpty {
      parts.append((tls.sessions.count > 1 ? "the last one " : "") + last.endReason.visibleLine)
    }
    return parts.joined(separator: ", ")
  }

  /// The DTLS side: port, version, suite, what became of it.
  var dtlsWords: String {
    var parts = [dtls.port.map { "port \($0)" }, dtls.version?.name.visibleLine, dtls.cipherSuite?.name.visibleLine]
      .compactMap(\.self)
    parts.append(dtls.outcome.words)
    if !dtls.attempts.isEmpty {
      let hellos = dtls.attempts.reduce(0) { $0 + $1.hellos }
      parts.append("\(dtls.attempts.count.counted("attempt")) with \(hellos.counted("hello"))")
    }
    return parts.joined(separator: ", ")
  }

  /// The sizes that are known, in bytes; nil when none is.
  var mtuWords: String? {
    let known = [
      mtu.tls.map { "TLS tunnel \($0)" }, mtu.dtls.map { "DTLS tunnel \($0)" }, mtu.path.map { "path \($0)" },
      mtu.clientMSS.map { "client MSS \($0)" }, mtu.gatewayMSS.map { "gateway MSS \($0)" },
    ].compactMap(\.self)
    return known.isEmpty ? nil : known.joined(separator: ", ") + " bytes"
  }

  /// Where else the client was seen, behind address translation; nil when nowhere.
  var translationWords: String? {
    translatedClients.isEmpty ? nil : translatedClients.map(\.description).joined(separator: ", ")
  }
}
