/// How to capture.
public struct LiveOptions: Sendable, Hashable {
  /// Bytes kept of each packet at most; libpcap's own largest, so that hellos are whole.
  public var snapLength = 262_144
  /// Whether to see frames that are for others.
  public var isPromiscuous = false
  /// Kernel buffer in bytes. 32 MiB hold a quarter of a second of 1 Gbit/s: the longest that the kernel lets another
  /// program have the processor, or a disk takes for a write, on a busy machine.
  public var bufferBytes = 32 << 20
  /// Whether each packet is delivered at once rather than in blocks: less delay, less throughput.
  public var isImmediate = false
  /// A pcap-filter(7) expression; nil for the one that keeps what the rules need.
  public var filter: String?

  public init() {}
}
