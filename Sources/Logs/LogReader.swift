import Observations

/// Reads logs of gateways and clients, whatever their format, and hands on what they tell.
public struct LogReader {
  private var nextIndex: Int

  /// - Parameter firstIndex: The index of the first log; every member of a bundle is a log of its own.
  public init(firstIndex: Int = 0) { nextIndex = firstIndex }

  /// Reads one file: a text, plain or compressed, or a bundle of texts.
  ///
  /// - Parameters:
  ///   - path: Where it is; `-` is standard input.
  ///   - name: What reports call it.
  ///   - take: Called for everything the file tells, in the order of its lines.
  /// - Returns: A description of each log in it.
  public mutating func read(
    path: String, name: String, _ take: (LogObservation) -> Void
  ) throws(LogError) -> [LogDescription] {
    throw LogError(file: name, problem: "logs cannot be read yet")
  }
}
