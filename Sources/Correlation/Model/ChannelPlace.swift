import Observations

/// What goes to a port of the gateway over a transport, a channel or some attempts at it: how that is called in sentences.
package protocol ChannelPlace {
  var profile: ChannelProfile { get }
  /// "UDP", "TCP" or, of ESP outside UDP, "IP".
  var transport: String { get }
  /// The port at the gateway; nil where it is not known.
  var port: Int? { get }
}

extension ChannelPlace {
  /// "DTLS on UDP 443"; without a port, just its name.
  package var place: String { port.map { "\(profile.name) on \(transport) \($0)" } ?? profile.name }
  /// " on UDP 443", for behind something else; empty without a port.
  package var onPort: String { port.map { " on \(transport) \($0)" } ?? "" }
  /// "UDP 443"; without a port, "UDP".
  package var transportPort: String { port.map { "\(transport) \($0)" } ?? transport }
  /// The fact that names its port; none where it is not known.
  var portFact: [(name: String, value: FactValue)] { port.map { [("port", .integer($0))] } ?? [] }
}
