import Testing

@testable import Logs

@Suite("Lines made to break the reader of messages")
struct HostileMessageTests {
  /// A message of each product, in the wrappings that are read in the most different ways.
  static let lines: [String] = {
    var lines: [String] = []
    let samples = ProductMessages.all.compactMap { $0.messages.last?.sample }
    for wrapping in Wrapping.all { lines += samples.map(wrapping.line) }
    return lines
  }()

  @Test("a line of every length up to its own is read, and what is found lies in it")
  func everyLength() throws {
    var reader = MessageReader(table: try ReadLine.table())
    for line in Self.lines {
      let bytes = Array(line.utf8)
      for length in 0...bytes.count {
        reader.read(bytes.span.extracting(0..<length)) { reading in
          let end = reading.text.end
          for range in [reading.header.host, reading.header.program, reading.header.thread] {
            #expect(range.map { $0.lowerBound >= 0 && $0.upperBound <= end } ?? true)
          }
          guard case .message(let found) = reading.content else { return }
          for role in ValueRole.allCases {
            #expect(found.values.range(of: role).map { $0.lowerBound >= 0 && $0.upperBound <= end } ?? true)
          }
        }
      }
    }
  }

  /// Numbers that are the same in every run (D. Knuth's MMIX).
  struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }

  @Test("bytes changed at random are read")
  func changed() throws {
    var reader = MessageReader(table: try ReadLine.table())
    var random = Sequence(state: 1)
    var read = 0
    for line in Self.lines {
      var bytes = Array(line.utf8)
      for _ in 0..<20 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        reader.read(bytes.span) { _ in read += 1 }
      }
    }
    #expect(read == Self.lines.count * 20)
  }

  @Test(
    "what repeats without end is read once",
    arguments: [
      "X-CSTP-MTU: ", "%ASA-6-", "{\"a\":", "\\\"", "\"", "Group <", "worker[", "<<<<<", "1:", "Nov 28 ", "CEF:a=",
      "GnuTLS error (at ", "error ", "2026-11-28 ", "[", "=", "\\u00", "Configured as 1, with SSL",
    ])
  func repeated(text: String) throws {
    var reader = MessageReader(table: try ReadLine.table())
    let bytes = Array(String(repeating: text, count: LogLimits.lineLength / text.utf8.count).utf8)
    var read = 0
    reader.read(bytes.span) { _ in read += 1 }
    #expect(read == 1)
  }

  @Test("a message behind a long line's beginning is found, its header cut to what headers have")
  func far() throws {
    let read = try ReadLine(String(repeating: "x ", count: 20_000) + "CSTP Dead Peer Detection detected dead peer!")
    #expect(read.meaning == .deadPeer(.tls))
  }

  @Test("numbers beyond all bounds are no values of such size")
  func numbers() throws {
    let read = try ReadLine("X-CSTP-MTU: 99999999999999999999999999")
    #expect(read.meaning == .mtu(.tls))
    #expect(try ReadLine("[99999999999999999999.123456] wg0: Receiving keepalive packet").uptime == nil)
    #expect(try ReadLine("99999999999999999999 CSTP connected. DPD 30, Keepalive 20").time == nil)
  }

  @Test("what has been seen is remembered by product, whatever a log holds")
  func bounded() throws {
    var reader = MessageReader(table: try ReadLine.table())
    for number in 0..<10_000 {
      let bytes = Array("KEY\(number)=\(number) host: h\(number)".utf8)
      reader.read(bytes.span) { _ in }
    }
    let bytes = Array("Reconnect failed".utf8)
    reader.read(bytes.span) { #expect(ReadLine($0).attribution == .assumed) }
  }
}
