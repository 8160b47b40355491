import Logs
import Observations

/// On which side of its tunnels a program writes its log, and the lines that count for it.
///
/// Lines before that is known wait for it: either side writes them.
struct WritersSide {
  private let initiator: LogFormat
  private let responder: LogFormat
  /// Whether the writer asks and does not answer, as far as is known; nil before a line has told.
  var isInitiator: Bool?
  private var undecidedLines = 0

  init(_ initiator: LogFormat, _ responder: LogFormat) { (self.initiator, self.responder) = (initiator, responder) }

  /// Counts lines for the side that writes them.
  mutating func understand(lines: Int, into sink: inout LogSink) {
    guard let isInitiator else {
      undecidedLines += lines
      return
    }
    count(lines, as: isInitiator ? initiator : responder, into: &sink)
  }

  /// The log is at its end.
  ///
  /// - Parameter undecided: Whose the lines are where none has told the side; the answering side's unless given: a daemon
  ///   that began nothing is there to answer.
  mutating func finish(undecided: LogFormat? = nil, into sink: inout LogSink) {
    count(0, as: isInitiator.map { $0 ? initiator : responder } ?? undecided ?? responder, into: &sink)
  }

  private mutating func count(_ lines: Int, as format: LogFormat, into sink: inout LogSink) {
    let waiting = undecidedLines + lines
    undecidedLines = 0
    if waiting > 0 { sink.understand(format, lines: waiting) }
  }
}
