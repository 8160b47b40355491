import Foundation
import Logs
import Observations
import Testing

/// Text that the readers of a family read as a log.
enum LogOfText {
  static func read(
    _ text: String, _ readers: [any LogFormatReader.Type]
  ) throws -> (observations: [Observation], description: LogDescription) {
    let file = FileManager.default.temporaryDirectory.appending(path: "text-\(UUID().uuidString).log")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var reader = LogReader(readers: readers)
    var observations: [Observation] = []
    let descriptions = try reader.read(path: file.path, name: "log") { observations.append($0) }
    return (observations, try #require(descriptions.first))
  }

  /// What became of a tunnel, in a word.
  static func outcome(_ event: Observation.Event) -> String {
    switch event {
    case .opened: "opened"
    case .established: "established"
    case .failed(let it): "failed \(it.cause)"
    case .deadPeer: "dead peer"
    case .ended: "ended"
    default: "other"
    }
  }

  /// What a log shows: for each event its line and a word.
  static func events(
    _ text: String, _ readers: [any LogFormatReader.Type], _ word: (Observation.Event) -> String = outcome
  ) throws -> [String] {
    try read(text, readers).observations.map { observation in
      guard case .line(let origin) = observation.origin else { return "?" }
      return "\(origin.line.number) \(word(observation.event))"
    }
  }
}
