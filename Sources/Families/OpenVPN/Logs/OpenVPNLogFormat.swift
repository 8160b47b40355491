import Logs
import Observations

extension Product {
  public static let openVPN = Product("OpenVPN")
}

extension LogFormat {
  /// Lines of an OpenVPN client: none names a client, and some name the gateway.
  public static let openvpnClient = LogFormat("openvpn-client", title: "OpenVPN client", side: .client)
  /// Lines of an OpenVPN server: those about a client name it.
  public static let openvpnServer = LogFormat("openvpn-server", title: "OpenVPN server", side: .server)
  /// Lines of OpenVPN's management interface that do not tell which side writes.
  public static let openvpnManagement = LogFormat(
    "openvpn-management", title: "OpenVPN management interface", side: nil)
  /// What a client has sent and received.
  public static let openvpnCounters = LogFormat("openvpn-counters", title: "OpenVPN status", side: .client)
  /// Who is connected at one moment.
  public static let openvpnStatus = LogFormat("openvpn-status", title: "OpenVPN status", side: nil)
}

/// The logs of OpenVPN's client and server, what its management interface sends, and its status file.
public enum OpenVPNLogs {
  /// The readers in the order in which a line is offered to them.
  public static var readers: [any LogFormatReader.Type] { [OpenVPNLogReaders.self] }
}

private struct OpenVPNLogReaders: LogReaderList {
  var readers = NoReader.And<OpenVPNLog>.And<OpenVPNStatus>()
}

/// How much the reader keeps; what is beyond shows nothing.
enum OpenVPNLogLimits {
  /// Ends from which packets under another key come. The table is emptied when it is full.
  static let strangers = 4_096
  /// Sessions of a gateway that are up, and clients that its status lists: more than one process of OpenVPN serves. The table is emptied when it is full, and then
  /// new keys of a session look like a new one.
  static let sessions = 16_384
  /// Failures of clients whose addresses are hidden, which wait until it is known whether one gets in. Those beyond say
  /// nothing new.
  static let hiddenFailures = 64
}
