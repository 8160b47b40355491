import Observations
import SystemPackage

/// Reads the observations of one stream in turn, with captures, points and logs called as in the report to come.
public struct StreamReader {
  private let stream: StreamSurvey
  private let lines: LineReader
  private let decoder: StreamDecoder
  private let points: [Int]
  private var isAtEnd = false
  private var found: StreamProblems

  /// - Parameters:
  ///   - numbers: For each capture of the stream, its index in the report.
  ///   - points: For each point of the stream, its index in the report.
  ///   - logs: For each log of the stream, its index in the report.
  public init(
    _ stream: StreamSurvey, numbers: [Int], points: [Int], logs: [Int] = []
  ) throws(StreamProblem) {
    self.stream = stream
    self.points = points
    lines = try stream.input.lines(from: stream.start)
    decoder = StreamDecoder(captures: SourceNumbers(numbers), logs: SourceNumbers(logs))
    found = StreamProblems(name: stream.name)
  }

  /// What was not understood so far.
  public var problems: [StreamProblem] { found.all }

  /// The next observation and its place; nil at the end. Lines that are not understood are passed over and reported in
  /// `problems`.
  public mutating func next() -> (place: StreamPlace, observation: Observation)? {
    while !isAtEnd {
      do throws(Errno) {
        guard let line = try lines.next() else { break }
        guard let bytes = line.bytes else { continue }
        if let next = observation(in: bytes, number: line.position.line) { return next }
      } catch {
        let problem = stream.input.problem(error)
        found.add(problem.reason, exitCategory: problem.exitCategory)
        break
      }
    }
    isAtEnd = true
    return nil
  }

  private mutating func observation(
    in bytes: ArraySlice<UInt8>, number: Int
  ) -> (place: StreamPlace, observation: Observation)? {
    do throws(StreamDecoder.NotUnderstood) {
      switch try decoder.line(bytes) {
      case .observation(let observation, let place):
        guard case .packet(let time, let point, let frame) = observation.origin else { return (place, observation) }
        let holder = CapturePoint.holder(of: point)
        guard points.indices.contains(holder), CapturePoint.place(of: point) < CapturePoint.mostPlaces else {
          found.add("the header names no such capture point", line: number)
          return nil
        }
        return (
          place,
          Observation(
            time: time, point: CapturePoint.number(heldBy: points[holder], place: CapturePoint.place(of: point)),
            frame: frame, event: observation.event)
        )
      case .header, .end: isAtEnd = true
      case .capture, .log: break
      }
    } catch {
      // The survey reported other lines, unless it was only the captures' numbers that are wrong.
      if bytes.starts(with: StreamLine.observationPrefix) || (try? StreamDecoder().line(bytes)) != nil {
        found.add(error.reason, line: number)
      }
    }
    return nil
  }
}
