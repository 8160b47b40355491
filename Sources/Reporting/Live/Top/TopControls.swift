import Correlation

/// What the keys of `live --top` have made of its view: what is shown, in which order, from where on, and what is selected.
package struct TopControls: Sendable, Hashable {
  package enum View: Sendable, Hashable {
    case list
    case details(Standing.Identity)
    case help
  }

  package private(set) var view = View.list
  package private(set) var order = TopOrder.state
  package private(set) var showsOnlyFailing = false
  /// nil for the first row, whichever it is: what begins to fail is seen there.
  private var chosen: Standing.Identity?
  /// Where in the list what is selected stands.
  package private(set) var selected = 0
  /// The first row of the list that is shown.
  private(set) var firstRow = 0
  /// The first line of details or help that is shown.
  private(set) var firstLine = 0

  package init() {}

  /// The rows of the list.
  func rows(of content: TopContent) -> [Standing] {
    order.sorted(showsOnlyFailing ? content.standings.filter(\.condition.isFailing) : content.standings)
  }

  /// Does what a key asks for; whether that is to end.
  package mutating func press(_ key: TopKey, in content: TopContent, size: ScreenSize) -> Bool {
    if key == .quit { return true }
    switch view {
    case .list: pressInList(key, content, size)
    case .details, .help: pressInText(key, size)
    }
    settle(on: content, size: size)
    return false
  }

  /// Follows what is selected to where it is by now, and keeps within what there is.
  package mutating func settle(on content: TopContent, size: ScreenSize) {
    let frame = TopFrame(size)
    let rows = rows(of: content)
    if let chosen {
      selected = rows.firstIndex { $0.identity == chosen } ?? selected
    } else {
      selected = 0
    }
    selected = max(0, min(selected, rows.count - 1))
    // What is gone hands over to what is in its place.
    if chosen != nil { chosen = selected == 0 ? nil : rows[selected].identity }
    if selected < firstRow { firstRow = selected }
    if selected >= firstRow + frame.rows { firstRow = selected - frame.rows + 1 }
    firstRow = max(0, min(firstRow, rows.count - frame.rows))
    firstLine = max(0, min(firstLine, TopText.lineCount(of: view, content, size) - frame.textLines))
  }

  private mutating func pressInList(_ key: TopKey, _ content: TopContent, _ size: ScreenSize) {
    let rows = rows(of: content)
    let page = TopFrame(size).rows
    switch key {
    case .up: choose(selected - 1, of: rows)
    case .down: choose(selected + 1, of: rows)
    case .pageUp: choose(selected - page, of: rows)
    case .pageDown: choose(selected + page, of: rows)
    case .home: choose(0, of: rows)
    case .end: choose(rows.count - 1, of: rows)
    case .filter:
      showsOnlyFailing.toggle()
      choose(0, of: rows)
    case .order:
      order = order.next
      choose(0, of: rows)
    case .enter:
      if rows.indices.contains(selected) { show(.details(rows[selected].identity)) }
    case .help: show(.help)
    case .back, .quit, .redraw, .other: break
    }
  }

  private mutating func choose(_ place: Int, of rows: [Standing]) {
    selected = max(0, min(place, rows.count - 1))
    chosen = selected == 0 ? nil : rows[selected].identity
  }

  private mutating func pressInText(_ key: TopKey, _ size: ScreenSize) {
    let page = TopFrame(size).textLines
    switch key {
    case .up: firstLine -= 1
    case .down: firstLine += 1
    case .pageUp: firstLine -= page
    case .pageDown: firstLine += page
    case .home: firstLine = 0
    case .end: firstLine = .max / 2
    case .back, .enter: show(.list)
    case .help: show(view == .help ? .list : .help)
    case .filter, .order, .quit, .redraw, .other: break
    }
  }

  private mutating func show(_ view: View) {
    self.view = view
    firstLine = 0
  }
}
