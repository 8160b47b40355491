import Correlation
import Reporting

/// The bundle's own description: what each file is, where each packet comes from, what was removed.
struct Manifest {
  static let schema = "tunnelscope-case/1"

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
    /// Nil for a file that cannot be read, and for a capture that goes on: its files change.
    let digest: InputDigest?
    /// What was left of a capture that goes on.
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
  let limits: CaseLimits

  var text: String {
    JSONValue.object([
      ("schema", .string(Self.schema)),
      ("generator", .object([("name", .string(generator.name)), ("version", .string(generator.version))])),
      ("options", .object(options.map { ($0.0, .string($0.1)) })),
      ("files", .array(files.map(file))),
      ("inputs", .array(inputs.map(input))),
      ("logs", .array(logs.map(log))),
      (
        "log_files",
        .array(logDigests.map { .object([("bytes", .integer($0.bytes)), ("sha256", .string($0.sha256))]) })
      ),
      (
        "evidence",
        .object([
          ("packets", .integer(evidence.packets.count)),
          ("packets_beyond_limit", .integer(evidence.omitted)),
          ("cited_packets_not_held", .integer(evidence.notHeld)),
          ("limit_packets", .integer(limits.packets)),
          ("limit_bytes", .integer(limits.bytes)),
          ("frame_columns", .array(["evidence frame", "capture", "capture frame"].map { .string($0) })),
          ("frames", .array(frames)),
        ])
      ),
      ("removed", .array(evidence.treatment.removals.map(removal))),
    ]).text
  }

  /// Captures count from 1 here, as in "c1".
  private var frames: [JSONValue] {
    evidence.packets.enumerated().map { index, packet in
      .array([.integer(index + 1), .integer(packet.capture + 1), .integer(packet.frame)])
    }
  }

  private func file(_ file: File) -> JSONValue {
    .object([
      ("name", .string(file.name)), ("about", .string(file.about)), ("bytes", .integer(file.bytes)),
      ("sha256", .string(file.sha256)),
    ])
  }

  private func input(_ input: Input) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("id", .string(input.id)), ("name", .string(input.name)), ("packets", .integer(input.packets)),
      ("bytes", input.digest.map { .integer($0.bytes) } ?? .null),
      ("sha256", input.digest.map { .string($0.sha256) } ?? .null),
    ]
    if let held = input.held {
      members.append(
        (
          "held",
          .object([
            ("packets", .integer(held.packets)), ("first_frame", held.first.map { .integer($0) } ?? .null),
            ("last_frame", held.last.map { .integer($0) } ?? .null),
          ])
        ))
    }
    return .object(members)
  }

  private func log(_ log: Log) -> JSONValue {
    .object([("id", .string(log.id)), ("name", .string(log.name)), ("lines", .integer(log.lines))])
  }

  private func removal(_ removal: PacketTreatment.Removal) -> JSONValue {
    .object([("what", .string(removal.what)), ("count", .integer(removal.count))])
  }
}
