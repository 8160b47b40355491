import Correlation
import Observations

/// The list of tunnels: which columns there is room for, and its rows.
struct TopTable {
  private enum Column {
    case tunnel
    case state
    case client
    case gateway
    case kind
    case channels
    case age
    case rates
    case since
    case problem

    /// How much of a long sentence it leaves room for, in columns: what tells less leaves more.
    var leavesSentence: Int {
      switch self {
      case .tunnel, .state, .client, .gateway, .problem: 0
      case .since: 36
      case .channels: 48
      case .age, .rates, .kind: 64
      }
    }

    var title: String {
      switch self {
      case .tunnel: "ID"
      case .state: "STATE"
      case .client: "CLIENT"
      case .gateway: "GATEWAY"
      case .kind: "KIND"
      case .channels: "CHANNELS"
      case .age: "AGE"
      case .rates: "PACKETS/s"
      case .since: "SINCE"
      case .problem: "WHAT IS WRONG"
      }
    }
  }

  /// Columns in which a row says what is wrong, at least.
  private static let leastSentence = 28
  /// Behind the mark of the selected row.
  private static let margin = 2

  private let rows: [Standing]
  private let now: Timestamp?
  private let width: Int
  private let style: TextStyle
  private var columns: [(column: Column, width: Int)] = []

  /// - Parameters:
  ///   - rows: Those that are shown.
  ///   - sharesGateway: Whether all tunnels have one gateway, which the head then names.
  ///   - now: What ages are counted up to.
  ///   - width: Columns of the screen.
  init(_ rows: [Standing], sharesGateway: Bool, now: Timestamp?, width: Int, style: TextStyle) {
    self.rows = rows
    self.now = now
    self.width = width
    self.style = style
    columns = chosen(sharesGateway: sharesGateway)
  }

  /// Those that are always there, then as many others as there is room for, the most telling first.
  private func chosen(sharesGateway: Bool) -> [(column: Column, width: Int)] {
    var widths: [Column: Int] = [:]
    var left = width - Self.margin
    for column in [Column.tunnel, .state, .client] {
      widths[column] = needed(column)
      left -= needed(column) + 1
    }
    let optional: [Column] = (sharesGateway ? [] : [.gateway]) + [.since, .channels, .age, .rates, .kind]
    // What is wrong matters more than any of them.
    let sentence = rows.map { $0.findings.isEmpty ? 0 : TextColumns.width(of: $0.sureSentence) }.max() ?? 0
    for column in optional {
      let rest = left - needed(column) - 1
      guard rest >= max(Self.leastSentence, min(sentence, column.leavesSentence)) else { continue }
      widths[column] = needed(column)
      left = rest
    }
    widths[.problem] = max(left, 1)
    let order: [Column] = [.tunnel, .state, .client, .gateway, .kind, .channels, .age, .rates, .since, .problem]
    return order.compactMap { column in widths[column].map { (column, $0) } }
  }

  /// Columns that a column takes: as its cells need, within bounds.
  private func needed(_ column: Column) -> Int {
    let bounds: ClosedRange<Int> =
      switch column {
      case .tunnel: 4...7
      case .state: 9...9
      // IPv6 addresses, where there is room.
      case .client, .gateway: 15...max(15, min(39, width / 5))
      case .kind: 9...22
      case .channels: 8...30
      case .age: 6...6
      case .rates: 9...17
      case .since: 8...10
      case .problem: 1...max(width, 1)
      }
    let cells = rows.lazy.map { TextColumns.width(of: cell(column, $0, width: bounds.upperBound)) }
    return min(max(cells.max() ?? 0, bounds.lowerBound), bounds.upperBound)
  }

  private func cell(_ column: Column, _ row: Standing, width: Int) -> String {
    switch column {
    case .tunnel: row.tunnel?.id.visibleLine ?? "–"
    case .state: row.condition.word
    case .client: row.clientWords
    case .gateway: row.gatewayWords
    case .kind: row.tunnel?.kind ?? ""
    case .channels: row.channelWords
    case .age: age(row)
    case .rates: row.rateWords
    case .since: since(row)
    case .problem: problem(row, width: width)
    }
  }

  /// Rows with nothing wrong have room for their channels where those have no column.
  private func problem(_ row: Standing, width: Int) -> String {
    guard row.findings.isEmpty else { return row.problemWords(width: width) }
    return columns.contains { $0.column == .channels } ? "" : row.channelWords
  }

  private func age(_ row: Standing) -> String {
    guard let now, let start = row.tunnel?.firstSeen else { return "" }
    return now.seconds(since: start).shortDuration
  }

  /// The time of day; the day where it was another one.
  private func since(_ row: Standing) -> String {
    guard let since = row.since?.calendar else { return "" }
    return now?.calendar.date == since.date ? String(since.clock.prefix { $0 != "." }) : since.date
  }

  // MARK: Lines

  var titles: String {
    let words = columns.map { $0.column == .problem ? $0.column.title : TextColumns.pad($0.column.title, to: $0.width) }
      .joined(separator: " ")
    return style.paint(TextColumns.cut(String(repeating: " ", count: Self.margin) + words, width: width), .heading)
  }

  /// One line a row.
  ///
  /// - Parameter selected: The place of the row that is selected.
  func lines(selected: Int) -> [String] {
    rows.enumerated().map { place, row in line(row, isSelected: place == selected) }
  }

  private func line(_ row: Standing, isSelected: Bool) -> String {
    let mark = TextColumns.pad(isSelected ? ">" : "", to: Self.margin)
    var pieces: [(text: String, meaning: TextStyle.Meaning?)] = [(mark, nil)]
    for (place, item) in columns.enumerated() {
      let cell = cell(item.column, row, width: item.width)
      // Of an address or a name the end tells as much as the beginning.
      let fitted =
        item.column == .client || item.column == .gateway
        ? TextColumns.elide(cell, width: item.width) : TextColumns.cut(cell, width: item.width)
      let isLast = place == columns.count - 1
      pieces.append(
        (
          isLast ? fitted : TextColumns.pad(fitted, to: item.width) + " ",
          item.column == .state ? row.condition.meaning : nil
        ))
    }
    guard isSelected, style == .colored else { return Self.trimmed(pieces.map { style.paint($0.text, $0.meaning) }) }
    return style.paint(TextColumns.pad(pieces.map(\.text).joined(), to: width), .selected)
  }

  private static func trimmed(_ pieces: [String]) -> String {
    let line = pieces.joined()
    return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
  }
}
