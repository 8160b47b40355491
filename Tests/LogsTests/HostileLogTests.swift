import CArchive
import Families
import Foundation
import Observations
import Testing

@testable import Logs

private let message =
  "%ASA-6-722022: Group <g> User <u> IP <10.1.75.111> TCP SVC connection established without compression\n"

@Suite("Hostile and damaged logs")
struct HostileLogTests {
  @Test(
    "A file that is no text is reported at once, and a capture by its name",
    arguments: [
      (Data([0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 1, count: 500)), "holds no text"),
      (Data([0xD4, 0xC3, 0xB2, 0xA1] + [UInt8](repeating: 0, count: 500)), "packet capture"),
      (Data([0x0A, 0x0D, 0x0D, 0x0A] + [UInt8](repeating: 2, count: 500)), "packet capture"),
    ])
  func reportsBinaries(_ data: Data, _ words: String) throws {
    let error = #expect(throws: LogError.self) { try Reading(data) }
    #expect(error?.problem.contains(words) == true)
  }

  @Test("A missing file is reported with the system's reason")
  func reportsMissingFiles() {
    let error = #expect(throws: LogError.self) { try Reading(path: "/nonexistent/asa.log") }
    #expect(error?.problem.contains("No such file") == true)
  }

  @Test("A directory is reported, not read")
  func reportsDirectories() { #expect(throws: LogError.self) { try Reading(path: "/tmp") } }

  @Test("An empty file is a log of nothing")
  func readsEmpty() throws {
    let reading = try Reading("")
    #expect(reading.descriptions.map(\.lines) == [0])
    #expect(reading.log?.format == .unknown)
  }

  @Test("What nobody knows is counted, and what is known between is read")
  func countsUnknownLines() throws {
    let reading = try Reading("some words\n\n" + message + "more of them\n")
    #expect(reading.events == [.established(.tls, since: 3)])
    let log = try #require(reading.log)
    #expect((log.lines, log.understoodLines, log.unknownLines) == (4, 1, 2))
  }

  @Test("A line beyond the limit is read up to it, counted, and the next line is whole again")
  func cutsLongLines() throws {
    let long = String(repeating: "x", count: 3 * LogLimits.lineLength)
    let reading = try Reading(message.dropLast() + long + "\n" + long + message + message)
    #expect(reading.log?.cutLines == 2)
    #expect(reading.log?.lines == 3)
    #expect(reading.observations.map(\.line.number) == [1, 3])
  }

  @Test("NUL bytes, control characters and invalid UTF-8 stand in names as they are, or replaced, and harm nothing")
  func readsOddBytes() throws {
    var data = Data(String(repeating: message, count: 20).utf8)
    data +=
      Data("%ASA-6-722022: Group <g\u{1B}[31m> User <u".utf8) + Data([0x00, 0xFF, 0xC3])
      + Data("> IP <10.1.75.111> TCP SVC connection established without compression\n".utf8)
    let reading = try Reading(data)
    #expect(reading.events.count == 21)
    #expect(reading.observations.last?.subject.group == "g\u{1B}[31m")
    #expect(reading.observations.last?.subject.user == "u\0\u{FFFD}\u{FFFD}")
  }

  @Test(
    "Numbers out of range show nothing",
    arguments: [
      "%ASA-6-722036: Group <g> User <u> IP <10.1.75.111> Transmitting large packet 99999999999999999999999 (threshold 1).",
      "%ASA-7-710005: UDP request discarded from 198.51.100.10/99999 to outside:203.0.113.20/444",
      "%ASA-7-710005: UDP request discarded from 398.51.100.10/9 to outside:203.0.113.20/444",
      "sysopt connection tcpmss 99999999999999999999999999999999",
      "X-DTLS-Port: 70000",
      "DTLS      00020dc8  LISTEN     172.16.11.1:70000  0.0.0.0:*",
    ])
  func leavesOutNonsense(_ line: String) throws {
    #expect(try Reading(line + "\n").events.filter { $0 != .statement(.listeningSockets([])) }.isEmpty)
  }

  @Test("Refused packets beyond their limit are counted, and sessions are read on")
  func capsRefusedPackets() throws {
    let refused = "%ASA-7-710005: UDP request discarded from 198.51.100.10/9 to outside:203.0.113.20/444\n"
    let reading = try Reading(String(repeating: refused, count: LogLimits.refusedPackets + 10) + message)
    #expect(reading.observations.count == LogLimits.refusedPackets + 1)
    #expect(reading.log?.droppedObservations == 10)
    #expect(reading.events.last == .established(.tls, since: LogLimits.refusedPackets + 11))
  }

  @Test(
    "A compressed log is read like a plain one",
    arguments: [
      ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD,
    ])
  func readsCompressed(_ filter: Int32) throws {
    let reading = try Reading(Bundle.compressed(Data(message.utf8), filter: filter))
    #expect(reading.events == [.established(.tls)])
    #expect(reading.descriptions.count == 1)
  }

  @Test("A truncated compressed log is read up to where it breaks off, and says so")
  func readsTruncated() throws {
    var words: UInt64 = 1
    let lines = (0..<20_000).map { _ -> String in
      words = words &* 6_364_136_223_846_793_005 &+ 1
      return
        "%ASA-6-722022: Group <g> User <u\(words)> IP <10.1.75.111> TCP SVC connection established without compression\n"
    }
    let whole = try Bundle.compressed(Data(lines.joined().utf8), filter: ARCHIVE_FILTER_GZIP)
    let reading = try Reading(whole.prefix(whole.count / 2))
    #expect(reading.observations.count > 1_000)
    #expect(reading.log?.problem != nil)
  }

  @Test("One flipped bit in a gzip log is told, whatever it hits, and the lines are read")
  func tellsFlippedBits() throws {
    let whole = try [UInt8](Bundle.compressed(Data(message.utf8), filter: ARCHIVE_FILTER_GZIP))
    // The time, the level and the system in the header decide nothing.
    for place in whole.indices where !(0..<10).contains(place) {
      var bytes = whole
      bytes[place] ^= 1 << (place % 8)
      let reading = try? Reading(Data(bytes))
      #expect(reading?.descriptions.contains { $0.problem != nil } ?? true, "byte \(place)")
    }
    var last = whole
    last[whole.count - 5] ^= 1
    let reading = try Reading(Data(last))
    #expect(reading.events == [.established(.tls)])
    #expect(reading.log?.problem?.contains("checksum") == true)
  }

  @Test("A short gzip log that is cut is read as far as it is there, also inside a bundle")
  func readsShortTruncated() throws {
    let whole = try Bundle.compressed(Data((message + message).utf8), filter: ARCHIVE_FILTER_GZIP)
    let cut = whole.dropLast(9)
    let reading = try Reading(cut)
    #expect(reading.events.count >= 1)
    #expect(reading.log?.problem?.contains("ends inside its gzip stream") == true)
    let bundled = try Reading(Bundle.bundle([("a.log.gz", cut)], format: ARCHIVE_FORMAT_ZIP))
    #expect(bundled.events.count == reading.events.count)
    #expect(bundled.log?.problem?.contains("ends inside its gzip stream") == true)
  }

  @Test("A bomb in a gzip of a gzip ends early, by what the file itself has")
  func stopsNestedBombs() throws {
    let block = Data(repeating: UInt8(ascii: " "), count: 1 << 20)
    let inner = try Bundle.compressed(block, times: 400, filter: ARCHIVE_FILTER_GZIP)
    let bomb = try Bundle.compressed(inner, filter: ARCHIVE_FILTER_GZIP)
    #expect(bomb.count < inner.count / 50)
    let log = try #require(try Reading(bomb).log)
    #expect(log.problem?.contains("times when decompressed") == true)
  }

  @Test(
    "A bundle's logs are described each by its path, bundles inside it too, and the rest is counted",
    arguments: [
      ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_TAR,
    ])
  func readsBundles(_ format: Int32) throws {
    let dart = try Data(contentsOf: URL(filePath: Reading.fixture("support-note-dart.txt")))
    let inner = try Bundle.bundle([("AnyConnect VPN/Logs/AnyConnectVPN.txt", dart)], format: ARCHIVE_FORMAT_ZIP)
    let reading = try Reading(
      Bundle.bundle(
        [
          ("asa/../../etc/gateway.log", Data(message.utf8)), ("DART.zip", inner),
          (
            "logs/ocserv.log.gz",
            try Bundle.compressed(Data("listening (UDP) on 0.0.0.0:443...\n".utf8), filter: ARCHIVE_FILTER_GZIP)
          ),
          ("picture.png", Data([0x89, 0x50, 0x4E, 0x47] + [UInt8](repeating: 3, count: 99))),
          ("words.txt", Data("nothing that is known\n".utf8)),
        ], format: format))
    let names = reading.descriptions.map { $0.name.drop { $0 != ":" }.dropFirst(2) }
    #expect(
      names == [
        "asa/../../etc/gateway.log", "DART.zip: AnyConnect VPN/Logs/AnyConnectVPN.txt", "logs/ocserv.log.gz", "",
      ])
    #expect(reading.descriptions.map(\.format) == [.asaSyslog, .dart, .ocserv, .unknown])
    #expect(reading.descriptions.map(\.index) == [0, 1, 2, 3])
    #expect(reading.descriptions.last?.skippedMembers == 2)
    #expect(Set(reading.observations.map(\.line.log)) == [0, 1, 2])
  }

