import Families
import Foundation
import Observations

@testable import Logs

/// What a text shows, read from a file as the program does.
struct Reading {
  let observations: [Observation]
  let descriptions: [LogDescription]

  var events: [Observation.Event] { observations.map(\.event) }
  var log: LogDescription? { descriptions.first }

  init(_ text: String) throws { try self.init(Data(text.utf8)) }

  init(_ data: Data) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
    try data.write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try self.init(path: path)
  }

  init(path: String) throws {
    var reader = LogReader(readers: TLSVPNLogs.readers)
    var observations: [Observation] = []
    descriptions = try reader.read(path: path, name: URL(filePath: path).lastPathComponent) { observations.append($0) }
    self.observations = observations
  }

  /// A file in `Fixtures`.
  init(fixture name: String) throws { try self.init(path: Self.fixture(name)) }

  static func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }
}

extension Timestamp {
  /// A moment of UTC written as in RFC 3339, with whole seconds or milliseconds.
  init(_ text: String) {
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    let date = (try? format.parse(text)) ?? .distantPast
    self.init(nanoseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()) * 1_000_000)
  }
}
