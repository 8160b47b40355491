import Correlation
import Families
import LiveCapture
import Output
import Reporting
import SystemPackage

/// What a live capture leaves on disk beside packets and cases: the report of the run, and metrics.
struct LiveFiles {
  private let folder: String?
  private let metrics: String?
  private let interface: String
  private let generator: Generator
  /// Whether something could not be written.
  private(set) var hasFailed = false
  /// Metrics that could not be written since they last were.
  private var lostUpdates = 0

  private static let reports = [(ReportFormat.html, "report.html"), (.json, "report.json")]

  /// Makes the folder for the user that the program is about to become, and removes what killed runs left, while there
  /// is the right to.
  ///
  /// - Throws: `OutputFailure`.
  static func prepare(folder: String?, metrics: String?, user: Privileges.User?) throws {
    if let metrics { try ReportFile.prepare(metrics, mayReplace: true) }
    guard let folder else { return }
    try refusing(folder) { () throws(Errno) in
      if try SystemCalls.makeFolder(folder), let user { try SystemCalls.give(folder, to: user) }
    }
    for (_, name) in reports { try ReportFile.prepare("\(folder)/\(name)", mayReplace: true) }
    LiveCases.prepare(folder)
  }

  private static func refusing(_ path: String, _ body: () throws(Errno) -> Void) throws(OutputFailure) {
    do throws(Errno) {
      try body()
    } catch {
      throw .refused(path: path, reason: error)
    }
  }

  /// Checks, with the rights that are left, that everything can be written, before any packet is read.
  ///
  /// - Throws: `OutputFailure`.
  init(folder: String?, metrics: String?, interface: String, generator: Generator) throws {
    self.folder = folder
    self.metrics = metrics
    self.interface = interface
    self.generator = generator
    if let folder { try Self.refusing(folder) { () throws(Errno) in try SystemCalls.checkWritable(folder: folder) } }
    if let metrics { try write(LiveStatus(), to: metrics) }
  }

  /// Writes the metrics anew; what a person should know of it: that it failed, once, and that it works again.
  ///
  /// A failure does not end it: the next update is tried like any other.
  mutating func writeMetrics(_ status: LiveStatus) -> String? {
    guard let metrics else { return nil }
    do {
      try write(status, to: metrics)
      defer { lostUpdates = 0 }
      return lostUpdates == 0 ? nil : "\(metrics): written again; updates lost in between: \(lostUpdates)"
    } catch {
      defer { lostUpdates += 1 }
      hasFailed = true
      return lostUpdates == 0 ? "error: \(error)" : nil
    }
  }

  private func write(_ status: LiveStatus, to metrics: String) throws {
    // The node exporter runs as a user of its own.
    try ReportFile.write(
      status.metrics(interface: interface, rules: RegisteredFamilies.table.ruleNames), to: metrics, mayReplace: true,
      isPublic: true)
  }

  /// Writes the report of the run beside the packets, as a page and for programs.
  mutating func write(_ report: Report) {
    guard let folder else { return }
    for (format, name) in Self.reports {
      do {
        try ReportFile.write(
          try format.render(report, generator: generator), to: "\(folder)/\(name)", mayReplace: true)
      } catch {
        Diagnostics.noteWithoutWaiting("error: \(error)")
        hasFailed = true
      }
    }
  }
}
