import ArgumentParser
import Correlation
import Glibc
import LiveCapture
import Observations
import Reporting
import SystemPackage

/// Where a live capture's findings go: standard output or a file, each event written whole as soon as it is there.
final class LiveOutput {
  private let format: LiveCommand.Format
  private let path: String?
  private var file: FileDescriptor
  private let style: TextStyle
  /// Whether whoever reads standard output went away.
  private(set) var isBroken = false

  /// - Parameter owner: Whom a new file is to belong to, so that it can be opened again by then.
  init(format: LiveCommand.Format, path: String?, owner: Privileges.User?) throws {
    self.format = format
    self.path = path == "-" ? nil : path
    style = self.path == nil ? StandardOutput.style : .plain
    file = .standardOutput
    // Without this the signal would end the process before it can say so with its exit status.
    signal(SIGPIPE, SIG_IGN)
    if let path = self.path {
      do {
        file = try Self.open(path)
        if let owner { _ = fchown(file.rawValue, owner.identifier, owner.group) }
      } catch let error as Errno {
        Diagnostics.error("\(path): \(error)")
        throw error == .permissionDenied || error == .notPermitted ? ExitStatus.noPermission : ExitStatus.ioError
      }
    }
  }

  private static func open(_ path: String) throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
  }

  /// Opens the file anew, as log rotation asks for; the old one stays in use when that fails.
  func reopen() {
    guard let path else { return }
    do {
      let new = try Self.open(path)
      try? file.close()
      file = new
    } catch {
      Diagnostics.error("\(path): \(error); the file that was open stays in use")
    }
  }

  func write(_ event: FindingEvent) throws {
    switch format {
    case .text: try write(LiveText(style: style).render(event))
    case .json: try write(LiveJSON(generator: Tunnelscope.generator).render(event))
    }
  }

  /// A notice is for a person at the terminal, and for the programs that read the events.
  func write(_ notice: LiveNotice, at time: Timestamp?) throws {
    if format == .json { try write(LiveJSON(generator: Tunnelscope.generator).render(notice, at: time)) }
    Diagnostics.note(notice.text)
  }

  func write(_ report: Report) throws {
    switch format {
    case .text: try write(TextReport(style: style).render(report, generator: Tunnelscope.generator))
    case .json: try write(LiveJSON(generator: Tunnelscope.generator).render(report))
    }
  }

  private func write(_ text: String) throws {
    do {
      try file.writeAll(text.utf8)
    } catch let error as Errno where error == .brokenPipe {
      isBroken = true
    } catch {
      Diagnostics.error("\(path ?? "standard output"): \(error)")
      throw ExitStatus.ioError
    }
  }
}
