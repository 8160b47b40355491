import Observations

/// Where an observation stands among all of its stream, so that parts of one work can be put together again: what packets
/// show by its order, then what logs show by its line.
public enum StreamPlace: Sendable, Hashable, Comparable {
  case packet(ObservationOrder)
  case line(LogLine)

  public static func < (a: StreamPlace, b: StreamPlace) -> Bool {
    switch (a, b) {
    case (.packet(let x), .packet(let y)): x < y
    case (.line(let x), .line(let y)): x < y
    case (.packet, .line): true
    case (.line, .packet): false
    }
  }
}
