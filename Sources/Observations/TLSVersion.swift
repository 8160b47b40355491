/// A TLS or DTLS protocol version as it stands on the wire.
public struct TLSVersion: RawRepresentable, Hashable, Sendable, Codable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public var name: String { "version \(rawValue)" }
}
