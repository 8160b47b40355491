/// How large the evidence of a case may become; what goes beyond is counted in the manifest.
public struct CaseLimits: Sendable, Hashable {
  /// Packets: some thousand are more than anybody reads, and still open at once.
  public var packets = 20_000
  /// Bytes of packets, which also bounds the memory that a bundle takes while it is made.
  public var bytes = 64 << 20

  public init() {}
}
