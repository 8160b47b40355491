/// Every diagnosis the program can make, by the name that reports and `explain` use.
public enum RuleName: String, Sendable, Hashable, CaseIterable {
  case mtuReconnect = "mtu-reconnect"
  case dtlsRefused = "dtls-refused"
  case dtlsUnanswered = "dtls-unanswered"
  case dtlsHandshakeStalled = "dtls-handshake-stalled"
  case dtlsLost = "dtls-lost"
  case dtlsPortMismatch = "dtls-port-mismatch"
  case pmtuBlackHole = "pmtu-black-hole"
  case oversizedDF = "oversized-df"
  case mssExceedsMTU = "mss-exceeds-mtu"
  case tunnelFragmentation = "tunnel-fragmentation"
  case reconnectCycle = "reconnect-cycle"
  case sessionReconnects = "session-reconnects"
  case configRisk = "config-risk"
  case captureQuality = "capture-quality"
}
