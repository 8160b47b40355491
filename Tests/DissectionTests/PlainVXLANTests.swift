import Observations
import Testing

@testable import Dissection

@Suite("VXLAN found in one step")
struct PlainVXLANTests {
  /// What the walk from header to header finds.
  private static func walked(_ frame: [UInt8]) -> Decapsulated {
    Decapsulation.innermost(of: frame.raw, .frame(.ethernet))
  }

  private static func step(_ frame: [UInt8]) -> InnerPacket? { PlainVXLAN.innerPacket(of: frame.raw) }

  /// Whether the step stays silent, or says what the walk says.
  private static func agrees(_ frame: [UInt8]) -> Bool {
    guard let inner = step(frame) else { return true }
    return .packet(inner) == walked(frame)
  }

  @Test("a plain frame needs no walk", arguments: [4789, 8472])
  func plain(port: Int) throws {
    let frame = CarrierShapes.vxlan(CarrierShapes.inner, port: port)
    let inner = try #require(Self.step(frame))
    #expect(.packet(inner) == Self.walked(frame))
    #expect(inner.carriers.contains(.vxlan))
  }

  @Test("it never says anything else than the walk", arguments: CarrierShapes.all)
  func everyShape(shape: CarrierShape) {
    #expect(Self.agrees(shape.frame))
  }

  @Test("nor of a frame that is cut at any length")
  func everyLength() {
    let frame = CarrierShapes.vxlan(CarrierShapes.inner)
    for count in 0...frame.count { #expect(Self.agrees(Array(frame.prefix(count))), "\(count) bytes") }
  }

  @Test("nor of one with any byte changed to any other")
  func everyByte() {
    let frame = CarrierShapes.vxlan(CarrierShapes.inner)
    var isSilent = 0
    for place in frame.indices {
      for value in 0...UInt8.max {
        var changed = frame
        changed[place] = value
        if !Self.agrees(changed) { Issue.record("byte \(place) as \(value)") }
        if Self.step(changed) == nil { isSilent += 1 }
      }
    }
    #expect(isSilent > 0)
  }
}
