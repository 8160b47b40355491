import Observations

/// What a finding is about. Facts for people and programs are made from it, never read back.
public enum FindingSubject: Sendable, Hashable {
  /// A channel of a tunnel, by its port at the gateway; nil where nothing names it.
  case channel(ChannelKind, port: Int?)
  /// A tunnel as a whole.
  case tunnel
  /// What one host sends to another, outside or inside a tunnel.
  case path(HostPath)
  /// What others send to a host.
  case host(IPAddress)
  /// The configuration of a gateway, by its name where it has one.
  case device(String?)
  /// What was read.
  case captures

  /// The channel concerned; nil where the finding is about a path or a whole tunnel.
  public var channel: ChannelKind? { if case .channel(let channel, _) = self { channel } else { nil } }

  /// The port concerned at the gateway.
  public var port: Int? { if case .channel(_, let port) = self { port } else { nil } }

  /// The path concerned.
  public var path: HostPath? { if case .path(let path) = self { path } else { nil } }
}

/// From one host to another.
public struct HostPath: Sendable, Hashable, Comparable {
  public let source: IPAddress
  public let destination: IPAddress

  public init(source: IPAddress, destination: IPAddress) {
    self.source = source
    self.destination = destination
  }

  public static func < (a: HostPath, b: HostPath) -> Bool {
    a.source != b.source ? a.source < b.source : a.destination < b.destination
  }
}
