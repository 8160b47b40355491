import Observations

extension [Tunnel] {
  /// The places of the tunnels whose gateway a log may mean by the names that it has for it; of all where it names none.
  func places(ofGateways named: [Endpoint]) -> [Int] {
    let known = indices.filter { place in named.isEmpty || named.contains { self[place].isGateway($0.address) } }
    // A gateway in a private network has another address than its clients know: they name a public one, which is translated.
    guard known.isEmpty, !named.contains(where: \.address.isPrivate) else { return known }
    return indices.filter { self[$0].gateway?.isPrivate ?? false }
  }
}
