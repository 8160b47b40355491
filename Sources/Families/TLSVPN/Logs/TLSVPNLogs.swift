import Logs

/// The logs of TLS VPNs: gateways (ASA, FTD, ocserv) and clients (AnyConnect, Secure Client, openconnect).
public enum TLSVPNLogs {
  /// The readers in the order in which a line is offered to them: those that know their lines by a tag or a header come
  /// before those that know them by their words alone.
  public static var readers: [any LogFormatReader.Type] { [TLSVPNLogReaders.self] }
}

private struct TLSVPNLogReaders: LogReaderList {
  var readers = NoReader
    .And<ASASyslog>.And<DARTLog>.And<ClientHistory>.And<OpenConnectLog>.And<OcservLog>.And<ClientEventLog>
    .And<ASACommands>.And<RelativesLog>.And<NetworkManagerLog>()
}
