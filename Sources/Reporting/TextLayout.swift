/// How a report is laid out for people, beyond its form.
public struct TextLayout: Sendable, Hashable {
  /// Whether a text report carries terminal colours.
  public var style: TextStyle
  /// Columns of a text report's line; 80 to 120 are used.
  public var width: Int
  /// Lines of the terminal that the text goes to: a longer report begins and ends with what to do. nil for no terminal.
  public var height: Int?
  /// Whether only the first lines are wanted, and a line for each tunnel where there are several.
  public var isSummary: Bool
  /// What times of day are shown in.
  public var zone: DisplayZone

  public init(
    style: TextStyle = .plain, width: Int = 80, height: Int? = nil, isSummary: Bool = false, zone: DisplayZone = .utc
  ) {
    self.style = style
    self.width = width
    self.height = height
    self.isSummary = isSummary
    self.zone = zone
  }
}
