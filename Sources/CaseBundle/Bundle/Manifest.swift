import Correlation
import Reporting

/// The bundle's own description: what each file is, where each packet comes from, what was removed.
struct Manifest {
  static let schema = "tunnelscope-case/2"

  /// A file of the bundle.
  struct File {
    let name: String
    let about: String
    let bytes: Int
    let sha256: String
  }

  /// A capture that the case was made from.
  struct Input {
    let id: String
    let name: String
    let packets: Int
    /// nil for a file that cannot be read, and for a live capture, whose files still change.
    let digest: InputDigest?
    /// The part of a live capture that is still held.
    let held: Evidence.Seen?
  }

  /// A log that was read beside the captures: a file, or a member of one.
  struct Log {
    let id: String
    let name: String
    let lines: Int
  }

  let generator: Generator
  let options: [(String, String)]
  let files: [File]
  let inputs: [Input]
  let logs: [Log]
  /// Of the log files, in the order in which they were given.
  let logDigests: [InputDigest]
  let evidence: Evidence
  let evidenceFiles: [Evidence.File]
  /// What the commands that judge end with for the report.
  let exitStatus: Int
  let limits: CaseLimits

  var text: String {
    JSONWriter.document { json in
      json.member("schema", Self.schema)
      json.object("generator") { json in
        json.member("name", generator.name)
        json.member("version", generator.version)
      }
      json.member("report_schema", JSONReport.schema)
      json.member("exit_status", exitStatus)
      json.object("options") { json in
        for option in options { json.member(named: option.0, option.1) }
      }
      json.objects("files", files) { write($0, to: &$1) }
      json.objects("inputs", inputs) { write($0, to: &$1) }
      json.objects("logs", logs) { log, json in
        json.member("id", log.id)
        json.member("name", log.name)
        json.member("lines", log.lines)
      }
      json.objects("log_files", logDigests) { digest, json in
        json.member("bytes", digest.bytes)
        json.member("sha256", digest.sha256)
      }
      json.object("evidence", writeEvidence)
      json.objects("removed", evidence.treatment.removals) { removal, json in
        json.member("what", removal.what)
        json.member("count", removal.count)
      }
    }
  }

  private func writeEvidence(to json: inout JSONWriter) {
    json.member("packets", evidence.packets.count)
    json.member("packets_beyond_limit", evidence.omitted)
    json.member("cited_packets_not_held", evidence.notHeld)
    json.member("limit_packets", limits.packets)
    json.member("limit_bytes", limits.bytes)
    json.objects("files", evidenceFiles) { file, json in
      json.member("name", file.name)
      json.array("captures", file.captures.map { "c\($0 + 1)" })
      json.member("packets", file.packets.count)
    }
    json.array("frame_columns", ["evidence file", "evidence frame", "capture", "capture frame"])
    // Files and captures count from 1 here, as in "c1".
    let frames = evidenceFiles.enumerated().flatMap { number, file in
      file.packets.enumerated().map { frame, packet in [number + 1, frame + 1, packet.capture + 1, packet.frame] }
    }
    json.array("frames", frames) { row, json in json.element(row) }
  }

  private func write(_ file: File, to json: inout JSONWriter) {
    json.member("name", file.name)
    json.member("about", file.about)
    json.member("bytes", file.bytes)
    json.member("sha256", file.sha256)
  }

  private func write(_ input: Input, to json: inout JSONWriter) {
    json.member("id", input.id)
    json.member("name", input.name)
    json.member("packets", input.packets)
    json.member("bytes", input.digest?.bytes)
    json.member("sha256", input.digest?.sha256)
    guard let held = input.held else { return }
    json.object("held") { json in
      json.member("packets", held.packets)
      json.member("first_frame", held.first)
      json.member("last_frame", held.last)
    }
  }
}
