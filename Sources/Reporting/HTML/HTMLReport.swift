import Correlation

/// The report as one self-contained page.
public struct HTMLReport: Sendable {
  public init() {}

  public func render(_ report: Report, generator: Generator) -> String { "" }
}
