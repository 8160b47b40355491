import Correlation

extension Report {
  /// The findings that are written in full: of those with a common cause, the one that stands for all.
  var ownFindings: [Finding] {
    let covered = Set(commonCauses.flatMap { $0.findings.dropFirst() })
    return findings.filter { !covered.contains($0.id) }
  }
}
