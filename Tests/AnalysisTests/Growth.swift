import Testing

/// How the cost of something grows with how much of it there is.
enum Growth {
  /// A hundredth of a second is below what can be told apart.
  private static let least = 0.01
  /// In proportion it is four times, quadratic sixteen times.
  private static let limit = 8.0
  /// Whatever else the machine does adds to a measurement and takes nothing from it, so one that is too high is made again.
  /// What is out of proportion is so every time.
  private static let attempts = 3

  /// Expects four times the items to cost about four times as much.
  ///
  /// - Parameters:
  ///   - items: How many the smaller measurement has.
  ///   - what: What they are called.
  ///   - seconds: Processor time that as many cost.
  static func expectInProportion(
    _ items: Int, of what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ seconds: (Int) throws -> Double
  ) throws {
    let few = try seconds(items)
    var many = try seconds(4 * items)
    for _ in 1..<attempts where many > limit * max(few, least) { many = min(many, try seconds(4 * items)) }
    #expect(
      many <= limit * max(few, least), "\(few) s for \(items) \(what), \(many) s for \(4 * items)",
      sourceLocation: sourceLocation)
  }
}
