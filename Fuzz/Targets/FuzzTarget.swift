/// Code that must survive any bytes: `script/fuzz` calls it with inputs of its own making, a test with those that once
/// broke something (`Fuzz/Regressions`).
public struct FuzzTarget: Sendable {
  /// How inputs are changed to make new ones.
  public enum Mutation: Sendable {
    /// Any byte, as libFuzzer does it.
    case bytes
    /// Packet by packet, so that lengths stay true (`PacketMutation`).
    case packets
  }

  public let name: String
  /// What is under test, in a line.
  public let summary: String
  public let mutation: Mutation
  /// Reads an input. It must come back, and soon; what it returns says that something was done.
  public let run: @Sendable ([UInt8]) -> Int

  init(
    _ name: String, _ summary: String, mutation: Mutation = .bytes, _ run: @escaping @Sendable ([UInt8]) -> Int
  ) {
    self.name = name
    self.summary = summary
    self.mutation = mutation
    self.run = run
  }

  /// A target that reads its input as bytes in place.
  init(_ name: String, _ summary: String, walking walk: @escaping @Sendable (RawSpan) -> Int) {
    self.init(name, summary) { bytes in unsafe walk(bytes.span.bytes) }
  }

  /// All targets, in the order of the pipeline.
  public static let all: [FuzzTarget] =
    ReaderTargets.all + HeaderTargets.all + HandshakeTargets.all + WireGuardTargets.all + FamilyTargets.all
    + [TrackingTarget.target, ShapesTarget.target]
    + AnalysisTargets.all + TextTargets.all

  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Stops the fuzzer at an input that breaks a promise.
func promise(_ holds: Bool, _ words: @autoclosure () -> String) {
  guard holds else { preconditionFailure("broken promise: \(words())") }
}
