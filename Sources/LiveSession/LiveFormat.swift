/// How a live session writes its events.
package enum LiveFormat: String, Sendable, CaseIterable {
  /// For a person.
  case text
  /// For programs, one object a line.
  case json
}
