import Capture
import Observations
import Tracking

/// Finds captures that are the two directions of one tap: a tap has an output for each direction, and each is captured for
/// itself.
struct TapDirections {
  /// More captures than this are parts of something larger; to look into each of them would read all twice.
  private static let mostCaptures = 16

  /// By index of a capture: the index of the other direction's.
  private(set) var partners: [Int: Int] = [:]

  /// - Parameter captures: Of which nothing was read yet.
  init(_ captures: [CaptureCursor]) {
    guard (2...Self.mostCaptures).contains(captures.count) else { return }
    let beginnings = captures.map { ($0.index, $0.canBeReadTwice ? Self.conversations(at: $0.path) : nil) }
    for (place, (index, conversations)) in beginnings.enumerated() where partners[index] == nil {
      guard let conversations else { continue }
      let others = beginnings[(place + 1)...].filter { partners[$0.0] == nil }
      guard let other = others.first(where: { $0.1?.isOtherDirection(of: conversations) ?? false }) else { continue }
      partners[index] = other.0
      partners[other.0] = index
    }
  }

  /// Nil where nothing can be read; why not is told when the capture has its turn.
  private static func conversations(at path: String) -> Conversations? {
    guard var file = try? CaptureFile.open(path) else { return nil }
    var conversations = Conversations()
    file.readBeginning(packets: Conversations.packets) { batch, window, linkTypes in
      conversations.read(batch, window: window, linkTypes: linkTypes)
    }
    return conversations
  }
}
