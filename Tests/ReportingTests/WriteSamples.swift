import Testing

@testable import Reporting

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes every sample in every format into the folder that `TUNNELSCOPE_SAMPLES` names, to be looked at.
@Suite("Samples for the eye", .enabled(if: folder != nil, "set TUNNELSCOPE_SAMPLES to a folder to write them"))
struct WriteSamples {
  @Test("every sample is written in every format", arguments: Sample.allCases, ReportFormat.allCases)
  func write(sample: Sample, format: ReportFormat) throws {
    let path = "\(try #require(folder))/\(sample.rawValue).\(format.fileExtension)"
    #expect(writeFile(try format.render(sample.report, generator: Sample.generator), to: path))
  }
}

private var folder: String? { environment("TUNNELSCOPE_SAMPLES") }

extension ReportFormat {
  var fileExtension: String {
    switch self {
    case .text: "txt"
    case .json: "json"
    case .html: "html"
    case .markdown: "md"
    case .junit: "xml"
    }
  }
}
