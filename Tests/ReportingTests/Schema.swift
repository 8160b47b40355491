import Testing

/// A JSON Schema of `Documentation/`, applied by python3 with the jsonschema module.
struct Schema {
  let name: String
  /// Schemas that it refers to.
  let others: [String]
  /// Whether each line is a value.
  let isByLine: Bool

  static let report = Schema(name: "report", others: [], isByLine: false)
  static let comparison = Schema(name: "comparison", others: [], isByLine: false)
  static let live = Schema(name: "live-event", others: ["report"], isByLine: true)

  static let canValidate =
    shell("python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null").status == 0

  private static let packageRoot = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  static var documentation: String { packageRoot + "/Documentation" }

  /// What is wrong with `json`; nil when it is valid.
  func complaints(about json: String) throws -> String? {
    let folder = temporaryFolder()
    defer { removeFolder(folder) }
    let file = folder + "/value.json"
    try #require(writeFile(json, to: file))
    let schemas = ([name] + others).map { "\(Self.documentation)/\($0).schema.json" }
    let arguments = [schemas[0], file] + schemas.dropFirst()
    let result = shell(
      "python3 '\(Self.packageRoot)/Tests/ReportingTests/validate.py' \(isByLine ? "--lines" : "") "
        + arguments.map { "'\($0)'" }.joined(separator: " ") + " 2>&1")
    return result.status == 0 ? nil : result.output
  }
}
