import Dissection
import Families
import Observations

/// Recognises packets that a capture holds twice or more: a mirror of two ports, all interfaces of a router, a firewall's stages.
///
/// A copy has the same bytes behind the IP header, comes within some milliseconds, and has as many hops left as the first one, or
/// fewer when it was forwarded in between. A retransmission comes later, or under another identification with as many hops
/// left. State: `places` packets, each the last whose bytes fall on its place.
///
/// Where the capture numbers its packets, those with the same number and the same bytes are the same packet, whatever became of
/// their hops, checksums and identification on the way, and others are not. The bytes count too: Windows gives what was handed on
/// together one number.
///
/// Where a capture has copies, it has them everywhere. So the first packets are all looked at; where none of them is a copy,
/// only some of those that follow are, until one is found.
struct PacketCopies {
  /// The last packet whose bytes fall on a place: what its bytes come to, and its time in units of 1,024 ns, identification and
  /// time to live in one word.
  private struct Seen {
    var fingerprint: UInt64 = 0
    var moment: UInt64 = 0
  }

  private var seen: ContiguousArray<Seen>
  /// Packets that are still to be looked at; below zero, those that were passed over since.
  private var remaining = Self.thoroughLook
  /// The number that the capture gives to the next packet; 0 when it gives none.
  private var identity: UInt64 = 0

  /// Packets that are looked at from the beginning, and from each copy on: most captures of a case have fewer.
  private static var thoroughLook: Int { 65_536 }
  /// Packets of a later look, and those between two looks.
  private static var look: Int { 1_024 }
  private static var pause: Int { 15_360 }

  /// Some milliseconds of a busy link.
  private static var places: Int { 2_048 }
  /// A router or a firewall forwards within this time; TCP repeats a segment after 200 ms at the earliest when it waits for
  /// its timer (RFC 6298 as systems implement it).
  private static var longestStep: UInt64 { 20_000_000 / 1_024 }
  /// A mirror that empties one port's buffer after the other, or is far away, delivers within this time. No host gives a datagram
  /// that it repeats the identification of the first, but for those that number none.
  private static var longestDelay: UInt64 { 250_000_000 / 1_024 }
  /// Bytes of a packet that are looked at where the capture numbers its packets: there a checksum does not stand for the rest.
  private static var numberedLength: Int { 256 }
  /// Of fewer bytes nothing is said.
  private static var leastLength: Int { 16 }

  init() { seen = ContiguousArray(repeating: Seen(), count: Self.places) }

  /// Takes note of the number that the capture gives to the next packet; 0 when it gives none.
  mutating func identifyNext(_ identity: UInt64) {
    self.identity = identity
    if identity != 0 { remaining = Self.thoroughLook }
  }

  /// Whether a packet is a copy of one that was read before.
  @inline(__always)
  mutating func isCopy(_ payload: RawSpan, _ packet: IPHeader, at time: Timestamp) -> Bool {
    remaining &-= 1
    if remaining < 0 {
      if remaining >= -Self.pause { return false }
      remaining = Self.look
    }
    return lookAt(payload, packet, at: time)
  }

  /// Whether it is one; if not, it is remembered.
  @inline(never)
  private mutating func lookAt(_ payload: RawSpan, _ packet: IPHeader, at time: Timestamp) -> Bool {
    guard payload.byteCount >= Self.leastLength else { return false }
    let identity = self.identity
    let fingerprint =
      identity == 0
      ? Self.fingerprint(payload, packet)
      : Self.fingerprint(payload, packet, identity: identity)
        ^ (packet.source.low &+ packet.destination.low &* 3) ^ Self.ports(payload, packet)
    let moment = Self.moment(packet, at: time)
    var places = seen.mutableSpan
    let place = Int(truncatingIfNeeded: fingerprint) & (Self.places &- 1)
    if places[place].fingerprint == fingerprint,
      identity != 0 || Self.isCopy(places[place].moment, moment, packet)
    {
      remaining = Self.thoroughLook
      return true
    }
    places[place] = Seen(fingerprint: fingerprint, moment: moment)
    return false
  }

