/// A cipher suite by its IANA number.
public struct CipherSuite: RawRepresentable, Hashable, Sendable, Codable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public var name: String { "suite \(rawValue)" }
}
