/// The names that reports give to files: without folders, as long as that tells them apart.
enum DisplayNames {
  /// One name for each path; the parent folder stands before it where two would be the same.
  static func names(for paths: [String]) -> [String] {
    let short = paths.map { suffix(of: $0, components: 1) }
    return paths.indices.map { index in
      guard short.indices.contains(where: { $0 != index && short[$0] == short[index] }) else { return short[index] }
      return suffix(of: paths[index], components: 2)
    }
  }

  private static func suffix(of path: String, components: Int) -> String {
    guard path != "-" else { return "standard input" }
    let parts = path.split(separator: "/")
    return parts.isEmpty ? path : parts.suffix(components).joined(separator: "/")
  }
}
