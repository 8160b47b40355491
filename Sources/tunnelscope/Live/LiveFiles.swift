import ArgumentParser
import Correlation
import Glibc
import LiveCapture
import Reporting
import SystemPackage

/// What a live capture leaves on disk beside packets and cases: the report of the run, and metrics.
struct LiveFiles {
  private let folder: String?
  private let metrics: String?
  private let interface: String
  /// Whether something could not be written.
  private(set) var hasFailed = false
  private var hasFailedMetrics = false

  /// Makes the folder, while there is the right to, for the user that the program is about to become.
  static func prepare(folder: String?, user: Privileges.User?) throws {
    guard let folder else { return }
    guard unsafe mkdir(folder, 0o700) == 0 else {
      guard errno == EEXIST else { throw refused(folder) }
      return
    }
    if let user, unsafe chown(folder, user.identifier, user.group) != 0 { throw refused(folder) }
  }

  private static func refused(_ path: String) -> ExitCode {
    let reason = Errno(rawValue: errno)
    Diagnostics.error("\(path): \(reason)")
    return reason == .permissionDenied || reason == .notPermitted ? ExitStatus.noPermission : ExitStatus.ioError
  }

  /// Checks, with the rights that are left, that everything can be written, before any packet is read.
  init(folder: String?, metrics: String?, interface: String) throws {
    self.folder = folder
    self.metrics = metrics
    self.interface = interface
    if let folder, unsafe access(folder, W_OK | X_OK) != 0 { throw Self.refused(folder) }
    if let metrics {
      try ReportFile.write(LiveStatus().metrics(interface: interface, rules: RuleName.allCases), to: metrics, mayReplace: true, isPublic: true)
    }
  }

  mutating func writeMetrics(_ status: LiveStatus) {
    guard let metrics, !hasFailedMetrics else { return }
    do {
      // The node exporter runs as a user of its own.
      try ReportFile.write(status.metrics(interface: interface, rules: RuleName.allCases), to: metrics, mayReplace: true, isPublic: true)
    } catch {
      // Said once by the writer; the capture is what matters.
      hasFailedMetrics = true
      hasFailed = true
    }
  }

  /// Writes the report of the run beside the packets, as a page and for programs.
  mutating func write(_ report: Report) {
    guard let folder else { return }
    for (format, name) in [(ReportFormat.html, "report.html"), (.json, "report.json")] {
      do {
        let text = try format.render(report, generator: Tunnelscope.generator)
        try ReportFile.write(text, to: "\(folder)/\(name)", mayReplace: true)
      } catch {
        hasFailed = true
      }
    }
  }
}
