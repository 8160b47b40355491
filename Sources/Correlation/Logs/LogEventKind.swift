import Observations

/// The kinds of log events, as far as they are counted and kept apart.
enum LogEventKind: UInt8, CaseIterable {
  case opened, ended, closed, reconnecting, addressAssigned
  case tlsEstablished, tlsHandshake, tlsDead
  case dtlsEstablished, dtlsStarted, dtlsCompleted, dtlsTimedOut, dtlsFailed, dtlsRepeated, dtlsDead, dtlsSendFailed
  case largePacket, pathMTUExceeded, tunnelMTU, reconfigured, adapterMTUApplied
  case dtlsPort, requestDiscarded, accessDenied
  case sockets, webVPN, groupPolicy, tcpMSS, drops, vpnSession

  /// How many of a kind are kept one by one for each subject; more are counted, with the last of them.
  ///
  /// A day of reconnecting every minute is 1,440 sessions; of what only has to have happened, the first say it all.
  var kept: Int {
    switch self {
    case .opened, .ended, .reconnecting: 2_048
    case .dtlsEstablished, .dtlsStarted, .dtlsTimedOut, .dtlsDead: 512
    case .closed, .tlsEstablished, .dtlsCompleted, .dtlsRepeated, .requestDiscarded, .reconfigured: 128
    default: 32
    }
  }

  /// Whether it tells what a device is set to, rather than what happened to somebody.
  var isConfiguration: Bool {
    switch self {
    case .sockets, .webVPN, .groupPolicy, .tcpMSS, .drops: true
    default: false
    }
  }
}

extension LogEvent {
  var kind: LogEventKind {
    switch self {
    case .sessionOpened: .opened
    case .connectionEstablished(.tls): .tlsEstablished
    case .connectionEstablished(.dtls): .dtlsEstablished
    case .connectionClosed: .closed
    case .sessionEnded: .ended
    case .addressAssigned: .addressAssigned
    case .handshake(.tls, _): .tlsHandshake
    case .handshake(.dtls, let stage):
      switch stage {
      case .started: .dtlsStarted
      case .completed: .dtlsCompleted
      case .timedOut: .dtlsTimedOut
      case .failed: .dtlsFailed
      case .repeated: .dtlsRepeated
      }
    case .deadPeer(.tls): .tlsDead
    case .deadPeer(.dtls): .dtlsDead
    case .reconnecting: .reconnecting
    case .largePacket: .largePacket
    case .pathMTUExceeded: .pathMTUExceeded
    case .tunnelMTU: .tunnelMTU
    case .reconfigured: .reconfigured
    case .adapterMTUApplied: .adapterMTUApplied
    case .dtlsPortAnnounced: .dtlsPort
    case .requestDiscarded: .requestDiscarded
    case .accessDenied: .accessDenied
    case .dtlsSendFailed: .dtlsSendFailed
    case .listeningSockets: .sockets
    case .webVPN: .webVPN
    case .groupPolicy: .groupPolicy
    case .tcpMSSLimit: .tcpMSS
    case .packetsDropped: .drops
    case .vpnSession: .vpnSession
    }
  }
}
