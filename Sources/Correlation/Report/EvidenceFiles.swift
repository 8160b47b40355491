import Observations

/// Where the packets that findings cite lie in a case: a report that travels with its evidence says so.
public struct EvidenceFiles: Sendable, Hashable {
  /// The file that holds the packets of a capture, by the capture's index; captures of one point share a file.
  public var names: [Int: String]
  /// The frame number in that file, from 1. A cited packet that did not travel is not there.
  public var frames: [FrameReference: Int]

  public init(names: [Int: String] = [:], frames: [FrameReference: Int] = [:]) {
    self.names = names
    self.frames = frames
  }

  /// What the comment of every packet begins a line with that the finding cites: `[F1]`.
  public static func mark(of finding: String) -> String { "[\(finding)]" }
}
