import Capture
import Observations

/// What happens to a packet on its way into the bundle.
struct PacketTreatment {
  /// A packet as it goes into the bundle.
  struct Treated {
    let linkTypeNumber: UInt16
    let originalLength: Int
    let bytes: [UInt8]
  }

  /// Something that was in the captures and is not in the bundle.
  struct Removal {
    let what: String
    let count: Int
  }

  var removals: [Removal] { [] }

  /// The packet as it may travel; nil when it has to stay behind.
  mutating func treat(_ frame: RawSpan, interface: CaptureInterface, originalLength: Int) -> Treated? {
    Treated(
      linkTypeNumber: interface.linkTypeNumber, originalLength: originalLength,
      bytes: unsafe frame.withUnsafeBytes { unsafe [UInt8]($0) })
  }
}
