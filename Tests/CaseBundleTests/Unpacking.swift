import CArchive
import Glibc

/// What a case holds, by the name in its folder, in the order of its entries.
func unpackedCase(_ archive: [UInt8]) -> [(name: String, bytes: [UInt8])] {
  unpacked(archive).map { (String($0.name.dropFirst("tunnelscope-case/".utf8.count)), $0.bytes) }
}

/// What an archive holds, by name, in the order of its entries.
func unpacked(_ archive: [UInt8]) -> [(name: String, bytes: [UInt8])] {
  var entries: [(String, [UInt8])] = []
  guard let reader = unsafe archive_read_new() else { return [] }
  defer { unsafe archive_read_free(reader) }
  unsafe archive_read_support_format_zip(reader)
  unsafe archive.withUnsafeBytes { memory in
    guard unsafe archive_read_open_memory(reader, memory.baseAddress, memory.count) == ARCHIVE_OK else { return }
    var entry: OpaquePointer?
    while unsafe archive_read_next_header(reader, &entry) == ARCHIVE_OK {
      let name = unsafe archive_entry_pathname(entry).map { unsafe String(cString: $0) } ?? ""
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe archive_read_data(reader, $0.baseAddress, $0.count) }
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
      entries.append((name, bytes))
    }
  }
  return entries
}

extension [(name: String, bytes: [UInt8])] {
  subscript(name: String) -> [UInt8] { first { $0.name == name }?.bytes ?? [] }

  /// The captures of a case, one a point.
  var evidence: [(name: String, bytes: [UInt8])] { filter { $0.name.hasPrefix("evidence/") } }

  /// The only capture of a case; nothing where no packet belongs to it.
  var onlyEvidence: [UInt8] { evidence.count == 1 ? evidence[0].bytes : [] }

  func text(_ name: String) -> String { String(decoding: self[name], as: UTF8.self) }
}

/// A folder of its own for a test's files, gone with this value.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/tunnelscope-case-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, let path = unsafe mkdtemp(base) else { return "/nonexistent" }
      return unsafe String(cString: path)
    }
  }

  deinit { _ = shell("rm -rf '\(path)'") }

  /// The path of a new file with those bytes.
  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = "\(self.path)/\(name)"
    guard let file = unsafe fopen(path, "w") else { return path }
    _ = unsafe fwrite(bytes, 1, bytes.count, file)
    _ = unsafe fclose(file)
    return path
  }
}

/// What a shell command writes to standard output, and its exit status.
func shell(_ command: String) -> (output: String, status: Int32) {
  guard let pipe = unsafe popen(command, "r") else { return ("", -1) }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, pipe)
    guard count > 0 else { break }
    output += buffer[..<count]
  }
  return (String(decoding: output, as: UTF8.self), unsafe pclose(pipe))
}

let hasTshark = shell("command -v tshark").status == 0
