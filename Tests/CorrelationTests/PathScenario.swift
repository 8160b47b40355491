import Correlation
import Observations

// What a capture point sees of the path: ICMP errors, MSS offers, retransmissions, fragments.
extension Scenario {
  /// The connection of a client inside the tunnel to a server behind the gateway.
  static let innerFlow = Flow(client: Endpoint(insideClient, 51_000), server: Endpoint(insideServer, 80))

  /// An ICMP error that says a packet is too large, without the summary that follows at the end.
  mutating func tooBig(
    at seconds: Double, mtu: Int?, length: Int, from source: Endpoint, to destination: Endpoint,
    reporter: IPAddress, transport: TransportProtocol = .tcp, offeredMSS: Int? = nil, offeredAt: Double? = nil
  ) {
    tell(
      .packetTooBig(
        PacketTooBig(
          isIPv6: !source.address.isIPv4, nextHopMTU: mtu, reporter: reporter,
          quoted: QuotedFlow(transport: transport, source: source, destination: destination, length: length),
          largest: length, largestFrame: frame(seconds - 0.01), offeredMSS: offeredMSS,
          offerFrame: offeredAt.map(frame), offerTime: offeredAt.map(time))),
      at: seconds)
  }

  /// What was sent on a path whose MTU is known, as told at the end of the capture.
  mutating func oversized(
    from source: IPAddress, to destination: IPAddress, mtu: Int, largest: Int, packets: Int, afterwards: Int = 0,
    errors: Int = 1, reporter: IPAddress, firstError: Double
  ) {
    tell(
      .oversizedPackets(
        OversizedPackets(
          source: source, destination: destination, mtu: mtu, reporter: reporter, errors: errors, packets: packets,
          largest: largest, largestFrame: frame(firstError - 0.01), packetsAfterwards: afterwards)),
      at: firstError, toldAt: end)
  }

  /// The support note's inner connection: the server's packets of 1418 bytes meet the TLS tunnel's 1347.
  mutating func noteInnerConnection(at seconds: Double) {
    tooBig(
      at: seconds, mtu: 1347, length: 1418, from: Self.innerFlow.server, to: Self.innerFlow.client,
      reporter: "10.1.0.1", offeredMSS: 1378, offeredAt: seconds - 1)
    oversized(
      from: Self.insideServer, to: Self.insideClient, mtu: 1347, largest: 1418, packets: 2, reporter: "10.1.0.1",
      firstError: seconds)
  }

  /// A SYN or SYN-ACK that offers more than the known path MTU takes.
  mutating func offer(mss: Int, pathMTU: Int, at seconds: Double, flow: Flow, by side: Side = .client) {
    tell(.mssOffered(MSSOffer(flow: flow, sender: side, mss: mss, pathMTU: pathMTU)), at: seconds)
  }

  /// A segment that is sent again and again.
  mutating func stuck(
    _ flow: Flow, sender: Side = .server, length: Int = 1418, dontFragment: Bool = true, retransmissions: Int = 5,
    from first: Double, to last: Double, largestDelivered: Int = 600, acknowledged: Bool = false,
    receiverAlive: Bool = true
  ) {
    tell(
      .stuckSegment(
        StuckSegment(
          flow: flow, sender: sender, length: length, dontFragment: dontFragment, retransmissions: retransmissions,
          firstSent: time(first), firstFrame: frame(first), lastSent: time(last), lastFrame: frame(last),
          largestDelivered: largestDelivered, acknowledged: acknowledged, receiverAlive: receiverAlive)),
      at: last)
  }

  mutating func fragments(
    from source: IPAddress, to destination: IPAddress, ports: (Int, Int)?, transport: TransportProtocol = .udp,
    datagrams: Int = 10, fragments: Int = 20, largest: Int = 1500, at seconds: Double
  ) {
    tell(
      .fragments(
        Fragments(
          source: source, destination: destination, transport: transport, sourcePort: ports?.0,
          destinationPort: ports?.1, datagrams: datagrams, fragments: fragments, largest: largest)),
      at: seconds, toldAt: end)
  }
}
