import Testing

@testable import Reporting

// Needs python3 and Chromium.
@Suite("HTML report in a browser", .serialized, .enabled(if: hasBrowser, "no python3 or no chromium"))
struct BrowserTests {
  struct View: CustomTestStringConvertible {
    let sample: Sample
    let width: Int
    let scheme: String
    /// What the page must say of itself.
    let expected: [String]

    var testDescription: String { "\(sample.rawValue), \(width) wide, \(scheme)" }
  }

  static let views = [
    View(
      sample: .blocked, width: 1280, scheme: "light",
      expected: [
        "\"title\": \"Tunnel analysis: DTLS on UDP 443 gets no answer, and the session is",
        "\"answer\": \"DTLS on UDP 443 gets no answer, and the session is re-established every 60 seconds (5 s",
        "\"findings\": 5,", "\"marks\": 20,", "\"sessions\": 5,", "\"color\": \"rgb(246, 247, 249)\"",
      ]),
    View(sample: .blocked, width: 360, scheme: "dark", expected: ["\"marks\": 20,", "\"color\": \"rgb(15, 19, 23)\""]),
    View(
      sample: .healthy, width: 390, scheme: "light",
      expected: [
        "\"answer\": \"Nothing wrong was found: 1 tunnel with 1 session", "\"findings\": 0,", "\"marks\": 0,",
      ]),
    View(
      sample: .hostile, width: 360, scheme: "light",
      expected: ["\"answer\": \"DTLS on UDP 443 is refused by <script>alert(\\\"1\\\")</script>'", "\"findings\": 6,"]),
    View(sample: .wireGuard, width: 360, scheme: "dark", expected: ["\"findings\": 1,"]),
    View(sample: .unjudged, width: 1280, scheme: "light", expected: ["\"findings\": 0,"]),
    View(sample: .many, width: 390, scheme: "light", expected: ["\"findings\": 100,"]),
  ]

  @Test("a page shows what it should, overflows nowhere, asks for nothing and makes no complaint", arguments: views)
  func view(view: View) throws {
    let folder = temporaryFolder()
    defer { removeFolder(folder) }
    let page = try ReportFormat.html.render(view.sample.report, generator: Sample.generator)
    try #require(writeFile(page, to: folder + "/report.html"))
    let result = shell("timeout 120 python3 '\(browser)' '\(folder)/report.html' \(view.width) \(view.scheme) 2>&1")
    try #require(result.status == 0, "\(result.output)")
    let always = [
      "\"scripts\": 1,", "\"handlers\": 0,", "\"images\": 0,", "\"links\": [],", "\"dangling\": [],",
      "\"duplicates\": [],", "\"scrollWidth\": \(view.width),", "\"wide\": [],", "\"clipped\": [],",
      "\"requests\": [],", "\"complaints\": []",
    ]
    for text in always + view.expected {
      #expect(result.output.contains(text), "\(text) is not in \(result.output)")
    }
  }
}

private let hasBrowser =
  shell("command -v python3 >/dev/null && { command -v chromium || command -v google-chrome; } >/dev/null").status == 0

private let browser =
  #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/browse.py"
