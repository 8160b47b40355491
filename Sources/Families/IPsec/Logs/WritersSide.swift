import Logs
import Observations

/// On which side of its tunnels a daemon of IKE writes, and the lines that count for it.
///
/// Lines before the first IKE SA wait for it: either side writes them.
struct WritersSide {
  private let initiator: LogFormat
  private let responder: LogFormat
  /// Whether the writer began the last IKE SA; nil before there is one.
  var isInitiator: Bool?
  private var undecidedLines = 0

  init(_ initiator: LogFormat, _ responder: LogFormat) { (self.initiator, self.responder) = (initiator, responder) }

  /// Counts lines for the side that writes them.
  mutating func understand(lines: Int, into sink: inout LogSink) {
    undecidedLines += lines
    guard let isInitiator, undecidedLines > 0 else { return }
    sink.understand(isInitiator ? initiator : responder, lines: undecidedLines)
    undecidedLines = 0
  }

  /// The log is at its end: a daemon that began nothing is there to answer.
  mutating func finish(into sink: inout LogSink) {
    isInitiator = isInitiator ?? false
    understand(lines: 0, into: &sink)
  }
}
