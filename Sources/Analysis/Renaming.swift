import Correlation
import Observations

/// Other names for what a report speaks of, put in place before anything is concluded, so that no text holds the
/// original ones.
public struct Renaming {
  public let observation: (Observation) -> Observation
  public let capture: (CaptureDescription) -> CaptureDescription
  public let narrowing: (Narrowing) -> Narrowing
  public let logDescription: (LogDescription) -> LogDescription

  public init(
    observation: @escaping (Observation) -> Observation = { $0 },
    capture: @escaping (CaptureDescription) -> CaptureDescription = { $0 },
    narrowing: @escaping (Narrowing) -> Narrowing = { $0 },
    logDescription: @escaping (LogDescription) -> LogDescription = { $0 }
  ) {
    self.observation = observation
    self.capture = capture
    self.narrowing = narrowing
    self.logDescription = logDescription
  }
}
