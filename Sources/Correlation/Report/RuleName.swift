/// The name of a diagnosis as reports and `explain` use it. Each rule's file declares its own.
public struct RuleName: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ name: String) { rawValue = name }

  public var description: String { rawValue }

  public static func < (a: RuleName, b: RuleName) -> Bool { a.rawValue < b.rawValue }
}

extension RuleName {
  /// A finding about what was read rather than about a tunnel; no rule of the list makes it.
  public static let captureQuality = RuleName("capture-quality")
}
