import Correlation
import Foundation
import Observations
import Testing

@testable import Reporting

/// Whole screens of `live --top`, as they are kept in `Frames`; `UPDATE_GOLDEN=1 script/test --filter Golden` writes them
/// anew.
@Suite("Golden frames of live --top")
struct GoldenFrameTests {
  struct Frame: Sendable, CustomTestStringConvertible {
    let tunnels: Int
    let columns: Int
    var testDescription: String { "\(tunnels)-tunnels-\(columns)-columns" }
  }

  static let all = [0, 1, 5, 200].flatMap { tunnels in
    [60, 80, 140].map { Frame(tunnels: tunnels, columns: $0) }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Frames")

  @Test("a frame is what it was, and fits its screen", arguments: all)
  func unchanged(frame: Frame) throws {
    let size = ScreenSize(columns: frame.columns, lines: frame.tunnels == 200 ? 24 : 12)
    let content = Fleet.content(frame.tunnels)
    var controls = TopControls()
    controls.settle(on: content, size: size)
    let lines = TopScreen(style: .plain).lines(content, controls, size: size)
    #expect(lines.count == size.lines)
    #expect(lines.allSatisfy { TextColumns.width(of: $0) <= size.columns })
    let text = lines.map { $0 + "\n" }.joined()
    let file = Self.folder.appending(path: "\(frame.testDescription).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected)
  }

  @Test("every kept frame belongs to a test")
  func noneLeftOver() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { !$0.hasPrefix(".") }
    #expect(names.sorted() == Self.all.map { "\($0.testDescription).txt" }.sorted())
  }
}
