import FoundationEssentials
import Observations

/// Writes a stream of observations as NDJSON: a header, observations in order, captures and logs, and an end.
///
/// The same observations give the same bytes. Whatever is not printable ASCII is escaped, so that no terminal acts on
/// text that came from a packet.
public struct StreamWriter {
  private static let blockSize = 1 << 18

  private let encoder = JSONEncoder()
  private let sink: ([UInt8]) throws -> Void
  private var block: [UInt8] = []
  /// Observations written so far.
  public private(set) var observations = 0

  /// - Parameter sink: Gets the bytes in blocks.
  public init(to sink: @escaping ([UInt8]) throws -> Void) {
    self.sink = sink
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  public mutating func write(_ header: StreamHeader) throws { try write(.header(header)) }

  /// Writes what a packet shows, in order.
  public mutating func write(_ observation: Observation, _ order: ObservationOrder) throws {
    observations += 1
    try write(.observation(observation, .packet(order)))
  }

  /// Writes what a line of a log shows, line by line, behind what all packets show.
  public mutating func write(_ observation: Observation, _ line: LogLine) throws {
    observations += 1
    try write(.observation(observation, .line(line)))
  }

  public mutating func write(_ capture: StreamCapture) throws { try write(.capture(capture)) }

  public mutating func write(_ log: StreamLog) throws { try write(.log(log)) }

  /// Writes the last line. Nothing may be written afterwards.
  public mutating func finish() throws {
    try write(.end(observations: observations))
    try sink(block)
    block = []
  }

  private mutating func write(_ line: StreamLine) throws {
    var text = try encoder.encode(line)
    if case .header = line {
      // Before all other members, so that the first bytes tell what it is.
      text.replaceSubrange(..<text.index(after: text.startIndex), with: #"{"schema":"\#(StreamHeader.schema)","#.utf8)
    }
    if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      block.append(contentsOf: text)
    } else {
      // In JSON nothing but strings holds other characters.
      for unit in String(decoding: text, as: UTF8.self).utf16 { append(unit) }
    }
    block.append(UInt8(ascii: "\n"))
    guard block.count >= Self.blockSize else { return }
    try sink(block)
    block.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ unit: UInt16) {
    if unit >= 0x20, unit < 0x7F { return block.append(UInt8(truncatingIfNeeded: unit)) }
    let digits = String(unit, radix: 16)
    block.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
  }
}
