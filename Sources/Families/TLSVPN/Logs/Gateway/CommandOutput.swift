import Logs
import Observations

/// A block of lines that a command of an ASA or FTD prints, and that is understood at its end.
protocol CommandOutput {
  /// Whether a block is open.
  var isOpen: Bool { get }
  /// Opens a block if `line` begins one.
  mutating func begin(_ line: borrowing LogText, at number: Int) -> Bool
  /// Takes `line` if the open block goes on with it.
  mutating func take(_ line: borrowing LogText, _ subject: LogSubject, into sink: inout LogSink) -> Bool
  /// The block is at its end.
  mutating func end(_ subject: LogSubject, into sink: inout LogSink)
}

/// What a terminal shows of an ASA or FTD: prompts with commands, and what they print.
///
///     ciscoasa(config-webvpn)# show asp table socket
///
/// The output counts, not the commands: a file that holds nothing but the output is read the same.
struct ASACommands: LogFormatReader {
  private var socketTable = SocketTable()
  private var webVPN = WebVPNSection()
  private var groupPolicy = GroupPolicySection()
  private var sessions = VPNSessionListing()
  private var drops = ASPDropListing()
  private var droppedPackets = ASPDropCapture()
  private var debug = WebVPNDebug()
  /// Whether the lines are those of a whole configuration, of which most show nothing here.
  private var isConfiguration = false
  private var subject = LogSubject()

  /// Whether a block is open, which is understood at its end.
  var isOpen: Bool {
    socketTable.isOpen || webVPN.isOpen || groupPolicy.isOpen || sessions.isOpen || debug.isOpen
  }

  /// Reads `line` if it is a prompt, or of a command's output.
  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    if let prompt = TerminalPrompt(line) {
      sink.understand(.asaCommands)
      read(prompt, of: line, into: &sink)
      return true
    }
    guard takes(line, into: &sink) else { return false }
    sink.understand(.asaCommands)
    return true
  }

  /// Reads `line`, which is of no format, if it is part of a configuration.
  mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    guard isConfiguration else { return false }
    if line.starts(with: ": end") { isConfiguration = false }
    sink.understand(.asaCommands)
    return true
  }

  /// A command's output that syslog has buried is over.
  mutating func endBuriedBlock(into sink: inout LogSink) { endBlocks(into: &sink) }

  mutating func finish(into sink: inout LogSink) { endBlocks(into: &sink) }

  /// A prompt ends every block. Commands that enter a group policy's settings are read like its configuration.
  private mutating func read(_ prompt: TerminalPrompt, of line: borrowing LogText, into sink: inout LogSink) {
    let command = line.part(prompt.command)
    if groupPolicy.isOpen, prompt.isGroupPolicyMode(line) {
      _ = groupPolicy.take(command, subject, into: &sink)
      return
    }
    endBlocks(into: &sink)
    isConfiguration = false
    if !prompt.device.isEmpty { subject.device = line.string(prompt.device) }
    guard prompt.isConfigurationMode(line) else { return }
    if let size = command.tcpMSSLimit { sink.take(.statement(.tcpMSSLimit(size)), at: nil, of: subject) }
    _ = groupPolicy.begin(command, at: sink.line)
  }

  private mutating func takes(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    if socketTable.isOpen, socketTable.take(line, subject, into: &sink) { return true }
    if webVPN.isOpen, webVPN.take(line, subject, into: &sink) { return true }
    if groupPolicy.isOpen, groupPolicy.take(line, subject, into: &sink) { return true }
    if sessions.isOpen, sessions.take(line, subject, into: &sink) { return true }
    if debug.take(line, subject, into: &sink) { return true }
    if drops.take(line, subject, into: &sink) { return true }
    if droppedPackets.take(line, subject, into: &sink) { return true }
    return begins(line, into: &sink)
  }

  /// Whether `line` begins something; then whatever was open before is at its end.
  private mutating func begins(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    if let size = line.tcpMSSLimit {
      endBlocks(into: &sink)
      sink.take(.statement(.tcpMSSLimit(size)), at: nil, of: subject)
      return true
    }
    if line.starts(with: "ASA Version ") || line.starts(with: ": Saved") || line.starts(with: ": Hardware:") {
      endBlocks(into: &sink)
      isConfiguration = true
      return true
    }
    if isConfiguration, line.starts(with: "hostname ") {
      subject.device = line.string(9..<line.end)
      return true
    }
    guard
      SocketTable.isBeginning(line) || WebVPNSection.isBeginning(line) || GroupPolicySection.isBeginning(line)
        || VPNSessionListing.isBeginning(line)
    else {
      // Any other line at the left margin ends a block, and is somebody else's.
      if !line.next.isSpace, isOpen { endBlocks(into: &sink) }
      return false
    }
    endBlocks(into: &sink)
    return socketTable.begin(line, at: sink.line) || webVPN.begin(line, at: sink.line)
      || groupPolicy.begin(line, at: sink.line) || sessions.begin(line, at: sink.line)
  }

  private mutating func endBlocks(into sink: inout LogSink) {
    if socketTable.isOpen { socketTable.end(subject, into: &sink) }
    if webVPN.isOpen { webVPN.end(subject, into: &sink) }
    if groupPolicy.isOpen { groupPolicy.end(subject, into: &sink) }
    if sessions.isOpen { sessions.end(subject, into: &sink) }
    if debug.isOpen { debug.end(subject, into: &sink) }
    drops.end()
    droppedPackets.end()
  }
}

/// "ciscoasa(config-webvpn)# show run webvpn", "fw/context> show version", "> show asp drop".
struct TerminalPrompt {
  let device: Range<Int>
  private let mode: Range<Int>
  let command: Range<Int>

  init?(_ line: borrowing LogText) {
    var text = LogText(line.bytes)
    while text.next.isLetter || text.next.isDigit || text.isAtOneOf(".-_/") { text.move(to: text.position + 1) }
    device = 0..<text.position
    guard device.count <= 64 else { return nil }
    let start = text.position
    if text.skip("(config") {
      guard !device.isEmpty, let end = text.find(UInt8(ascii: ")")), end - start <= 40 else { return nil }
      text.move(to: end + 1)
    }
    mode = start..<text.position
    if text.skip(UInt8(ascii: "#")) {
      guard !device.isEmpty, text.isAtEnd || text.next.isSpace || text.next.isLetter else { return nil }
      text.skipSpaces()
    } else {
      guard text.skip(UInt8(ascii: ">")) else { return nil }
      text.skipSpaces()
      guard text.isAtEnd && !device.isEmpty || text.starts(with: "sh") || text.starts(with: "en") else { return nil }
    }
    command = text.position..<text.end
  }

  func isConfigurationMode(_ line: borrowing LogText) -> Bool {
    !mode.isEmpty && line.has("(config", at: mode.lowerBound)
  }

  /// "(config-group-policy)", "(config-group-webvpn)".
  func isGroupPolicyMode(_ line: borrowing LogText) -> Bool {
    !mode.isEmpty && line.has("(config-group", at: mode.lowerBound)
  }
}

extension LogText {
  /// The bytes of "sysopt connection tcpmss 1380"; nil for another line.
  fileprivate var tcpMSSLimit: Int? {
    var text = LogText(bytes)
    guard text.skip("sysopt connection tcpmss ") else { return nil }
    return text.number()
  }
}
