import Observations
import SystemPackage

/// What a stream of observations holds, as far as all but its observations tell.
public struct StreamSurvey {
  let input: StreamInput
  /// The line after the header.
  let start: LinePosition
  public let header: StreamHeader
  /// By index in the header.
  public fileprivate(set) var captures: [Int: StreamCapture] = [:]
  /// By index in the header.
  public fileprivate(set) var logs: [Int: StreamLog] = [:]
  /// Whether the stream goes on to its regular end.
  public fileprivate(set) var isComplete = false

  /// The file as it was given.
  public var name: String { input.name }

  /// Looks through files for streams; one file may hold several, one after the other.
  public static func streams(in paths: [String]) -> (streams: [StreamSurvey], problems: [StreamProblem]) {
    var streams: [StreamSurvey] = []
    var problems: [StreamProblem] = []
    for path in paths {
      var surveyor = Surveyor(name: path == "-" ? "standard input" : path)
      do throws(StreamProblem) {
        try surveyor.read(StreamInput(path: path))
      } catch {
        problems.append(error)
      }
      streams += surveyor.streams
      problems += surveyor.problems.all
    }
    return (streams, problems)
  }
}

/// Looks through one file.
private struct Surveyor {
  var streams: [StreamSurvey] = []
  var problems: StreamProblems
  private let decoder = StreamDecoder()
  private var current: StreamSurvey?
  private var observations = 0
  /// Whether a line of the current stream was not understood.
  private var hasProblem = false
  /// Whether the lines belong to a stream that is not understood, which was told.
  private var isPassingOver = false

  init(name: String) { problems = StreamProblems(name: name) }

  mutating func read(_ input: StreamInput) throws(StreamProblem) {
    let lines = try input.lines()
    var isEmpty = true
    do throws(Errno) {
      while let line = try lines.next() {
        isEmpty = false
        read(line, of: input, next: lines.nextPosition)
      }
    } catch {
      endStream()
      throw input.problem(error)
    }
    if let overflow = input.overflow {
      problems.add(overflow)
    } else if isEmpty {
      problems.add("the file is empty")
    }
    endStream()
  }

  private mutating func read(_ line: LineReader.Line, of input: StreamInput, next: LinePosition) {
    let number = line.position.line
    guard let bytes = line.bytes else {
      return problems.add("longer than \(LineReader.longestLine >> 20) MiB", line: number)
    }
    if bytes.starts(with: StreamLine.observationPrefix) { return count(number) }
    guard !bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) else { return }
    do throws(StreamDecoder.NotUnderstood) {
      switch try decoder.line(bytes) {
      case .header(let header):
        endStream()
        current = StreamSurvey(input: input, start: next, header: header)
        observations = 0
        hasProblem = false
        isPassingOver = false
      case .observation: count(number)
      case .capture(let capture): add(capture, number)
      case .log(let log): add(log, number)
      case .end(let count): end(count, number)
      }
    } catch {
      if isPassingOver { return }
      hasProblem = true
      // Without a header there is nothing that the other lines could belong to.
      let isBeginning = current == nil && streams.isEmpty
      problems.add(isBeginning ? "not what tunnelscope observe writes" : error.reason, line: number)
      if isBeginning || bytes.starts(with: #"{"schema""#.utf8) {
        endStream()
        isPassingOver = true
      }
    }
  }

  private mutating func count(_ number: Int) {
    guard current == nil else {
      observations += 1
      return
    }
    if !isPassingOver { problems.add("stands outside any stream", line: number) }
  }

  private mutating func add(_ capture: StreamCapture, _ number: Int) {
    guard let stream = current else {
      if !isPassingOver { problems.add("stands outside any stream", line: number) }
      return
    }
    let description = capture.capture
    let indices = stream.header.captures.indices
    guard indices.contains(description.index), indices.contains(description.point) else {
      return problems.add("the header names no such capture", line: number)
    }
    current?.captures[description.index] = capture
  }

  private mutating func add(_ log: StreamLog, _ number: Int) {
    guard let stream = current else {
      if !isPassingOver { problems.add("stands outside any stream", line: number) }
      return
    }
    guard stream.header.logs.indices.contains(log.log.index) else {
      return problems.add("the header names no such log", line: number)
    }
    current?.logs[log.log.index] = log
  }

  private mutating func end(_ count: Int, _ number: Int) {
    guard current != nil else {
      if !isPassingOver { problems.add("stands outside any stream", line: number) }
      return
    }
    // Lines that are not understood were told one by one.
    if count != observations, !hasProblem {
      problems.add("\(count) observations should stand before the end, and \(observations) do", line: number)
    }
    current?.isComplete = true
    endStream()
  }

  private mutating func endStream() {
    guard let stream = current else { return }
    if !stream.isComplete { problems.add("the observations end early: their last line is missing") }
    streams.append(stream)
    current = nil
  }
}
