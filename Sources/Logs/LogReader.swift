import FileNames
import Observations

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads logs of gateways and clients, whatever their format, and emits what they show.
public struct LogReader {
  private var nextIndex: Int
  private let readers: [any LogFormatReader.Type]

  /// - Parameters:
  ///   - firstIndex: The index of the first log; every member of a bundle is a log of its own.
  ///   - readers: The readers of all formats, in the order in which a line is offered to them.
  public init(firstIndex: Int = 0, readers: [any LogFormatReader.Type]) {
    nextIndex = firstIndex
    self.readers = readers
  }

  /// Reads one file: a text, plain or compressed, or a bundle of texts.
  ///
  /// - Parameters:
  ///   - path: Where it is; `-` is standard input.
  ///   - name: What reports call it.
  ///   - take: Called for everything the file shows, in the order of its lines.
  /// - Returns: A description of each log in it. Of a bundle's members only those are described of which something is
  ///   understood; the others are counted in one description with the bundle's own name.
  /// - Throws: When nothing of it can be read: there is no such file, it may not be read, or it is no text.
  public mutating func read(
    path: String, name: String, _ take: (Observation) -> Void
  ) throws(LogError) -> [LogDescription] {
    let budget = LogExpansionBudget()
    let source = try open(path, name: name, budget)
    guard let archive = LogArchive(source: source, budget: budget) else {
      throw LogError(file: name, problem: "there is no memory left to read it")
    }
    var reading = LogBundleReading(name: name, nextIndex: nextIndex, budget: budget, readers: readers)
    try reading.read(archive, take)
    nextIndex = reading.nextIndex
    return reading.descriptions
  }

  private func open(
    _ path: String, name: String, _ budget: LogExpansionBudget
  ) throws(LogError) -> DescriptorBytes {
    if path == "-" { return DescriptorBytes(descriptor: STDIN_FILENO, isOwned: false, budget: budget) }
    let descriptor = unsafe FileName.withPath(path) { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw LogError(file: name, problem: "cannot be opened: \(systemText(errno))") }
    return DescriptorBytes(descriptor: descriptor, isOwned: true, budget: budget)
  }
}
