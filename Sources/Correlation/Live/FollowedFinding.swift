import Observations

/// A finding that is wrong at this moment of a live capture.
struct FollowedFinding {
  /// As it was last reported, under its identifier of the run; as the report has it where it was not reported yet.
  let finding: Finding
  /// What the latest report calls it; nil where it is not in that.
  let reportID: String?
  /// Without its history.
  let tunnel: TunnelDescription?
  /// When it was first in a report, without a gap since then.
  let since: Timestamp
  /// Whether it has lasted long enough to be reported.
  let isReported: Bool
}
