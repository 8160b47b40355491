import SystemPackage

/// Standard input, output and error, which may be closed when the program starts.
package enum StandardDescriptors {
  /// Puts something in the place of those that are closed: else the next file that is opened would get the number, and a
  /// message for the user would end up in it. To read or write them fails as it should.
  package static func secure() {
    for file in [FileDescriptor.standardInput, .standardOutput, .standardError] where !SystemCalls.isOpen(file) {
      _ = try? FileDescriptor.open(FilePath("/dev/null"), file == .standardInput ? .writeOnly : .readOnly)
    }
  }
}
