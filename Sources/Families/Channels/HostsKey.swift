import Observations

/// What finds a channel whose ports change: its hosts, what carries them, and a number that its data has in clear.
struct HostsKey: Hashable {
  private let a: IPAddress
  private let b: IPAddress
  private let carrierAndProtocol: UInt64
  private let number: UInt32

  init(_ key: FlowKey, _ number: UInt32) {
    a = key.a
    b = key.b
    carrierAndProtocol = key.ports >> 32
    self.number = number
  }
}
