import Analysis
import Foundation
import Testing

/// What is put together from several inputs costs in proportion to them: logs beside captures, streams of observations,
/// capture points that see the same connections.
///
/// Measured as in `CostTests`: processor time for some against that for four times as many.
@Suite("Cost of what belongs together", .serialized)
struct GrowthCostTests {
  /// Inputs of a kind: a capture or several, and a log where there is one.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let items: Int
    let make: @Sendable (Int) -> Inputs
  }

  struct Inputs {
    var captures: [Data]
    var log: String?
  }

  static let kinds = [
    Kind(testDescription: "tunnels that reconnect every minute beside a client's log", items: 4, make: reconnects),
    Kind(testDescription: "tunnels beside as many users in a gateway's log", items: 400, make: users),
    Kind(testDescription: "connections of one flow at two capture points in turn", items: 200, make: twins),
  ]

  @Test("four times the items cost about four times as much", arguments: kinds)
  func proportion(kind: Kind) throws {
    // The first analysis pays for what is made once.
    _ = try Self.seconds(kind.make(2))
    try Growth.expectInProportion(kind.items, of: kind.testDescription) { try Self.seconds(kind.make($0)) }
  }

  @Test("four times the streams, and four times the captures of four streams, cost about four times as much")
  func streams() throws {
    _ = try Self.secondsToCorrelate(streams: 4, captures: 1)
    try Growth.expectInProportion(500, of: "streams") { try Self.secondsToCorrelate(streams: $0, captures: 1) }
    try Growth.expectInProportion(500, of: "captures a stream") {
      try Self.secondsToCorrelate(streams: 4, captures: $0)
    }
  }

  // MARK: Inputs

  private static func address(_ number: Int) -> UInt32 { 0x0A00_0000 + UInt32(number) }

  private static func hello(_ capture: inout HostileCapture, from number: Int, at time: Int) {
    capture.add(
      HostileCapture.ip(
        17, from: address(number), to: HostileCapture.gateway,
        HostileCapture.udp(5_000, 443, HostileCapture.datagramHello(number))), at: time)
  }

  /// Each tunnel opens a connection every minute and resets it after half of it; the log tells of one of them.
  @Sendable private static func reconnects(_ count: Int) -> Inputs {
    let minutes = 128
    var capture = HostileCapture()
    for number in 0..<count { hello(&capture, from: number, at: number * 1_000) }
    for minute in 0..<minutes {
      for (second, isReset) in [(10, false), (40, true)] {
        for number in 0..<count {
          let port = UInt16(1_024 + minute)
          let segment =
            isReset
            ? HostileCapture.tcp(port, 443, 1_000, 0, 4)
            : HostileCapture.tcp(port, 443, 1, 1, 0x18, HostileCapture.streamHello(minute * count + number))
          capture.add(
            HostileCapture.ip(6, from: address(number), to: HostileCapture.gateway, segment),
            at: (minute * 60 + second) * 1_000_000 + number * 1_000)
        }
      }
    }
    var log = ""
    for minute in 0..<minutes {
      let clock = "2026-01-01 \(two(minute / 60)):\(two(minute % 60))"
      log +=
        "[\(clock):10] CSTP connected. DPD 30, Keepalive 20\n[\(clock):40] Session terminated by server; exiting.\n"
    }
    return Inputs(captures: [capture.data], log: log)
  }

  /// As many users of a gateway as there are tunnels, each under its client's address.
  @Sendable private static func users(_ count: Int) -> Inputs {
    var capture = HostileCapture()
    for number in 0..<count { hello(&capture, from: number, at: number * 1_000) }
    capture.add(
      HostileCapture.ip(17, from: 0xC000_0209, to: 0xC000_0208, HostileCapture.udp(1, 2, [120])),
      at: (count + 100_000) * 1_000)
    var log = ""
    for number in 0..<count {
      let second = 10 + number / 100
      log += "Jan 01 2026 00:\(two(second / 60)):\(two(second % 60)) asa : %ASA-6-722022: Group <g> User <u\(number)> "
      log += "IP <10.0.\(number / 256).\(number % 256)> TCP SVC connection established without compression\n"
    }
    return Inputs(captures: [capture.data], log: log)
  }

  /// Eight clients, each with so many connections of the same ports, seen at one point and the other in turn.
  @Sendable private static func twins(_ count: Int) -> Inputs {
    let captures = (0..<2).map { point in
      var capture = HostileCapture()
      for connection in 0..<count {
        for client in 0..<8 {
          let at = (connection * 2 + point) * 4_000_000 + client * 1_000
          let begin = UInt32(1_000 * connection)
          for (delay, segment) in [
            (
              0,
              HostileCapture.tcp(4_000, 443, begin + 1, 0, 0x18, [23, 3, 3, 0, 20] + [UInt8](repeating: 68, count: 20))
            ),
            (500, HostileCapture.tcp(4_000, 443, begin + 100, 0, 4)),
            (600, HostileCapture.tcp(4_000, 443, begin + 1_000, 0, 2)),
          ] {
            capture.add(
              HostileCapture.ip(6, from: address(client), to: HostileCapture.gateway, segment), at: at + delay)
          }
        }
      }
      return capture.data
    }
    return Inputs(captures: captures)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  // MARK: Measuring

  private static func seconds(_ inputs: Inputs) throws -> Double {
    let captures = inputs.captures.enumerated().map { ("point-\($0).pcap", $1) }
    let logs = inputs.log.map { [("log.txt", Data($0.utf8))] } ?? []
    return try ClassicPcap.withFiles(captures + logs) { paths in
      var analysis = OfflineAnalysis(
        paths: Array(paths.prefix(captures.count)), logs: Array(paths.dropFirst(captures.count)),
        threads: ThreadCount(1) ?? .automatic)
      let begin = CostTests.threadSeconds
      let outcome = analysis.run()
      let taken = CostTests.threadSeconds - begin
      #expect(outcome.problems.isEmpty)
      #expect(outcome.report.captures.allSatisfy { $0.packets > 0 })
      return taken
    }
  }

  /// Processor time of this thread to correlate so many streams of so many captures each.
  private static func secondsToCorrelate(streams: Int, captures: Int) throws -> Double {
    var capture = HostileCapture()
    hello(&capture, from: 1, at: 0)
    let observed = try ClassicPcap.withFiles([("c.pcap", capture.data)]) { try ObservedFiles.observe($0) }
    let line = Data(observed.prefix { $0 != 10 })
    let header = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
    let described = try #require((header["captures"] as? [[String: Any]])?.first)
    var bytes = Data()
    for stream in 0..<streams {
      var own = header
      own["captures"] = (0..<captures).map { number in
        described.merging(["path": "\(stream)-\(number).pcap"]) { _, new in new }
      }
      bytes += try JSONSerialization.data(withJSONObject: own) + Data("\n{\"end\":{\"observations\":0}}\n".utf8)
    }
    return try ObservedFiles.with { files in
      let begin = CostTests.threadSeconds
      let outcome = try files.correlate([bytes])
      let taken = CostTests.threadSeconds - begin
      #expect(outcome.problems.isEmpty, "\(outcome.problems.prefix(2))")
      return taken
    }
  }
}
