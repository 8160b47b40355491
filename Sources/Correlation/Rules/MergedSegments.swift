import Observations

/// Segments that a device on the way merged when it received them (large or generic receive offload), and then could not
/// forward: it reports a packet too big that nobody sent.
///
/// Recognised by an ICMP error that quotes a TCP packet larger than the MSS of its receiver lets the sender make it, while
/// full segments of that MSS fit the MTU which the error names. RFC 6691 section 2: the MSS is the MTU less headers without
/// options, so with options or without a packet has at most the MSS and those headers.
struct MergedSegments {
  private let path: OversizedPackets
  private let errors: [PointHistory.Dated<PacketTooBig>]
  /// The largest MSS that the receiver offered in the conversations concerned.
  private let mss: Int
  /// Bytes of the largest packet that the errors quote.
  private let largest: Int

  /// Nil where an error is about a packet that its sender may have sent.
  init?(_ path: OversizedPackets, _ errors: [PointHistory.Dated<PacketTooBig>]) {
    // A packet that is too large and came past after the sender was told is the sender's own.
    guard path.packetsAfterwards == 0, errors.allSatisfy({ Self.isMerged($0.fact, mtu: path.mtu) }),
      let mss = errors.compactMap(\.fact.offeredMSS).max(), let largest = errors.map(\.fact.quoted.length).max()
    else { return nil }
    self.path = path
    self.errors = errors
    self.mss = mss
    self.largest = largest
  }

  private static func isMerged(_ error: PacketTooBig, mtu: Int) -> Bool {
    guard error.quoted.transport == .tcp, let mss = error.offeredMSS else { return false }
    let fullSegment = mss + error.quoted.destination.address.segmentHeaders
    return fullSegment <= mtu && error.quoted.length > fullSegment && error.largest <= error.quoted.length
  }

  var title: String { "Segments that a device merged do not fit the path MTU of \(path.mtu)" }

  var headline: String {
    "a device on the way merges TCP segments into packets that are larger than it can forward (up to \(largest), MTU \(path.mtu))"
  }

  var confidenceReason: String {
    "\(Phrase.count(errors.count, "ICMP error")) \(errors.count == 1 ? "quotes a packet" : "quote packets") larger than the MSS of the "
      + "handshake allows; which device made \(errors.count == 1 ? "it" : "them") does not show"
  }

  var explanation: String {
    """
    \(path.reporter) reports packets of up to \(largest) bytes from \(path.source) to \(path.destination) as too large for \(path.mtu). \
    \(path.source) did not send them so: the MSS of \(mss) that \(path.destination) offers allows packets of \
    \(mss + path.destination.segmentHeaders) bytes, which fit. A device on the way, \(path.reporter) or one before it, merged segments \
    when it received them (LRO, GRO) and cannot forward what it made. The path's MTU is not the cause.
    """
  }

  var remedies: [String] {
    [
      "Turn off the merging of received packets on the device that forwards them, \(path.reporter) first: on Linux "
        + "`ethtool -K IFACE lro off gro off`, elsewhere LRO or receive segment coalescing (RSC) of the adapter.",
      "Leave MSS and MTU as they are: the device merges smaller segments too.",
    ]
  }

  /// Of what is too large no packet came past: the errors are the proof.
  var evidence: [Evidence] { errors.prefix(6).map(\.evidence) }
}
