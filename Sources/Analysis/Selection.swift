import Correlation
import Observations

/// What of the captures is analysed and reported; without any part, everything.
///
/// Times and the capture filter choose packets, before anything is made of them. Clients and gateways choose tunnels,
/// after all captures are put together: a tunnel is recognised by all its packets, whatever addresses they bear.
public struct Selection: Sendable, Hashable {
  /// The first and the last moment of which packets are analysed, by the clock of their own capture.
  public var since: TimeSelection?
  public var until: TimeSelection?
  /// In the syntax of pcap-filter(7).
  public var filter: String?
  public var tunnels: TunnelSelection

  public init(
    since: TimeSelection? = nil, until: TimeSelection? = nil, filter: String? = nil,
    tunnels: TunnelSelection = TunnelSelection()
  ) {
    self.since = since
    self.until = until
    self.filter = filter
    self.tunnels = tunnels
  }

  /// What it means for captures of which the first packet has this time; nil when it leaves nothing out.
  func narrowing(firstPacket: Timestamp?) -> Narrowing? {
    guard self != Selection() else { return nil }
    let start = since?.moment(firstPacket: firstPacket)
    return Narrowing(
      since: start, until: until?.end(ofStretchFrom: start, firstPacket: firstPacket),
      filter: filter, tunnels: tunnels)
  }
}
