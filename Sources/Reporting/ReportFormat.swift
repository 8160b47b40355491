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

  /// `report` in this form, ending with a line feed. The same report gives the same bytes.
  ///
  /// - Parameter style: Whether a text report carries terminal colours; the other forms have no use for it.
  /// - Throws: When a template of the page cannot be used; the other forms never throw.
  public func render(
    _ report: Report, generator: Generator, style: TextStyle = .plain
  ) throws(TemplateError) -> String {
    switch self {
    case .text: TextReport(style: style).render(report, generator: generator)
    case .json: JSONReport().render(report, generator: generator)
    case .html: try HTMLReport().render(report, generator: generator)
    case .markdown: MarkdownReport().render(report, generator: generator)
    }
  }

  /// Writes what `render` gives in blocks of bytes.
  public func write(
    _ report: Report, generator: Generator, style: TextStyle = .plain, to sink: ([UInt8]) throws -> Void
  ) throws {
    switch self {
    case .json: try JSONReport().write(report, generator: generator, to: sink)
    case .text, .html, .markdown: try sink(Array(try render(report, generator: generator, style: style).utf8))
    }
  }
}
