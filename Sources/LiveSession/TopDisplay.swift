import Correlation
import Observations
import Output
import Reporting

/// The view of `live --top` on its terminal: what the run knows, drawn once a second and whenever a key changes it.
final class TopDisplay {
  private let terminal: ScreenTerminal
  private let screen: TopScreen
  private var content: TopContent
  private var controls = TopControls()
  private var keys = TopKeyReader()
  private var noticeEnd: Int64 = 0
  /// When packets were counted last, and how many there were.
  private var counted: (time: Int64, packets: Int) = (0, 0)

  /// How long a notice is shown.
  private static let noticeSeconds: Int64 = 10

  init(_ terminal: ScreenTerminal, interface: String, style: TextStyle) {
    self.terminal = terminal
    screen = TopScreen(style: style)
    content = TopContent(interface: interface)
  }

  var inputs: [Int32] { terminal.inputs }
  var output: Int32? { terminal.output }
  /// How long to wait for input at most; Esc by itself shows by nothing following it.
  var patienceMilliseconds: Int32 { keys.isWaiting ? 50 : 200 }

  func show() {
    terminal.enter()
    draw()
  }

  func hide() { terminal.leave() }

  /// Does what was typed; whether the run goes on.
  func goesOn() -> Bool {
    if let line = terminal.takeDiagnostics().last { note(line) }
    terminal.flush()
    guard let bytes = terminal.read() else { return false }
    let pressed = bytes.isEmpty ? keys.endOfInput() : keys.read(bytes)
    guard !pressed.isEmpty else { return true }
    let size = terminal.size
    for key in pressed where controls.press(key, in: content, size: size) { return false }
    draw(isNew: pressed.contains(.redraw))
    return true
  }

  /// What happened to the capture, unless it comes over standard error.
  func tell(_ notice: SessionNotice) {
    if !terminal.keepsDiagnostics { note(notice.text) }
  }

  private func note(_ text: String) {
    content.notice = text
    noticeEnd = SteadyClock.nanoseconds + Self.noticeSeconds * 1_000_000_000
  }

  /// Takes a verdict.
  func take(_ standings: [Standing], of capture: CaptureDescription, at time: Timestamp?) {
    content.standings = standings
    content.capture = capture
    content.judged = time
  }

  /// Draws what is known by now.
  func draw(_ status: LiveStatus, _ progress: LiveExchange.Progress) {
    if progress.counted > counted.time {
      if counted.time > 0 {
        let seconds = Double(progress.counted - counted.time) / 1e9
        content.packetsPerSecond = Double(progress.packets - counted.packets) / seconds
      }
      counted = (progress.counted, progress.packets)
    }
    content.status = status
    content.now = progress.now
    if SteadyClock.nanoseconds >= noticeEnd { content.notice = nil }
    draw()
  }

  /// Draws the same for another size.
  func resize() { draw(isNew: true) }

  /// Takes the terminal again, after others may have used it.
  func resume() {
    terminal.enter()
    draw()
  }

  private func draw(isNew: Bool = false) {
    let size = terminal.size
    controls.settle(on: content, size: size)
    terminal.draw(screen.lines(content, controls, size: size), isNew: isNew)
  }
}
