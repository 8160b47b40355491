import Correlation

/// Test results in the XML that CI systems read (Jenkins, GitLab, GitHub's test reporters), which JUnit's Ant task began:
/// one suite of cases. `Documentation/junit.xsd` describes what is written of it.
struct JUnitDocument {
  struct Case {
    /// What kind of thing it is about; CI systems group by it.
    let kind: String
    let name: String
    let result: Result
  }

  enum Result {
    /// - Parameter note: What is worth reading all the same; may be empty.
    case passed(note: String)
    case failed(message: String, severity: String, text: String)
    /// It could not be decided.
    case undecided(message: String)
    case skipped(message: String)
  }

  /// Failures beyond these have no text, so that a log viewer still opens the file.
  static let mostTexts = 100

  let suite: String
  /// `2026-11-24T03:09:22`, without a zone, as JUnit's Ant task writes it; nil where nothing has a time.
  let timestamp: String?
  let properties: [(name: String, value: String)]
  let cases: [Case]

  /// The test of the whole: what nobody can judge does not pass.
  static func verdict(_ verdict: ReportVerdict, kind: String, answer: String) -> Case {
    let result: Result =
      switch verdict {
      case .healthy: .passed(note: answer)
      case .undecided: .undecided(message: answer)
      case .broken, .degraded: .failed(message: answer, severity: verdict.rawValue, text: answer)
      }
    return Case(kind: kind, name: "verdict", result: result)
  }

  /// Ends with a line feed.
  var text: String {
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites\(counts)>"]
    let time = timestamp.map { attribute("timestamp", $0) } ?? ""
    lines.append("<testsuite\(attribute("name", suite))\(counts)\(time)>")
    lines.append("<properties>")
    for property in properties {
      lines.append("<property\(attribute("name", property.name))\(attribute("value", property.value))/>")
    }
    lines.append("</properties>")
    var texts = 0
    for one in cases {
      let head = "<testcase\(attribute("classname", one.kind))\(attribute("name", one.name))"
      guard let body = body(one.result, &texts) else {
        lines.append(head + "/>")
        continue
      }
      lines += [head + ">", body, "</testcase>"]
    }
    return (lines + ["</testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private func body(_ result: Result, _ texts: inout Int) -> String? {
    switch result {
    case .passed(let note): return note.isEmpty ? nil : "<system-out>\(escaped(note))</system-out>"
    case .failed(let message, let severity, let text):
      texts += 1
      let head = "<failure\(attribute("message", message))\(attribute("type", severity))"
      return texts <= Self.mostTexts ? "\(head)>\(escaped(text))</failure>" : head + "/>"
    case .undecided(let message): return "<error\(attribute("message", message))/>"
    case .skipped(let message): return "<skipped\(attribute("message", message))/>"
    }
  }

  private var counts: String {
    var (failures, errors, skipped) = (0, 0, 0)
    for one in cases {
      switch one.result {
      case .passed: break
      case .failed: failures += 1
      case .undecided: errors += 1
      case .skipped: skipped += 1
      }
    }
    return attribute("tests", "\(cases.count)") + attribute("failures", "\(failures)")
      + attribute("errors", "\(errors)")
      + attribute("skipped", "\(skipped)")
  }

  private func attribute(_ name: String, _ value: String) -> String { " \(name)=\"\(escaped(value))\"" }

  /// `VisibleText` has made harmless what XML cannot hold; only markup is left.
  private func escaped(_ text: String) -> String {
    var result: [UInt8] = []
    result.append(escapingMarkupIn: text)
    return String(decoding: result, as: UTF8.self)
  }
}
