import Observations

/// A packet that the host which captured it then dropped: it came this far and no further.
///
/// pcapng's `epb_verdict` says so (draft-ietf-opsawg-pcapng section 4.3); `xdpdump` writes it for what an XDP program returned.
public struct HostDrop: Hashable, Sendable {
  /// What dropped it, as the kernel's headers name it.
  public enum Verdict: String, Hashable, Sendable {
    case xdpAborted = "XDP_ABORTED"
    case xdpDrop = "XDP_DROP"
    case tcShot = "TC_ACT_SHOT"
    /// A firewall wrote the packet into its capture of what it dropped; no pcapng says so.
    case dropStage
  }

  public let verdict: Verdict
  /// Frame number, from 1.
  public let frame: Int
  public let time: Timestamp
  /// Index of the packet's interface in `CaptureFile.interfaces`.
  public let interface: Int
  /// At most `HostDrop.longestBeginning` bytes of the packet: its headers.
  public let beginning: [UInt8]
  /// Bytes of the packet on the wire that are not among them.
  public let missingBytes: Int

  public init(
    verdict: Verdict, frame: Int, time: Timestamp, interface: Int, beginning: [UInt8], missingBytes: Int
  ) {
    self.verdict = verdict
    self.frame = frame
    self.time = time
    self.interface = interface
    self.beginning = beginning
    self.missingBytes = missingBytes
  }

  /// Of a packet that was read.
  ///
  /// - Parameter packet: Its bytes, of which the beginning is copied.
  public init(_ verdict: Verdict, on record: PacketRecord, _ packet: RawSpan, frame: Int) {
    let beginning = packet.prefixBytes(Self.longestBeginning)
    self.init(
      verdict: verdict, frame: frame, time: record.time, interface: record.interface, beginning: beginning,
      missingBytes: max(0, record.originalLength - beginning.count))
  }

  /// Room for the headers of a packet with two VLAN tags, inside a carrier.
  public static let longestBeginning = 256
  /// Drops kept of one capture; later ones are counted, not kept. The first show what the host does.
  public static let mostKept = 4_096
}

extension HostDrop.Verdict {
  /// The value of an `epb_verdict`: an octet with the kind, and for the kernel's programs the number that they return; nil when
  /// the packet went on, or nobody knows what the number means.
  init?(option value: RawSpan, isBigEndian: Bool) {
    guard value.byteCount == 9 else { return nil }
    let number = value.extracting(droppingFirst: 1).double(0, bigEndian: isBigEndian)
    switch (value.byte(0), number) {
    case (1, 2): self = .tcShot
    case (2, 0): self = .xdpAborted
    case (2, 1): self = .xdpDrop
    default: return nil
    }
  }

  /// The same in little-endian order; nil where there is none.
  var option: [UInt8]? {
    switch self {
    case .tcShot: [1, 2, 0, 0, 0, 0, 0, 0, 0]
    case .xdpAborted: [2, 0, 0, 0, 0, 0, 0, 0, 0]
    case .xdpDrop: [2, 1, 0, 0, 0, 0, 0, 0, 0]
    case .dropStage: nil
    }
  }
}