  /// 40 bits of time, which last thirteen days, and then 16 of identification and 8 of time to live.
  @inline(__always)
  private static func moment(_ packet: IPHeader, at time: Timestamp) -> UInt64 {
    UInt64(bitPattern: time.nanoseconds >> 10) << 24 | UInt64(packet.identification) << 8 | UInt64(packet.timeToLive)
  }

  /// Whether the same bytes are the same packet.
  @inline(never)
  private static func isCopy(_ first: UInt64, _ moment: UInt64, _ packet: IPHeader) -> Bool {
    let step = Int64(bitPattern: (moment >> 24 &- first >> 24) << 24) >> 24
    let (hops, firstHops) = (UInt8(truncatingIfNeeded: moment), UInt8(truncatingIfNeeded: first))
    guard step.magnitude <= longestStep else {
      return step.magnitude <= longestDelay && hops <= firstHops && packet.identification != 0
        && moment & 0xFF_FF00 == first & 0xFF_FF00
    }
    if hops < firstHops { return true }
    // Only TCP repeats itself that soon; a firewall may number what it forwards anew.
    return hops == firstHops && (moment & 0xFF_FF00 == first & 0xFF_FF00 || packet.protocolNumber != IPProtocol.tcp)
  }

  /// Of the transport header, of the beginning of what it carries (a quoted packet, a record's number, ciphertext), and of
  /// what the IP header says; as much of it as is there.
  @inline(__always)
  static func fingerprint(_ payload: RawSpan, _ packet: IPHeader) -> UInt64 {
    let last = payload.byteCount &- 8
    let hosts = packet.source.low &+ packet.destination.low &* 3
    return fold(
      unsafe payload.word(0) ^ 0x9E37_79B9_7F4A_7C15, unsafe payload.word(8) ^ hosts)
      ^ fold(
        unsafe payload.word(min(16, last)) ^ 0xD6E8_FEB8_6659_FD93,
        unsafe payload.word(min(60, last)) ^ UInt64(truncatingIfNeeded: packet.length))
  }

  /// The same of a packet that the capture numbers: of its number, 0 where it has none, and of what neither translation of addresses nor a card that
  /// computes checksums changes.
  @inline(never)
  static func fingerprint(_ payload: RawSpan, _ packet: IPHeader, identity: UInt64) -> UInt64 {
    let last = payload.byteCount &- 8
    var first = UInt64(littleEndian: unsafe payload.word(0))
    // Ports come first, then TCP's sequence number; or UDP's length, and its checksum.
    if packet.protocolNumber == IPProtocol.tcp { first &= 0xFFFF_FFFF_0000_0000 }
    if packet.protocolNumber == IPProtocol.udp { first &= 0x0000_FFFF_0000_0000 }
    // TCP's checksum is at 16.
    var rest: UInt64 = 0
    for place in stride(from: 24, through: min(last, numberedLength), by: 8) {
      rest = unsafe fold(payload.word(place) ^ rest, 0xD6E8_FEB8_6659_FD93)
    }
    return fold(first ^ 0x9E37_79B9_7F4A_7C15, unsafe payload.word(8) ^ identity)
      ^ fold(rest ^ 0xD6E8_FEB8_6659_FD93, identity &+ UInt64(truncatingIfNeeded: packet.length))
  }

  private static func ports(_ payload: RawSpan, _ packet: IPHeader) -> UInt64 {
    guard packet.protocolNumber == IPProtocol.tcp || packet.protocolNumber == IPProtocol.udp else { return 0 }
    return UInt64(littleEndian: unsafe payload.word(0)) << 32
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}

extension RawSpan {
  /// Eight bytes in the machine's own order, which is good enough to compare.
  @unsafe @inline(__always)
  fileprivate func word(_ offset: Int) -> UInt64 {
    unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
  }
}
