import Correlation
import Families
import Observations
import Tracking

/// Takes what capture points show, while captures are read.
protocol ObservationSink {
  /// Why it takes no more; reading ends then.
  associatedtype Failure: Error

  /// Takes what the tracker has emitted since the last call. Calls for one point come in the order of its packets.
  mutating func take(from tracker: inout PointTracker) throws(Failure)
}

/// Everything goes into a correlator, renamed where names must not appear.
struct CorrelatorSink: ObservationSink {
  var correlator = Correlator(families: RegisteredFamilies.table)
  let renaming: Renaming?

  mutating func take(from tracker: inout PointTracker) {
    guard let renaming else { return tracker.passObservations { correlator.absorb($0) } }
    tracker.passObservations { correlator.absorb(renaming.observation($0)) }
  }
}
