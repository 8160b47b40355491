import Correlation

/// The report as one self-contained page: no request, its own style, pictures and script, which it works without.
public struct HTMLReport: Sendable {
  public init() {}

  public func render(_ report: Report, generator: Generator) throws(TemplateError) -> String {
    try PageTemplates.shared.get().render(PageBuilder(report: report, generator: generator).model)
  }
}
