import Observations

/// What has a client and a gateway, each of which other capture points may show by other addresses, behind translation.
package protocol TunnelEnds {
  var client: IPAddress? { get }
  var gateway: IPAddress? { get }
  var translatedClients: [IPAddress] { get }
  var translatedGateways: [IPAddress] { get }
}

extension TunnelEnds {
  /// The client's own address and those that translation gave it.
  package var clients: [IPAddress] { [client].compactMap(\.self) + translatedClients }
  /// The gateway's address as the client knows it, and those that translation makes of it.
  package var gateways: [IPAddress] { [gateway].compactMap(\.self) + translatedGateways }
  /// Whether capture points show an end by different addresses.
  package var isTranslated: Bool { !translatedClients.isEmpty || !translatedGateways.isEmpty }
  /// Each of the client's addresses with each of the gateway's.
  package var addressPairs: [(client: IPAddress, gateway: IPAddress)] {
    clients.flatMap { client in gateways.map { (client, $0) } }
  }

  package func isClient(_ host: IPAddress) -> Bool { host == client || translatedClients.contains(host) }
  package func isGateway(_ host: IPAddress) -> Bool { host == gateway || translatedGateways.contains(host) }

  /// The side that sends outer packets with these addresses; nil where they are not its ends.
  package func sends(from source: IPAddress, to destination: IPAddress) -> Side? {
    if isGateway(source), isClient(destination) { return .server }
    return isGateway(destination) && isClient(source) ? .client : nil
  }
}
