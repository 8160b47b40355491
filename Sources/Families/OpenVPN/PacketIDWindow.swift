import Observations

/// The packet IDs of one side's data under one key: how many packets are missing.
///
/// Only AEAD ciphers have them in clear. With others the bytes there are noise, and nothing is counted.
@usableFromInline
struct PacketIDWindow {
  /// What data under the key begins with; 0 for none yet.
  @usableFromInline let header: UInt32
  @usableFromInline var highest: UInt32
  /// Packets with an ID between the first and the highest that did not come.
  private(set) var missing = 0
  /// Bit n: the packet with the ID `highest` − n came.
  @usableFromInline var received: UInt64 = .max
  @usableFromInline var last: Timestamp
  @usableFromInline var lastLength = 0
  /// Packets whose number does not go on from the one before, so far.
  private var jumps = 0
  private var steps = 0

  /// Longer datagrams come from segmentation offload: one captured datagram holds several packets.
  private static let longestPacket = 1_500
  /// A header, a tag and a small packet.
  private static let shortestWithPacket = 48
  /// More than this at once is no loss: 2^16 packets take a while at any rate that a tunnel has.
  private static let largestGap: UInt32 = 1 << 16

  init() {
    header = 0
    highest = 0
    last = Timestamp(nanoseconds: 0)
  }

  /// - Parameter isFromStart: Whether the capture shows the handshake that made the key, so that IDs begin with 1.
  init(_ data: OpenVPNData, isFromStart: Bool, at time: Timestamp) {
    header = data.header
    highest = data.packetID
    last = time
    lastLength = data.length
    if isFromStart, data.packetID > 1, data.packetID < 1_024 {
      missing = Int(data.packetID) - 1
      received = 1
    }
  }

  /// What is missing; nil where the numbers are none.
  var counted: Int? { jumps > steps / 8 || header >> 27 != UInt32(OpenVPNData.dataV2) ? nil : missing }

  /// Notes a packet under this key.
  @inlinable @inline(__always)
  mutating func note(_ data: OpenVPNData, at time: Timestamp) {
    if data.packetID == highest &+ 1 {
      received = received << 1 | 1
      highest = data.packetID
    } else {
      noteOutOfOrder(data.packetID, at: time)
    }
    last = time
    lastLength = data.length
  }

  @usableFromInline @inline(never)
  mutating func noteOutOfOrder(_ id: UInt32, at time: Timestamp) {
    steps += 1
    guard id > highest else {
      let behind = highest &- id
      guard behind < 64 else {
        // A number far back is none of this key's.
        jumps += 1
        highest = id
        received = .max
        return
      }
      guard received & (1 << UInt64(behind)) == 0 else { return }
      received |= 1 << UInt64(behind)
      missing -= missing > 0 ? 1 : 0
      return
    }
    let step = id &- highest
    highest = id
    guard step < Self.largestGap else {
      jumps += 1
      received = .max
      return
    }
    if isLoss(step &- 1, at: time) {
      missing += Int(step &- 1)
      received = step < 64 ? received << UInt64(step) | 1 : 1
    } else {
      received = .max
    }
  }

  /// A gap after a long pause is an outage, which is reported as a silence, and no loss.
  private func isLoss(_ gap: UInt32, at time: Timestamp) -> Bool {
    guard time.nanoseconds(since: last) < OpenVPNTimers.outage else { return false }
    guard lastLength > Self.longestPacket else { return true }
    return Int(gap) > lastLength / Self.shortestWithPacket
  }
}
