import Capture
import Observations
import Tracking

/// Finds captures of what a firewall dropped, among captures of its other stages: a PAN-OS firewall writes a file for each of
/// receive, firewall, transmit and drop.
///
/// By name: that of the stage instead of another's, and nothing else that differs but digits. And by content: what was dropped
/// is not what was transmitted.
struct DropStage {
  /// More captures than this are parts of something larger; to look into each of them would read all twice.
  private static let mostCaptures = 16

  /// By index.
  private(set) var captures: Set<Int> = []

  /// - Parameter cursors: Of which nothing was read yet.
  init(_ cursors: [CaptureCursor]) {
    guard (2...Self.mostCaptures).contains(cursors.count) else { return }
    let named = cursors.compactMap { cursor in Name(cursor.name).map { (cursor, $0) } }
    for (cursor, name) in named where name.stage == .drop && cursor.canBeReadTwice {
      let others = named.filter { $1.stage != .drop && $1.rest == name.rest }
      guard !others.isEmpty, let dropped = Self.packets(at: cursor.path), !dropped.isEmpty else { continue }
      let isTransmitted = others.contains { other, name in
        name.stage == .transmit && other.canBeReadTwice
          && (Self.packets(at: other.path).map { dropped.areMostly(in: $0) } ?? false)
      }
      if !isTransmitted { captures.insert(cursor.index) }
    }
  }

  private enum Stage { case receive, firewall, transmit, drop }

  /// A file's name as its stage and the other words in it.
  private struct Name {
    let stage: Stage
    let rest: [String]

    init?(_ name: String) {
      var words = name.prefix { $0 != "." }.lowercased().split { !$0.isLetter }.map(String.init)
      guard let place = words.firstIndex(where: { Self.stages[$0] != nil }), let stage = Self.stages[words[place]]
      else { return nil }
      words.remove(at: place)
      self.stage = stage
      rest = words
    }

    private static let stages: [String: Stage] = [
      "rx": .receive, "receive": .receive, "received": .receive, "fw": .firewall, "firewall": .firewall,
      "tx": .transmit, "transmit": .transmit, "transmitted": .transmit, "drop": .drop, "drops": .drop, "dropped": .drop,
    ]
  }

  /// Nil where nothing can be read; why not is told when the capture has its turn.
  private static func packets(at path: String) -> SeenPackets? {
    guard var file = try? CaptureFile.open(path) else { return nil }
    var packets = SeenPackets()
    file.readBeginning(packets: SeenPackets.packets) { batch, window, linkTypes in
      packets.read(batch, window: window, linkTypes: linkTypes)
    }
    return packets
  }
}
