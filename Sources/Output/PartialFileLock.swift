import SystemPackage

/// The lock by which others see that a partial file is still written to.
package enum PartialFileLock {
  /// Where there are no locks, nothing counts as abandoned either.
  package static func take(_ file: FileDescriptor) { _ = SystemCalls.lock(file, waits: true) }
}