  @Test("Bundles nested deeper than the limit are not read, and that is reported")
  func stopsAtDepth() throws {
    var data = Data(message.utf8)
    for _ in 0..<LogLimits.nesting + 3 { data = try Bundle.bundle([("inner", data)], format: ARCHIVE_FORMAT_ZIP) }
    let reading = try Reading(data)
    #expect(reading.observations.isEmpty)
    #expect(reading.descriptions.last?.problem?.contains("deeper") == true)
  }

  @Test("A decompression bomb ends early, and that is reported")
  func stopsBombs() throws {
    let block = Data(repeating: UInt8(ascii: " "), count: 1 << 20)
    let bomb = try Bundle.compressed(block, times: 400, filter: ARCHIVE_FILTER_GZIP)
    let log = try #require(try Reading(bomb).log)
    #expect(log.problem?.contains("times when decompressed") == true)
  }

  @Test("Random bytes and mutated logs never trap, and every line is counted once")
  func survivesMutations() throws {
    var random = SystemSeeded(seed: 7)
    let names = [
      "support-note-dart.txt", "support-note-port-bug-9.x.txt", "support-note-port-8.4.6.txt",
      "support-note-gateway.txt", "openconnect-blocked.log", "ocserv-blocked.log", "asa-capture-asp-drop.txt",
    ]
    let fixtures = try names.map { try [UInt8](Data(contentsOf: URL(filePath: Reading.fixture($0)))) }
    for round in 0..<600 {
      var bytes = fixtures[round % fixtures.count]
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: Array("<[(:/%9999999999999999999".utf8).shuffled(using: &random), at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      try readDirectly(bytes)
    }
    for _ in 0..<200 {
      try readDirectly((0..<2_000).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  /// Reads text in blocks of odd sizes, past the check whether it is one.
  private func readDirectly(_ bytes: [UInt8]) throws {
    var dispatcher = LogDispatcher(log: 0, readers: TLSVPNLogs.readers)
    var lines = LogLines()
    var observed = 0
    for start in stride(from: 0, to: bytes.count, by: 97) {
      lines.read(Array(bytes[start..<min(start + 97, bytes.count)]).span, into: &dispatcher)
      dispatcher.emit { _ in observed += 1 }
    }
    lines.finish(into: &dispatcher)
    dispatcher.finish { _ in observed += 1 }
    let log = dispatcher.sink.description(name: "mutated", problem: nil)
    let blank = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast(bytes.last == UInt8(ascii: "\n") ? 1 : 0).count { line in line.allSatisfy { $0 <= 0x20 } }
    #expect(log.understoodLines + log.unknownLines + blank == log.lines)
    #expect(log.lines <= bytes.count { $0 == UInt8(ascii: "\n") } + 1)
  }
}

/// A generator of random numbers that gives the same every time.
struct SystemSeeded: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Compressed files and bundles, made by libarchive.
enum Bundle {
  static func compressed(_ data: Data, times: Int = 1, filter: Int32) throws -> Data {
    try write(format: ARCHIVE_FORMAT_RAW, filter: filter, [("data", data)], times: times)
  }

  static func bundle(_ members: [(String, Data)], format: Int32) throws -> Data {
    try write(
      format: format == ARCHIVE_FORMAT_TAR ? ARCHIVE_FORMAT_TAR_USTAR : format, filter: ARCHIVE_FILTER_NONE, members,
      times: 1)
  }

  private static func write(format: Int32, filter: Int32, _ members: [(String, Data)], times: Int) throws -> Data {
    let path = FileManager.default.temporaryDirectory.appending(path: "bundle-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let archive = unsafe archive_write_new()
    unsafe archive_write_set_format(archive, format)
    unsafe archive_write_add_filter(archive, filter)
    unsafe archive_write_open_filename(archive, path)
    for (name, data) in members {
      let entry = unsafe archive_entry_new()
      unsafe archive_entry_set_pathname(entry, name)
      unsafe archive_entry_set_size(entry, la_int64_t(data.count * times))
      unsafe archive_entry_set_filetype(entry, 0o100_000)
      unsafe archive_entry_set_perm(entry, 0o644)
      unsafe archive_write_header(archive, entry)
      for _ in 0..<times {
        let written = unsafe data.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
        #expect(written == data.count)
      }
      unsafe archive_entry_free(entry)
    }
    unsafe archive_write_close(archive)
    unsafe archive_write_free(archive)
    return try Data(contentsOf: URL(filePath: path))
  }
}
