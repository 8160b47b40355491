import Correlation

extension ReportFormat {
  /// `comparison` in this form, ending with a line feed. The same comparison gives the same bytes.
  ///
  /// - Parameter layout: As for a report.
  /// - Throws: When a template of the page cannot be used; the other forms never throw.
  public func render(
    _ comparison: ReportComparison, generator: Generator, layout: TextLayout = TextLayout()
  ) throws(TemplateError) -> String {
    try DisplayZone.$current.withValue(layout.zone) { () -> Result<String, TemplateError> in
      Result { () throws(TemplateError) in
        switch self {
        case .text: ComparisonText(layout: layout).render(comparison, generator: generator)
        case .json: ComparisonJSON().render(comparison, generator: generator)
        case .html: try PageTemplates.shared.get().render(ComparisonPage(comparison, generator: generator))
        case .markdown: ComparisonMarkdown().render(comparison, generator: generator)
        case .junit: ComparisonJUnit().render(comparison, generator: generator)
        }
      }
    }.get()
  }
}
