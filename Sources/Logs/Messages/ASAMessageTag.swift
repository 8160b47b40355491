/// "%ASA-6-722036:", "%FTD-6-722036:", "%ASA-svc-6-722036:".
public struct ASAMessageTag {
  /// Where the tag begins and where it ends, its colon included.
  public let start: Int
  public let end: Int
  public let id: Int
  /// From 0, an emergency, to 7, debugging; 3 is an error.
  public let level: Int

  /// The first tag in `line`.
  public init?(_ line: borrowing LogText) {
    var search = 0
    while let start = line.find(UInt8(ascii: "%"), from: search) {
      var text = LogText(line.bytes, from: start + 1)
      search = start + 1
      guard text.skip("ASA-") || text.skip("FTD-") || text.skip("PIX-") else { continue }
      if text.next.isLetter {
        while text.next.isLetter || text.next == UInt8(ascii: "_") { text.move(to: text.position + 1) }
        guard text.skip(UInt8(ascii: "-")) else { continue }
      }
      guard text.next.isDigit, let level = text.digits(1), text.skip(UInt8(ascii: "-")), let id = text.digits(6) else {
        continue
      }
      _ = text.skip(UInt8(ascii: ":"))
      self.start = start
      end = text.position
      self.id = id
      self.level = level
      return
    }
    return nil
  }

  /// Classes of messages, by the first digits of their numbers, that are about tunnels of clients and of other gateways: AAA of
  /// tunnels, IKE of both versions, WebVPN, SVC, SSL, dynamic access policies, the assignment of inner addresses. Of the many things
  /// that such a device does, the others are none.
  private static let tunnelClasses: Set<Int> = [113, 713, 716, 722, 725, 734, 737, 750, 751]

  var isOfTunnels: Bool { Self.tunnelClasses.contains(id / 1_000) }
}
