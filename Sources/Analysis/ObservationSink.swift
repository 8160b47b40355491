import Correlation
import Observations
import Tracking

/// Takes what capture points tell, while captures are read.
protocol ObservationSink {
  /// Why it takes no more; reading ends then.
  associatedtype Failure: Error

  /// Takes what the tracker has told since the last call. Calls for one point come in the order of its packets.
  mutating func take(from tracker: inout PointTracker) throws(Failure)
}

/// Everything goes into a correlator, renamed where names must not appear.
struct CorrelatorSink: ObservationSink {
  var correlator = Correlator()
  let renaming: Renaming?

  mutating func take(from tracker: inout PointTracker) {
    let observations = tracker.takeObservations()
    guard !observations.isEmpty else { return }
    guard let renaming else { return correlator.absorb(observations) }
    correlator.absorb(observations.map(renaming.observation))
  }
}
