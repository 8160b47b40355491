import Correlation

/// Who made a report: the program and its version.
public struct Generator: Sendable, Hashable {
  public let name: String
  public let version: String

  public init(name: String, version: String) {
    self.name = name
    self.version = version
  }
}

/// The forms in which a report can be written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
  /// For a terminal, 80 columns.
  case text
  /// For programs; `Documentation/report.schema.json` describes it.
  case json
  /// One self-contained page.
  case html
  /// For a ticket or a chat.
  case markdown
  /// For CI: a test a diagnosis; `Documentation/junit.xsd` describes it.
  case junit

  /// `report` in this form, ending with a line feed. The same report gives the same bytes.
  ///
  /// - Parameter layout: Colours, width and length of a text report, and the zone of the times that people are shown; JSON
  ///   has no use for it.
  /// - Throws: When a template of the page cannot be used; the other forms never throw.
  public func render(
    _ report: Report, generator: Generator, layout: TextLayout = TextLayout()
  ) throws(TemplateError) -> String {
    // Times as a log without a zone has them stay as they are.
    let zone = report.hasWrittenTimes ? .utc : layout.zone
    return try DisplayZone.$current.withValue(zone) { () -> Result<String, TemplateError> in
      Result { () throws(TemplateError) in try rendered(report, generator, layout) }
    }.get()
  }

  private func rendered(
    _ report: Report, _ generator: Generator, _ layout: TextLayout
  ) throws(TemplateError) -> String {
    switch self {
    case .text: TextReport(layout).render(report, generator: generator)
    case .json: JSONReport().render(report, generator: generator)
    case .html: try HTMLReport().render(report, generator: generator)
    case .markdown: MarkdownReport().render(report, generator: generator)
    case .junit: JUnitReport().render(report, generator: generator)
    }
  }

  /// Writes what `render` gives in blocks of bytes.
  public func write(
    _ report: Report, generator: Generator, layout: TextLayout = TextLayout(), to sink: (RawSpan) throws -> Void
  ) throws {
    switch self {
    case .json: try JSONReport().write(report, generator: generator, to: sink)
    case .text, .html, .markdown, .junit:
      let text = Array(try render(report, generator: generator, layout: layout).utf8)
      try sink(unsafe text.span.bytes)
    }
  }
}
