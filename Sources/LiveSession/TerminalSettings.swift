import Glibc
import SystemPackage

/// How a terminal treats what is typed (termios(3)).
struct TerminalSettings {
  private var attributes: termios

  /// As they are; nil where the file is no terminal.
  init?(of file: FileDescriptor) {
    var attributes = termios()
    guard unsafe tcgetattr(file.rawValue, &attributes) == 0 else { return nil }
    self.attributes = attributes
  }

  /// The same, but that each key comes at once and by itself: not shown, not gathered into lines, with no meaning to the
  /// terminal. Ctrl-C comes as a key, so that the screen is left in order.
  var forKeys: TerminalSettings {
    var copy = self
    copy.attributes.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    copy.attributes.c_iflag &= ~tcflag_t(IXON)
    return copy
  }

  /// Puts them in force; what cannot be set stays as it is.
  func apply(to file: FileDescriptor) {
    var attributes = attributes
    _ = unsafe tcsetattr(file.rawValue, TCSANOW, &attributes)
  }
}
