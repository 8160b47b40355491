import Foundation
import Observations
import Testing

@testable import Logs

@Suite("Logs whose line ends a terminal or a paste has changed")
struct ChangedTextTests {
  private static let users = ["alice", "bob", "christopher.mortimer", "dora", "eve", "mallory.longname"]

  /// What a gateway writes of users who connect and leave, with a second each.
  private static let lines = users.enumerated().flatMap { index, user -> [String] in
    func header(_ second: Int, _ number: String) -> String {
      "Nov 28 2026 10:1\(index):0\(second) asa : %ASA-\(number): Group <staff> User <\(user)> IP <198.51.100.1\(index)>"
    }
    return [
      header(1, "6-722022") + " TCP SVC connection established without compression",
      header(1, "5-722033") + " First TCP SVC connection established for SVC session.",
      header(1, "4-722051") + " IPv4 Address <10.20.30.\(index)> IPv6 address <::> assigned to session",
      header(2, "6-722022") + " UDP SVC connection established without compression",
      header(7, "6-722023") + " UDP SVC connection terminated without compression",
      "Nov 28 2026 10:1\(index):08 asa : %ASA-4-113019: Group = staff, Username = \(user), IP = 198.51.100.1\(index), Session disconnected. Session Type: AnyConnect-Parent, Duration: 0h:00m:07s, Bytes xmt: 10042, Bytes rcv: 7061, Reason: User Requested",
    ]
  }

  private static func wrapped(_ lines: [String], at width: Int, trimming: Bool = false) -> String {
    lines.map { line in
      var rest = Array(line.utf8)[...]
      var pieces: [String] = []
      while !rest.isEmpty {
        var piece = Array(rest.prefix(width))
        rest = rest.dropFirst(width)
        while trimming, !rest.isEmpty, piece.last == 0x20 { piece.removeLast() }
        pieces.append(String(decoding: piece, as: UTF8.self))
      }
      return pieces.joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }

  private static func shown(_ text: String) throws -> [String] {
    try Reading(text).observations.map { observation in
      "\(String(describing: observation.event).prefix { $0 != "(" }) \(observation.subject.user ?? "-") \(observation.subject.client.map(String.init(describing:)) ?? "-")"
    }
  }

  @Test("what a terminal has broken at its width says the same as unbroken", arguments: [72, 80, 100, 132])
  func wrapped(width: Int) throws {
    let whole = try Self.shown(Self.lines.joined(separator: "\n") + "\n")
    #expect(whole.count >= 5 * Self.users.count)
    let broken = Self.wrapped(Self.lines, at: width)
    #expect(try Self.shown(broken) == whole)
    #expect(try Self.shown(broken.replacing("\n", with: "\r\n")) == whole)
    #expect(try Self.shown(Self.wrapped(Self.lines, at: width, trimming: true)) == whole)
  }

  @Test("an entry is numbered as its first line, and every line is counted")
  func numbers() throws {
    let text = Self.wrapped(Self.lines, at: 80)
    let reading = try Reading(text)
    let lines = text.split(separator: "\n")
    #expect(reading.log?.lines == lines.count)
    for observation in reading.observations {
      guard case .line(let origin) = observation.origin else { continue }
      #expect(lines[origin.line.number - 1].hasPrefix("Nov 28 2026"))
    }
  }

  @Test("lines that are long, or go on, are not broken by a terminal")
  func unbroken() {
    let tables = [
      Self.lines.joined(separator: "\n") + "\n",
      // An exception's lines follow entries of any length.
      Self.lines.map { $0 + "\n\tat some.Class.method(Class.java:17)" }.joined(separator: "\n") + "\n",
      // Lines of one length that all begin entries.
      String(
        repeating: "Nov 28 10:11:12 gw daemon[7]: something of a fixed length that fills the line up\n", count: 20),
      // Lines of one length without a time.
      String(repeating: String(repeating: "x", count: 80) + "\n", count: 50), "", "\n",
    ]
    for text in tables {
      let width = WrappedLines.width(of: Array(text.utf8).span)
      #expect(width == nil, "\(text.prefix(60))")
    }
  }

  private static func escaped(_ lines: [String], _ end: String = "\\n") -> String {
    lines.map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t") }
      .joined(separator: end)
  }

  @Test("a log that was pasted as one string says the same as its lines, and its lines are counted")
  func strings() throws {
    let whole = try Self.shown(Self.lines.joined(separator: "\n") + "\n")
    for text in [
      Self.escaped(Self.lines), "\"" + Self.escaped(Self.lines) + "\"\n",
      "\"" + Self.escaped(Self.lines, "\\r\\n") + "\\r\\n\"",
      "{\"file\":\"asa.log\",\"content\":\"" + Self.escaped(Self.lines) + "\\n\"}\n",
      "{\n  \"content\": \"" + Self.escaped(Self.lines) + "\"\n}\n", "fw1,\"" + Self.escaped(Self.lines) + "\"\n",
    ] {
      #expect(try Self.shown(text) == whole, "\(text.prefix(40))")
    }
    #expect(try Reading("\"" + Self.escaped(Self.lines) + "\"\n").log?.lines == Self.lines.count)
  }

  @Test("a string of any length is read in little memory")
  func longString() throws {
    let many = (0..<40).flatMap { _ in Self.lines }
    let text = "\"" + Self.escaped(many) + "\""
    #expect(text.utf8.count > 3 * LogLimits.lineLength)
    #expect(try Reading(text).log?.lines == many.count)
    #expect(try Reading(text).log?.cutLines == 0)
  }

  @Test(
    "ends that are part of a message are left where they are",
    arguments: [
      "{\"log\":\"Nov 28 10:11:12 gw openconnect[7]: x\\n\",\"stream\":\"stderr\"}\n",
      "{\"time\":\"2026-11-28T10:11:12Z\",\"msg\":\"failed\\n\\tat a.b.c(D.java:1)\\n\\tat a.b.d(D.java:2)\"}\n",
      "C:\\new\\net\\nothing C:\\next\\nodes\\names C:\\nine\\nuts\\now\n", "printf(\"a\\nb\\n\")\n", "\\n\\n\\n", "\\",
      "",
    ])
  func messages(line: String) {
    let isText = EscapedLines.isTextOfThem(Array(String(repeating: line, count: 3).utf8).span)
    #expect(!isText)
  }

  @Test("hostile texts of either shape are read to their end")
  func hostile() throws {
    let full = "Nov 28 2026 10:11:12 asa : " + String(repeating: "x", count: 53) + "\n"
    #expect(full.count == 81)
    let rest = String(repeating: String(repeating: "y", count: 80) + "\n", count: 3_000)
    let broken = String(repeating: full + "z\n", count: 500) + full + rest
    #expect(try Reading(broken).log?.lines == 1_000 + 1 + 3_000)
    let ends =
      (1...6).map { "Nov 28 10:11:1\($0) a" }.joined(separator: "\\n") + String(repeating: "\\n", count: 20_000)
    #expect(try Reading(ends).log?.lines ?? 0 > 20_000)
    let backslashes =
      "Nov 28 10:11:12 a\\nNov 28 10:11:13 b\\nNov 28 10:11:14 c" + String(repeating: "\\", count: 200_001)
    #expect(try Reading(backslashes).log?.cutLines == 1)
  }
}
