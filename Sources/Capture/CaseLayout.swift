/// How the members of a support case are called, so that a case that is read again is known for one.
public enum CaseLayout {
  /// Holds everything, so that unpacking makes one folder.
  public static let folder = "tunnelscope-case"
  /// Holds the captures, one a capture point, in that folder.
  public static let evidence = "evidence"

  public static func member(_ name: String) -> String { "\(folder)/\(name)" }

  /// Whether a file or a member is part of a case, unpacked or not.
  static func isPart(_ path: String) -> Bool { path.hasPrefix(folder + "/") || path.contains("/\(folder)/") }

  /// Whether a path is that of a case's packets, as `PathContents` finds them.
  public static func isEvidence(_ path: String) -> Bool {
    path.contains("\(folder)/\(evidence)/")
  }
}
