#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The value of an environment variable, if it is set.
func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Writes `text` to a file; whether all of it was written.
func writeFile(_ text: String, to path: String) -> Bool {
  guard let file = unsafe fopen(path, "w") else { return false }
  let bytes = Array(text.utf8)
  let written = unsafe fwrite(bytes, 1, bytes.count, file)
  return unsafe fclose(file) == 0 && written == bytes.count
}

/// What a shell command writes to standard output, and its exit status.
func shell(_ command: String) -> (output: String, status: Int32) {
  guard let pipe = unsafe popen(command, "r") else { return ("", -1) }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, pipe)
    guard count > 0 else { break }
    output += buffer[..<count]
  }
  let status = unsafe pclose(pipe)
  return (String(decoding: output, as: UTF8.self), status)
}

/// A new folder for a test's files.
func temporaryFolder() -> String {
  var template = Array("/tmp/tunnelscope-XXXXXX".utf8CString)
  return unsafe template.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress, let path = unsafe mkdtemp(base) else { return "/tmp" }
    return unsafe String(cString: path)
  }
}

/// Removes what `temporaryFolder` made.
func removeFolder(_ path: String) {
  guard path.hasPrefix("/tmp/tunnelscope-") else { return }
  _ = shell("rm -rf '\(path)'")
}
