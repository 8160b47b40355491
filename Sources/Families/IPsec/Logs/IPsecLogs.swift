import Logs
import Observations

extension LogFormat {
  /// Lines of strongSwan's daemon where it initiates.
  public static let charonInitiator = LogFormat("charon-initiator", title: "strongSwan", side: .client)
  /// The same where it answers.
  public static let charonResponder = LogFormat("charon-responder", title: "strongSwan", side: .server)
}

/// The logs of IPsec: those of strongSwan.
public enum IPsecLogs {
  /// The readers in the order in which a line is offered to them.
  public static var readers: [any LogFormatReader.Type] { [CharonLog.self] }
}

/// How much a reader keeps; what is beyond shows nothing.
enum IPsecLogLimits {
  /// IKE SAs, their peers, and threads: a busy gateway's number of clients. A table is emptied when it is full.
  static let associations = 4_096
}
