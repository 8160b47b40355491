import Dissection
import Families
import Observations

/// Recognises packets that a capture holds twice or more: a mirror of two ports, all interfaces of a router, a firewall's stages.
///
/// A copy has the same bytes behind the IP header, comes within some milliseconds, and has as many hops left as the first one, or
/// fewer when it was forwarded in between. A retransmission comes later, or under another identification with as many hops
/// left. State: `places` packets, each the last whose bytes fall on its place.
struct PacketCopies {
  private struct Seen {
    var fingerprint: UInt64 = 0
    var time: Int64 = .min
    var identification: UInt16 = 0
    var timeToLive: UInt8 = 0
  }

  private var seen: ContiguousArray<Seen>

  /// Some milliseconds of a busy link.
  private static var places: Int { 2_048 }
  /// A router or a firewall forwards within this time; TCP repeats a segment after 200 ms at the earliest when it waits for
  /// its timer (RFC 6298 as systems implement it).
  private static var nanoseconds: Int64 { 20_000_000 }
  /// Of fewer bytes nothing is said.
  private static var leastLength: Int { 16 }

  init() { seen = ContiguousArray(repeating: Seen(), count: Self.places) }

  /// Whether a packet is a copy of one that was read before; if not, it is remembered.
  @inline(__always)
  mutating func isCopy(_ payload: RawSpan, _ packet: IPHeader, at time: Timestamp) -> Bool {
    guard payload.byteCount >= Self.leastLength else { return false }
    let fingerprint = Self.fingerprint(payload, packet)
    let place = Int(truncatingIfNeeded: fingerprint) & (Self.places &- 1)
    let now = time.nanoseconds
    if seen[place].fingerprint == fingerprint, now &- seen[place].time <= Self.nanoseconds,
      now &- seen[place].time >= -Self.nanoseconds, Self.isForwarded(seen[place], packet)
    {
      return true
    }
    seen[place] = Seen(
      fingerprint: fingerprint, time: now, identification: packet.identification, timeToLive: packet.timeToLive)
    return false
  }

  /// Whether the same bytes are the same packet.
  @inline(never)
  private static func isForwarded(_ first: Seen, _ packet: IPHeader) -> Bool {
    if packet.timeToLive < first.timeToLive { return true }
    // Only TCP repeats itself that soon; a firewall may number what it forwards anew.
    return packet.timeToLive == first.timeToLive
      && (packet.identification == first.identification || packet.protocolNumber != IPProtocol.tcp)
  }

  /// Of the transport header, of the beginning of what it carries (a quoted packet, a record's number, a hello's random
  /// value), and of what the IP header says; as much of it as is there.
  @inline(__always)
  private static func fingerprint(_ payload: RawSpan, _ packet: IPHeader) -> UInt64 {
    let last = payload.byteCount &- 8
    let (a, b) = unsafe (payload.u64(0), payload.u64(8))
    let (c, d, e) = unsafe (payload.u64(min(16, last)), payload.u64(min(24, last)), payload.u64(min(60, last)))
    let hosts = packet.source.low &+ packet.destination.low &* 3
    let sizes = UInt64(truncatingIfNeeded: packet.length) << 8 | UInt64(packet.protocolNumber)
    return fold(a ^ 0x9E37_79B9_7F4A_7C15, b ^ hosts) ^ fold(c ^ 0xD6E8_FEB8_6659_FD93, d ^ sizes)
      ^ (e &* 0xA076_1D64_78BD_642F)
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}
