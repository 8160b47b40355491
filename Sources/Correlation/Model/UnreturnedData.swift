import Observations

/// Data of one side of a channel to which the other sends nothing but keepalives: the path is well, and nothing in the tunnel is
/// answered.
struct UnreturnedData {
  let sender: Side
  /// Packets with data that it sent at least: all but as many keepalives as there may be in the time.
  let packets: Int
  /// The other side's.
  let keepalives: Int
  /// How long the data was watched, in seconds.
  let seconds: Double
  /// Whose data is shown.
  let view: Association

  /// Fewer may be a name that is asked for in vain, or a host that is switched off.
  private static let leastPackets = 10
  private static let leastSeconds = 20.0
  /// A side that has something to send sends no keepalives; else they come every 10 s or more seldom, 5 s for the impatient.
  private static let keepaliveSeconds = 5.0

  /// - Returns: nil where data goes both ways or neither, where packets are missing, and where it is too little to tell.
  init?(of channel: Channel) {
    guard let limit = channel.profile.keepaliveLimit, channel.outcome == .established else { return nil }
    var (client, server) = (Sent(), Sent())
    var seconds = 0.0
    var first: Association?
    for handshake in channel.handshakes {
      for (place, view) in handshake.views.enumerated() {
        guard let whole = view.whole else { continue }
        client.add(whole.client, limit: limit, isCounted: place == 0)
        server.add(whole.server, limit: limit, isCounted: place == 0)
        guard place == 0, let begin = (view.clientData ?? view.gatewayData)?.time else { continue }
        seconds += max(whole.end.seconds(since: begin), 0)
        first = first ?? view
      }
    }
    guard client.hasData != server.hasData, let first else { return nil }
    let (sender, receiver) = client.hasData ? (client, server) : (server, client)
    let packets = sender.packets - Int(seconds / Self.keepaliveSeconds)
    guard receiver.packets > 0, receiver.missing == 0, packets >= Self.leastPackets, seconds >= Self.leastSeconds,
      sender.extra >= packets * Sent.leastExtra
    else { return nil }
    self.sender = client.hasData ? .client : .server
    self.packets = packets
    keepalives = receiver.packets
    self.seconds = seconds
    view = first
  }

  /// What one side sent.
  private struct Sent {
    /// Bytes that an IP packet adds at least to a keepalive of the longest.
    static let leastExtra = 4

    var packets = 0
    /// Bytes beyond those of so many keepalives of the longest.
    var extra = 0
    var missing = 0
    var hasData = false

    mutating func add(_ totals: PayloadTotals, limit: Int, isCounted: Bool) {
      let extra = totals.bytes - totals.packets * limit
      if extra > 0 { hasData = true }
      missing += totals.missing ?? 0
      guard isCounted else { return }
      packets += totals.packets
      self.extra += extra
    }
  }
}
