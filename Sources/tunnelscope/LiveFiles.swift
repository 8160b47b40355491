import ArgumentParser
import Capture
import Correlation
import Glibc
import LiveCapture
import Reporting
import SystemPackage

/// What a live capture leaves on disk: saved packets, the report of the run, metrics.
struct LiveFiles {
  private let folder: String?
  private let metrics: String?
  private var ring: PacketRing?
  /// Whether something could not be written.
  private(set) var hasFailed = false

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
  init(folder: String?, fileBytes: Int, fileCount: Int, metrics: String?, source: borrowing LiveSource) throws {
    self.folder = folder
    self.metrics = metrics
    if let folder {
      guard unsafe access(folder, W_OK | X_OK) == 0 else { throw Self.refused(folder) }
      do {
        ring = try PacketRing(
          folder: folder, fileBytes: fileBytes, fileCount: fileCount, linkTypeNumber: source.linkTypeNumber,
          snapLength: source.snapLength, interface: source.interface)
      } catch {
        Diagnostics.error(error.text)
        throw ExitStatus.ioError
      }
    }
    if let metrics {
      let empty = LiveStatus().metrics(interface: source.interface)
      try ReportFile.write(empty, to: metrics, mayReplace: true, isPublic: true)
    }
  }

  /// Saves the packets of a batch; returns why no more are saved when that fails.
  mutating func save(_ batch: borrowing PacketBatch, window: RawSpan) -> String? {
    guard ring != nil else { return nil }
    do throws(PacketRing.Problem) {
      try ring?.save(batch, window: window)
      return nil
    } catch {
      ring = nil
      hasFailed = true
      return error.text
    }
  }

  /// The next packet begins a new file.
  mutating func rotate() { ring?.end() }

  mutating func writeMetrics(_ status: LiveStatus, interface: String) {
    guard let metrics, !hasFailedMetrics else { return }
    do {
      // The node exporter runs as a user of its own.
      try ReportFile.write(status.metrics(interface: interface), to: metrics, mayReplace: true, isPublic: true)
    } catch {
      // Said once by the writer; the capture is what matters.
      hasFailedMetrics = true
      hasFailed = true
    }
  }

  private var hasFailedMetrics = false

  /// Writes the report of the run beside the packets, as a page and for programs.
  mutating func write(_ report: Report) {
    ring?.end()
    guard let folder else { return }
    for (format, name) in [(ReportFormat.html, "report.html"), (.json, "report.json")] {
      let text = format.render(report, generator: Tunnelscope.generator)
      do {
        try ReportFile.write(text, to: "\(folder)/\(name)", mayReplace: true)
      } catch {
        hasFailed = true
      }
    }
  }
}
