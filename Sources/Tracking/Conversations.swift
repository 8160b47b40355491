import Capture
import Dissection
import Observations

/// Who sends to whom in the beginning of a capture: enough to tell the two captures of a tap, each of which holds one direction
/// of the same conversations.
public struct Conversations: Sendable {
  private struct Talk: Hashable {
    let source: Endpoint
    let destination: Endpoint
    let protocolNumber: UInt8

    var reversed: Talk { Talk(source: destination, destination: source, protocolNumber: protocolNumber) }
  }

  private var talks: Set<Talk> = []
  /// The answers that ICMP errors stand for.
  private var errors: Set<Talk> = []
  /// The earliest and the latest of the packets' times.
  private var times: ClosedRange<Timestamp>?
  /// Of so many packets conversations are remembered.
  public static let packets = 1_024

  public init() {}

  /// Takes the packets of a batch into account.
  public mutating func read(
    _ batch: borrowing PacketBatch, window: RawSpan, linkTypes: ContiguousArray<LinkType>
  ) {
    for index in 0..<batch.count {
      let time = batch[index].time
      times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
      batch.walk(index, window: window, linkTypes: linkTypes) { payload, packet in add(payload, packet) }
    }
  }

  private mutating func add(_ payload: RawSpan, _ packet: IPHeader) {
    guard !packet.isLaterFragment else { return }
    var ports: (source: UInt16, destination: UInt16) = (0, 0)
    switch packet.protocolNumber {
    case IPProtocol.tcp, IPProtocol.udp:
      // Both begin with the ports.
      guard let header = UDPHeader(payload) else { return }
      ports = (header.sourcePort, header.destinationPort)
    case 50: break
    default: return addError(payload, packet)
    }
    talks.insert(
      Talk(
        source: Endpoint(packet.source, ports.source), destination: Endpoint(packet.destination, ports.destination),
        protocolNumber: packet.protocolNumber))
  }

  /// An ICMP error goes to where answers to the packet which it quotes would go.
  private mutating func addError(_ payload: RawSpan, _ packet: IPHeader) {
    guard ICMPError.isCarried(by: packet), let error = ICMPError(payload, isIPv6: packet.isIPv6),
      error.quoted.hasPorts || error.quoted.isWhole && error.quoted.protocolNumber == 50
    else { return }
    errors.insert(
      Talk(
        source: Endpoint(error.quoted.destination, error.quoted.destinationPort),
        destination: Endpoint(error.quoted.source, error.quoted.sourcePort),
        protocolNumber: error.quoted.protocolNumber))
  }

  /// What tells the directions apart. Errors come from routers, by whatever way those choose: they count where nothing else
  /// does, as in the direction of a gateway that answers nothing.
  private var telling: Set<Talk> { talks.isEmpty ? errors : talks }

  /// Whether there are conversations, and of none both directions.
  private var isOneWay: Bool { !telling.isEmpty && !telling.contains { telling.contains($0.reversed) } }

  /// Whether this is one direction of most conversations, and `other` is the other one, at the same time: a file that begins
  /// behind the end of another goes on where that was full.
  public func isOtherDirection(of other: Conversations) -> Bool {
    guard isOneWay, other.isOneWay, let times, let otherTimes = other.times, times.overlaps(otherTimes)
    else { return false }
    let theirs = other.telling
    let answered = telling.count { theirs.contains($0.reversed) }
    return answered * 2 > min(telling.count, theirs.count)
  }
}
