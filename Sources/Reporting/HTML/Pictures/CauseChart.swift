import Correlation

/// The chain of causes as a picture: findings as boxes, causes above their effects, arrows between.
struct CauseChart {
  let boxes: [Box]
  let arrows: [String]
  let height: Int
  /// The chain in words: "F2 causes F3".
  let inWords: String

  struct Box {
    let finding: String
    let severity: String
    let x: Int
    let y: Int
    let width: Int
    let height: Int
    let textX: Int
    let titleY: Int
    let about: String
    let lines: [Line]
  }

  struct Line {
    let y: Int
    let text: String
  }

  /// The picture's width; it is scaled to the page.
  static let width = 340
  private static let gap = 12
  private static let arrowRoom = 34
  private static let lineHeight = 15
  /// Findings that are drawn at most; a longer chain is not read from a picture.
  private static let most = 16

  /// nil when no finding causes another.
  init?(_ findings: [Finding]) {
    let links = Self.reduced(findings)
    let linked = Set(links.flatMap { [$0.cause, $0.effect] })
    let nodes = findings.filter { linked.contains($0.id) }.prefix(Self.most)
    guard !links.isEmpty, !nodes.isEmpty else { return nil }
    let depths = Self.depths(nodes.map(\.id), links)
    var boxes: [Box] = []
    var y = 2
    for depth in Set(depths.values).sorted() {
      let row = nodes.filter { depths[$0.id] == depth }
      for pair in stride(from: 0, to: row.count, by: 2).map({ row[$0..<min($0 + 2, row.count)] }) {
        let width = pair.count == 2 ? (Self.width - 4 - Self.gap) / 2 : Self.width - 4
        let drawn = pair.enumerated().map { index, finding in
          Self.box(finding, x: 2 + index * (width + Self.gap), y: y, width: width)
        }
        boxes += drawn
        y += (drawn.map(\.height).max() ?? 0) + Self.arrowRoom
      }
    }
    self.boxes = boxes
    self.height = y - Self.arrowRoom + 2
    let places = Dictionary(boxes.map { ($0.finding, $0) }) { first, _ in first }
    self.arrows = links.compactMap { link in
      guard let from = places[link.cause], let to = places[link.effect], from.y < to.y else { return nil }
      return Self.arrow(from, to)
    }
    self.inWords = links.map { "\($0.cause.visibleLine) causes \($0.effect.visibleLine)" }.joined(separator: ", ")
  }

  private struct Link: Hashable {
    let cause: String
    let effect: String
  }

  /// The links that add something: one that a longer way already implies is left out.
  private static func reduced(_ findings: [Finding]) -> [Link] {
    let known = Set(findings.map(\.id))
    let links = findings.flatMap { finding in
      finding.causes.filter { known.contains($0) && $0 != finding.id }.map { Link(cause: $0, effect: finding.id) }
    }
    let effects = Dictionary(grouping: links, by: \.cause).mapValues { $0.map(\.effect) }
    return links.filter { link in
      var seen: Set<String> = [link.cause]
      var open = (effects[link.cause] ?? []).filter { $0 != link.effect }
      while let next = open.popLast() {
        guard seen.insert(next).inserted else { continue }
        if next == link.effect { return false }
        open += effects[next] ?? []
      }
      return true
    }
  }

  /// How many steps each finding is from a first cause; a circle, which no rule makes, ends after one step for each
  /// finding.
  private static func depths(_ ids: [String], _ links: [Link]) -> [String: Int] {
    var depths = Dictionary(ids.map { ($0, 0) }) { first, _ in first }
    for _ in ids {
      for link in links {
        guard let cause = depths[link.cause], let effect = depths[link.effect], effect <= cause else { continue }
        depths[link.effect] = min(cause + 1, ids.count)
      }
    }
    return depths
  }

  private static func box(_ finding: Finding, x: Int, y: Int, width: Int) -> Box {
    let rows = TextColumns.wrap(finding.title.visibleLine, width: width / 8)
    let shown = rows.prefix(3).enumerated().map { index, row in
      Line(y: y + 36 + index * lineHeight, text: index == 2 && rows.count > 3 ? row + " …" : row)
    }
    return Box(
      finding: finding.id.visibleLine, severity: finding.severity.rawValue, x: x, y: y, width: width,
      height: 30 + shown.count * lineHeight, textX: x + 12, titleY: y + 19, about: finding.rule.rawValue, lines: shown)
  }

  /// From the middle of the lower edge to the middle of the upper edge.
  private static func arrow(_ from: Box, _ to: Box) -> String {
    let (x1, y1) = (from.x + from.width / 2, from.y + from.height)
    let (x2, y2) = (to.x + to.width / 2, to.y - 7)
    let bend = (y2 - y1) / 2
    return "M\(x1) \(y1) C\(x1) \(y1 + bend) \(x2) \(y2 - bend) \(x2) \(y2)"
  }
}
