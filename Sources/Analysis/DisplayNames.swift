import FileNames

/// The names that reports give to files: without folders, as long as that tells them apart.
enum DisplayNames {
  /// One name for each path; the parent folder stands before it where two would be the same.
  static func names(for paths: [String]) -> [String] {
    let short = paths.map { suffix(of: $0, components: 1) }
    let counts = Dictionary(short.map { ($0, 1) }, uniquingKeysWith: +)
    return zip(paths, short).map { path, name in counts[name] == 1 ? name : suffix(of: path, components: 2) }
  }

  /// As much of a path as a name may need.
  static func longest(for path: String) -> String { path == "-" ? path : suffix(of: path, components: 2) }

  private static func suffix(of path: String, components: Int) -> String {
    guard path != "-" else { return "standard input" }
    let parts = path.split(separator: "/")
    return FileName.visible(parts.isEmpty ? path : parts.suffix(components).joined(separator: "/"))
  }
}
