import Glibc

/// Standard input, output and error, which whoever starts the program may have closed.
enum StandardDescriptors {
  /// Puts something in the place of those that are closed: else the next file that is opened would get the number, and a
  /// message for the user would end up in it. To read or write them fails as it should.
  static func secure() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
