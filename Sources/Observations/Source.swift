/// What shows an observation: a packet of a capture or a line of a log.
public enum Source: Hashable, Sendable, Codable {
  case frame(FrameReference)
  case line(LogLine)

  /// The packet; nil for a line.
  @inlinable
  public var frame: FrameReference? { if case .frame(let frame) = self { frame } else { nil } }

  /// The line; nil for a packet.
  @inlinable
  public var line: LogLine? { if case .line(let line) = self { line } else { nil } }
}

extension Source: Comparable {
  /// Packets before lines; packets and lines each in the order of their files.
  public static func < (a: Source, b: Source) -> Bool {
    switch (a, b) {
    case (.frame(let x), .frame(let y)): x < y
    case (.line(let x), .line(let y)): x < y
    case (.frame, .line): true
    case (.line, .frame): false
    }
  }
}
