/// Where the packets of a capture lie: a file, or what is left of a capture that goes on.
public struct CaseInput: Sendable, Hashable {
  /// A file with some of the packets.
  public struct Part: Sendable, Hashable {
    public let path: String
    /// The number that its first packet has in the capture, from 1.
    public let firstFrame: Int

    public init(path: String, firstFrame: Int) {
      self.path = path
      self.firstFrame = firstFrame
    }
  }

  /// In the order of frames. A file that cannot be opened holds nothing.
  let parts: [Part]
  /// The last frame that may be looked at; what follows may be in writing.
  let lastFrame: Int
  /// Whether all packets of the capture must be there.
  let isWhole: Bool

  /// A capture file, which must hold all that its report speaks of.
  public init(path: String) {
    parts = [Part(path: path, firstFrame: 1)]
    lastFrame = .max
    isWhole = true
  }

  /// The latest packets of a capture that goes on, up to `lastFrame`.
  public init(latest parts: [Part], lastFrame: Int) {
    self.parts = parts
    self.lastFrame = lastFrame
    isWhole = false
  }
}
