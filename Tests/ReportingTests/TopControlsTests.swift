import Correlation
import Observations
import Testing

@testable import Reporting

@Suite("What keys do to the view of live --top")
struct TopControlsTests {
  private let size = ScreenSize(columns: 80, lines: 16)
  private let fleet = Fleet.content(200)

  private func controls(after keys: TopKey...) -> TopControls {
    var controls = TopControls()
    for key in keys {
      let ends = controls.press(key, in: fleet, size: size)
      #expect(!ends)
    }
    return controls
  }

  @Test("q and Ctrl-C end it from everywhere", arguments: [[], [TopKey.enter], [.help]])
  func quit(before: [TopKey]) {
    var controls = TopControls()
    for key in before { _ = controls.press(key, in: fleet, size: size) }
    let ends = controls.press(.quit, in: fleet, size: size)
    #expect(ends)
  }

  @Test("arrows and pages move within the list, which scrolls along")
  func moves() {
    #expect(controls(after: .up).selected == 0)
    #expect(controls(after: .down, .down, .up).selected == 1)
    #expect(controls(after: .pageDown).selected == 10)
    #expect(controls(after: .pageDown).firstRow == 1)
    #expect(controls(after: .end).selected == 199)
    #expect(controls(after: .end, .down).firstRow == 190)
    #expect(controls(after: .end, .pageUp, .home).firstRow == 0)
  }

  @Test("what is selected stays so when the order changes beneath it; the first row stays the first")
  func follows() {
    var controls = controls(after: .down)
    var content = fleet
    content.standings.swapAt(1, 100)
    let moved = controls.rows(of: content)[1].identity
    controls.settle(on: content, size: size)
    #expect(controls.rows(of: content)[controls.selected].identity == moved)
    content.standings.remove(at: 100)
    controls.settle(on: content, size: size)
    #expect(controls.selected == 1, "what is gone hands over to what is in its place")
    var first = TopControls()
    first.settle(on: Fleet.content(1), size: size)
    first.settle(on: fleet, size: size)
    #expect(first.selected == 0)
  }

  @Test("f leaves the tunnels that fail, and shows all again")
  func filter() {
    let failing = controls(after: .filter)
    #expect(failing.rows(of: fleet).count == 4)
    #expect(failing.rows(of: fleet).allSatisfy { $0.condition.isFailing })
    #expect(controls(after: .filter, .filter).rows(of: fleet).count == 200)
  }

  @Test("s goes through the orders")
  func orders() {
    #expect(controls(after: .order).order == .newest)
    let newest = controls(after: .order).rows(of: fleet)
    #expect(newest.first?.tunnel?.id == "T5", "the problem that began last")
    let clients = controls(after: .order, .order).rows(of: fleet).compactMap(\.tunnel?.client)
    #expect(clients == clients.sorted())
    let gateways = controls(after: .order, .order, .order).rows(of: fleet).compactMap(\.tunnel?.gateway)
    #expect(gateways == gateways.sorted())
    #expect(controls(after: .order, .order, .order, .order).order == .state)
  }

  @Test("Enter shows what is selected, Esc goes back to where the list was")
  func details() {
    let shown = controls(after: .down, .down, .enter)
    #expect(shown.view == .details(shown.rows(of: fleet)[2].identity))
    let back = controls(after: .down, .down, .enter, .back)
    #expect(back.view == .list)
    #expect(back.selected == 2)
    var empty = TopControls()
    _ = empty.press(.enter, in: Fleet.content(0), size: size)
    #expect(empty.view == .list)
  }

  @Test("details scroll no further than their end, and keys of the list do nothing there")
  func scrolls() {
    let small = ScreenSize(columns: 60, lines: 9)
    var controls = TopControls()
    for key in [TopKey.enter, .end, .down, .pageDown] { _ = controls.press(key, in: fleet, size: small) }
    let lines = TopText.lineCount(of: controls.view, fleet, small)
    #expect(controls.firstLine == lines - 4)
    for key in [TopKey.filter, .order, .home, .up] { _ = controls.press(key, in: fleet, size: small) }
    #expect(controls.firstLine == 0)
    #expect(!controls.showsOnlyFailing)
    #expect(controls.order == .state)
  }

  @Test("help comes and goes")
  func help() {
    #expect(controls(after: .help).view == .help)
    #expect(controls(after: .help, .help).view == .list)
    #expect(controls(after: .help, .back).view == .list)
  }

  @Test("a screen that becomes larger shows more of the end")
  func resize() {
    var controls = controls(after: .end)
    controls.settle(on: fleet, size: ScreenSize(columns: 80, lines: 106))
    #expect(controls.firstRow == 100)
    #expect(controls.selected == 199)
  }
}
