/// Where a packet stands: the capture it is in and its number there, from 1, as Wireshark counts.
@frozen
public struct FrameReference: Hashable, Comparable, Sendable {
  /// Index of the capture file, from 0 in the order in which files are reported.
  public let capture: Int
  /// Frame number in that file, from 1.
  public let frame: Int

  @inlinable
  public init(capture: Int, frame: Int) {
    self.capture = capture
    self.frame = frame
  }

  @inlinable
  public static func < (a: FrameReference, b: FrameReference) -> Bool {
    a.capture != b.capture ? a.capture < b.capture : a.frame < b.frame
  }
}
