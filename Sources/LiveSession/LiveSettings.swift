import CaseBundle
import LiveCapture
import Reporting

/// What a live session captures, and what it leaves behind.
package struct LiveSettings: Sendable {
  package var interface: String
  package var capture = LiveOptions()
  /// The user to become once the interface is open; nil for the usual one, if the process is root.
  package var user: String?
  /// Whether rights that the session does not need are given up.
  package var isConfined = true

  package var format = LiveFormat.text
  /// Whether the terminal shows a view of all tunnels instead of events.
  package var showsTop = false
  /// Of what goes to standard output.
  package var style = TextStyle.plain
  /// The file that events are appended to; standard output for nil and `-`.
  package var output: String?
  /// The file that metrics are kept in.
  package var metrics: String?
  package var saving: Saving?
  /// What `/bin/sh -c` runs for each group of alike findings.
  package var onFinding: String?
  package var generator: Generator

  /// Ends the session after this time, more than 0; nil for no limit.
  package var durationSeconds: Double?
  /// Ends the session after this many packets, at least 1; nil for no limit.
  package var packetLimit: Int?

  /// What is kept on disk: the latest packets, cases, and the report of the run.
  package struct Saving: Sendable {
    package var folder: String
    /// Size of a file of packets, in bytes.
    package var fileBytes: Int
    /// Files of packets that are kept, at least 2.
    package var fileCount: Int
    /// Cases that are kept, those of earlier runs included, at least 1.
    package var mostCases: Int
    /// What of the packets cases may show.
    package var privacy: CasePrivacyChoice

    package init(folder: String, fileBytes: Int, fileCount: Int, mostCases: Int, privacy: CasePrivacyChoice) {
      self.folder = folder
      self.fileBytes = fileBytes
      self.fileCount = fileCount
      self.mostCases = mostCases
      self.privacy = privacy
    }
  }

  package init(interface: String, generator: Generator) {
    self.interface = interface
    self.generator = generator
  }
}
