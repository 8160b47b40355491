import Observations

// Why a client does not reach its gateway, in words that logs of several clients come to and that remedies know.
extension HandshakeFailure.Cause {
  /// The client's host finds no address for the gateway's name.
  static let nameNotResolved = setup(reason: "the gateway's name is not resolved")
  /// The gateway ends a connection over which the client asked something.
  static let withoutAnswer = other(reason: "the gateway ended the connection without an answer")
}
