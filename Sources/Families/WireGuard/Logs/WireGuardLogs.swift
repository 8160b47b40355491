import Logs

/// The logs of WireGuard: the daemon's and the kernel's lines, the Windows client's, and what `wg show` prints.
public enum WireGuardLogs {
  /// The readers in the order in which a line is offered to them.
  public static var readers: [any LogFormatReader.Type] { [WireGuardLogReaders.self] }
}

private struct WireGuardLogReaders: LogReaderList {
  var readers = NoReader.And<WireGuardLog>.And<WireGuardShow>()
}

/// How much the readers keep; what is beyond shows nothing.
enum WireGuardLogLimits {
  /// Peers of a log whose handshakes are followed, and ends whose invalid messages are: a busy gateway's number of
  /// clients. The table is emptied when it is full.
  static let peers = 4_096
}
