import Observations

/// The readers of a family, in the order in which a line is offered to them.
///
/// The list is a type (`NoReader.And<CharonLog>.And<PlutoLog>`), so that what is done with every line is compiled for
/// these readers: most lines are of none of them, and a call through a table costs more than to see that.
public protocol LogReaderList: LogFormatReader {
  associatedtype Readers: LogFormatReader
  var readers: Readers { get set }
}

extension LogReaderList {
  @inlinable public var isOpen: Bool { readers.isOpen }

  @inlinable
  public mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    readers.read(&line, into: &sink)
  }

  @inlinable
  public mutating func readTagged(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    readers.readTagged(&line, into: &sink)
  }

  @inlinable
  public mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    readers.read(message, into: &sink)
  }

  @inlinable
  public mutating func readOther(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    readers.readOther(&line, into: &sink)
  }

  @inlinable
  public mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    readers.readContinuation(line, into: &sink)
  }

  @inlinable
  public mutating func endBuriedBlock(into sink: inout LogSink) { readers.endBuriedBlock(into: &sink) }

  @inlinable
  public mutating func finish(into sink: inout LogSink) { readers.finish(into: &sink) }
}

/// The list without readers.
@frozen
public struct NoReader: LogFormatReader {
  @inlinable public init() {}

  @inlinable
  public mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool { false }

  public typealias And<Last: LogFormatReader> = LogReaders<NoReader, Last>
}

/// A list and the reader behind it.
@frozen
public struct LogReaders<Front: LogFormatReader, Last: LogFormatReader>: LogFormatReader {
  @usableFromInline var front = Front()
  @usableFromInline var last = Last()

  @inlinable public init() {}

  public typealias And<Next: LogFormatReader> = LogReaders<LogReaders<Front, Last>, Next>

  @inlinable public var isOpen: Bool { front.isOpen || last.isOpen }

  @inlinable
  public mutating func read(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    front.read(&line, into: &sink) || last.read(&line, into: &sink)
  }

  @inlinable
  public mutating func readTagged(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    front.readTagged(&line, into: &sink) || last.readTagged(&line, into: &sink)
  }

  @inlinable
  public mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    front.read(message, into: &sink) || last.read(message, into: &sink)
  }

  @inlinable
  public mutating func readOther(_ line: inout OfferedLine, into sink: inout LogSink) -> Bool {
    front.readOther(&line, into: &sink) || last.readOther(&line, into: &sink)
  }

  @inlinable
  public mutating func readContinuation(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    front.readContinuation(line, into: &sink) || last.readContinuation(line, into: &sink)
  }

  @inlinable
  public mutating func endBuriedBlock(into sink: inout LogSink) {
    front.endBuriedBlock(into: &sink)
    last.endBuriedBlock(into: &sink)
  }

  @inlinable
  public mutating func finish(into sink: inout LogSink) {
    front.finish(into: &sink)
    last.finish(into: &sink)
  }
}
