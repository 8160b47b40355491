import Glibc

/// The running program.
enum Program {
  /// Its path, as the kernel knows it; what `setcap` must be told.
  static var path: String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
    return length > 0 ? LiveSource.text(buffer) : "tunnelscope"
  }
}
