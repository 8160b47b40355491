import Logs
import Observations

/// What commands list of IKE and IPsec SAs: `show crypto ipsec sa`, `show crypto isakmp sa` and `show crypto ikev2 sa` of
/// Cisco's, `swanctl --list-sas`, `ipsec statusall`, `ipsec trafficstatus` and
/// `ipsec status`, `show crypto session`, and a FortiGate's `diagnose vpn tunnel list`, `diagnose vpn ike gateway list` and
/// `get vpn ipsec tunnel summary`.
///
///     net: #2732, ESTABLISHED, IKEv2, adbf8bd39b23fd5b_i* cf503a5ea2e22817_r
///       local  'moon.example.org' @ 198.51.100.10[4500]
///       remote 'sun.example.org' @ 203.0.113.20[4500]
///
/// A listing shows one moment: an SA that is not up may come up. But a state in which an answer is waited for hardly lasts
/// where answers come (`CiscoIKEState`), and what the counters of an SA have come to is of all its life (`ListedSA`).
struct SAListing: LogFormatReader {
  private var listing: Listing?
  private var listed = ListedSAs()

  /// The commands of one product.
  private struct Listing {
    let format: LogFormat
    /// How the output of one begins, behind spaces.
    let headings: [StaticString]
    /// How lines begin that are not indented.
    let rows: [StaticString]
  }

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    if let begun = Self.listing(begunBy: offered.text) {
      if let listing, listing.format != begun.format { listed.leave(into: &sink) }
      listing = begun
    } else if let open = listing, !Self.isRow(&offered, of: open) {
      listing = nil
      listed.leave(into: &sink)
    }
    guard let listing else { return false }
    sink.understand(listing.format)
    switch listing.format {
    case .strongSwanSAListing: listed.readSwanctl(offered.text, into: &sink)
    case .ciscoSAListing: listed.readCisco(offered.text, into: &sink)
    case .fortiGateSAListing: listed.readFortiGate(offered.text, into: &sink)
    default: break
    }
    return true
  }

  mutating func finish(into sink: inout LogSink) { listed.finish(into: &sink) }

  private static func listing(begunBy line: borrowing LogText) -> Listing? {
    if line.isSAOfSwanctl { return strongSwan }
    var text = LogText(line.bytes)
    text.skipSpaces()
    guard headingsByInitial[Int(text.next)].contains(where: { text.starts(with: $0) }) else { return nil }
    // Many lines begin with a quotation mark.
    if text.next == UInt8(ascii: "'"), !text.isFortiGateSummary { return nil }
    return all.first { $0.headings.contains { text.starts(with: $0) } }
  }

  private static func isRow(_ offered: inout OfferedLine, of listing: Listing) -> Bool {
    var text = LogText(offered.text.bytes)
    if listing.rows.contains(where: { text.starts(with: $0) }) { return true }
    let isIndented = text.next.isSpace
    text.skipSpaces()
    // A log that somebody has indented is no listing.
    guard LeadingTime(text) == nil else { return false }
    return isIndented || text.beginsWithPeer || listing.format == .ciscoSAListing && CiscoIKEState(in: text) != nil
  }

  // MARK: Products

  private static let all = [cisco, strongSwan, libreswan, fortiGate]
  /// The headings that begin with each byte: for nearly every line of a log there are none, or one or two.
  private static let headingsByInitial = (UInt8.min...UInt8.max).map { byte in
    all.flatMap(\.headings).filter { unsafe $0.utf8Start.pointee == byte }
  }

  private static let cisco = Listing(
    format: .ciscoSAListing,
    headings: [
      "Crypto map tag: ", "IPv4 Crypto ISAKMP SA", "IPv6 Crypto ISAKMP SA", "IPv4 Crypto IKEv2  SA",
      "IPv6 Crypto IKEv2  SA", "IKEv1 SAs:", "IKEv2 SAs:", "There are no IKEv1 SAs", "There are no IKEv2 SAs",
      "dst             src             state", "1   IKE Peer: ", "Crypto session current status",
    ],
    rows: [
      "interface: ", "dst  ", "Tunnel-id ", "Total IKE SA", "Session-id:", "Child sa: ", "Interface: ",
      "Session status: ",
      "Peer: ", "Uptime: ", "Profile: ", "Username: ", "Group: ", "Assigned address: ", "Code: ", "K - ", "X - ",
      "R - ",
      "IKEv1 SA: ", "IKEv2 SA: ", "IPSEC FLOW: ",
    ])

  private static let strongSwan = Listing(
    format: .strongSwanSAListing,
    headings: ["Status of IKE charon daemon", "Listening IP addresses:", "Security Associations ("],
    rows: ["Connections:", "Routed Connections:", "Shunted Connections:"])

  private static let libreswan = Listing(
    format: .libreswanSAListing,
    headings: ["006 #", "000 #", "000 using kernel interface: "], rows: ["000", "006"])

  private static let fortiGate = Listing(
    format: .fortiGateSAListing,
    headings: ["list all ipsec tunnel in vd", "list ipsec tunnel by names in vd", "vd: ", "'"],
    rows: [
      "name", "version: ", "interface: ", "addr: ", "tun_id: ", "remote_location: ", "created: ", "nat: ",
      "peer-auth: ",
      "IKE SA: ", "IPsec SA: ", "bound_if=", "proxyid", "stat: ", "dpd: ", "natt: ", "parent=", "npu_flag=",
      "run_tally=",
      "------", "id/spi: ", "direction: ", "status: ", "proposal: ", "key: ", "lifetime/rekey: ", "DPD sent/recv: ",
      "PPK: ",
      "peer-id: ", "virtual-interface-addr: ",
    ])
}

extension LogText {
  /// "net: #2732, ESTABLISHED, IKEv2, …": an IKE SA as swanctl lists it.
  fileprivate var isSAOfSwanctl: Bool {
    var text = LogText(bytes)
    // Colons stand in every line, number signs hardly anywhere.
    guard !text.next.isSpace, text.find(UInt8(ascii: "#")) != nil, text.skip(past: ": #"), text.number() != nil,
      text.skip(", ")
    else { return false }
    return text.skip(past: ", ") && text.starts(with: "IKEv")
  }

  /// "1   IKE Peer: 203.0.113.5".
  var isCiscoPeer: Bool {
    var text = LogText(bytes, from: position)
    guard text.number() != nil, text.next.isSpace else { return false }
    text.skipSpaces()
    return text.starts(with: "IKE Peer: ")
  }

  /// "203.0.113.5  198.51.100.10  QM_IDLE", "1  198.51.100.10/500 …", "1   IKE Peer: 203.0.113.5": an SA of Cisco's tables.
  fileprivate var beginsWithPeer: Bool {
    var text = LogText(bytes, from: position)
    if text.address() != nil { return text.next.isSpace }
    if text.isCiscoPeer { return true }
    guard text.number() != nil, text.next.isSpace else { return false }
    text.skipSpaces()
    return text.address() != nil
  }
}
