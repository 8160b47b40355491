import Observations

/// Packets of a capture that were not analysed because the capture filter does not work on their link type.
public struct FilterProblem: Sendable, Hashable, CustomStringConvertible {
  /// The file as it was given.
  public let capture: String
  public let linkType: LinkType
  /// In libpcap's words.
  public let reason: String
  public let packets: Int

  /// One line: which file, which packets, what was wrong, what was done about it.
  public var description: String {
    "\(capture): the filter does not work on \(linkType.name): \(reason); "
      + (packets == 1 ? "1 packet was" : "\(packets) packets were") + " not analysed"
  }
}
