import Observations
import Testing

@testable import Dissection

@Suite("ARP")
struct ARPMessageTests {
  /// A request of 198.51.100.10 for 198.51.100.1, as Linux sends it.
  private static let message = SampleFrames.bytes(
    "0001080006040001 be87a1b2c3d4 C633640A 000000000000 C6336401")

  private static func read(_ frame: [UInt8]) -> ARPMessage? { unsafe ARPMessage(in: frame.span.bytes) }

  @Test("is found behind Ethernet, a tag, and a carrier", arguments: [14, 18, 64, 200])
  func place(offset: Int) throws {
    let message = try #require(Self.read([UInt8](repeating: 0, count: offset) + Self.message + [0, 0, 0]))
    #expect(message.sender.description == "198.51.100.10")
    #expect(message.target.description == "198.51.100.1")
  }

  @Test("is not read at any shorter length")
  func short() {
    for length in 0..<Self.message.count { #expect(Self.read(Array(Self.message.prefix(length))) == nil) }
  }

  @Test("other operations are left alone")
  func operations() {
    var other = Self.message
    other[7] = 8
    #expect(Self.read(other) == nil)
  }

  @Test("is not looked for without end")
  func furthest() { #expect(Self.read([UInt8](repeating: 0, count: 400) + Self.message) == nil) }
}
