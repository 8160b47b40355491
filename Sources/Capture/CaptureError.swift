/// Why a capture could not be read, or could not be read to its end.
///
/// Every case names its file as the user gave it ("standard input" for `-`). Offsets count bytes from the start of
/// the capture, after decompression where the file is compressed; frame numbers count from 1. `framesRead` is the
/// number of packets that were delivered before the error.
public enum CaptureError: Error, Equatable, Sendable {
  /// There is no file of that name.
  case noSuchFile(name: String)
  case permissionDenied(name: String)
  case isDirectory(name: String)
  /// There is not a single byte to read.
  case emptyFile(name: String)
  /// The first bytes are those of no capture format known here; `firstBytes` holds at most eight of them.
  case notACapture(name: String, firstBytes: [UInt8])
  /// The file is of a format that other programs read, or no capture at all.
  case foreignFormat(name: String, format: ForeignFormat)
  /// The file ends at `offset`, inside `part`, which needs `needed` bytes of which `available` are there.
  case truncated(name: String, offset: Int, part: String, needed: Int, available: Int, framesRead: Int)
  /// What stands at `offset` cannot be right.
  case damaged(name: String, offset: Int, reason: String, framesRead: Int)
  /// The file is well-formed as far as it was read, but of a kind that is not understood.
  case unsupported(name: String, reason: String, framesRead: Int)
  /// The operating system failed to deliver the bytes at `offset`; `reason` is its own message.
  case inputOutput(name: String, offset: Int, reason: String, framesRead: Int)

  /// What an error means for the process's exit status, numbered as in sysexits.h.
  public enum ExitCategory: Int32, Hashable, Sendable {
    case unreadableData = 65
    case noInput = 66
    case ioError = 74
    case permission = 77
  }

  public var exitCategory: ExitCategory {
    switch self {
    case .noSuchFile, .isDirectory: .noInput
    case .permissionDenied: .permission
    case .inputOutput: .ioError
    case .emptyFile, .notACapture, .foreignFormat, .truncated, .damaged, .unsupported: .unreadableData
    }
  }

  /// The name of the file, as it was given.
  public var name: String {
    switch self {
    case .noSuchFile(let name), .permissionDenied(let name), .isDirectory(let name), .emptyFile(let name),
      .notACapture(let name, _), .foreignFormat(let name, _), .truncated(let name, _, _, _, _, _),
      .damaged(let name, _, _, _),
      .unsupported(let name, _, _), .inputOutput(let name, _, _, _):
      name
    }
  }
}

extension CaptureError: CustomStringConvertible {
  /// One line: which file, where in it, what was wrong, what was done about it.
  public var description: String { "\(name): \(reason)" }

  /// The same without the file, for a report that names the capture itself and must not tell where it lay.
  public var reason: String {
    switch self {
    case .noSuchFile: "no such file"
    case .permissionDenied: "permission denied"
    case .isDirectory: "is a directory without a capture or a log in it"
    case .emptyFile: "the file is empty"
    case .notACapture:
      "not a capture file: its first bytes are those of no format known here; "
        + "if another program wrote it, try: editcap -F pcapng IN OUT"
    case .foreignFormat(_, let format): "not a capture file but \(format.advice)"
    case .truncated(_, let offset, let part, let needed, let available, let frames):
      "offset \(offset): the file ends inside \(part) (needs \(Self.bytes(needed)), has \(available)); "
        + Self.told(frames)
    case .damaged(_, let offset, let reason, let frames), .inputOutput(_, let offset, let reason, let frames):
      "offset \(offset): \(reason); \(Self.told(frames))"
    case .unsupported(_, let reason, let frames): "\(reason); \(Self.told(frames))"
    }
  }

  private static func told(_ frames: Int) -> String {
    switch frames {
    case 0: "no frame was read"
    case 1: "the frame before it was read"
    default: "the \(frames) frames before it were read"
    }
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}
