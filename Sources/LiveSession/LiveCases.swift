import Analysis
import CaseBundle
import Correlation
import Dispatch
import FileNames
import LiveCapture
import Observations
import Output
import Reporting
import Threads

/// Packs the evidence of findings into archives while the capture goes on, one at a time on a thread of its own.
///
/// Bounded: findings that come while an archive is being written share the next one, and above `mostCases` the oldest
/// archive goes.
final class LiveCases: Sendable {
  /// A finding, by its identifier of this run, and the ends of its tunnel if it is about one.
  struct Subject: Sendable {
    let id: String
    let rule: RuleName
    let tunnel: (client: IPAddress, gateway: IPAddress)?

    init(_ event: FindingEvent) {
      id = event.finding.id
      rule = event.finding.rule
      // Logs may know one end only; packets show both.
      if let client = event.tunnel?.client, let gateway = event.tunnel?.gateway {
        tunnel = (client, gateway)
      } else {
        tunnel = nil
      }
    }
  }

  /// What an archive is made of.
  struct Request: Sendable {
    /// Gives the report on what the findings are about, up to the moment when the last of them was told; under other
    /// names when it gets some.
    let report: @Sendable (Renaming?) -> Report
    let saved: PacketRing.Contents
    let subjects: [Subject]
    let time: Timestamp
  }

  private struct State {
    var isWriting = false
    var waiting: Request?
    var notices: [LiveNotice] = []
    var hasFailed = false
  }

  private let folder: String
  private let mostCases: Int
  private let choice: CasePrivacyChoice
  private let generator: Generator
  private let wake: @Sendable () -> Void
  private let state = SharedState(State())
  private let queue = DispatchQueue(label: "cases")

  /// - Parameters:
  ///   - mostCases: Archives that are kept, those of earlier runs included.
  ///   - wake: Called when there is something to be told.
  init(
    folder: String, mostCases: Int, privacy: CasePrivacyChoice, generator: Generator,
    wake: @escaping @Sendable () -> Void
  ) {
    self.folder = folder
    self.mostCases = mostCases
    choice = privacy
    self.generator = generator
    self.wake = wake
  }

  /// Findings whose archive waits for its turn; the next request replaces it and must include them.
  var waiting: [Subject] { state.withLock { $0.waiting?.subjects ?? [] } }

  /// Has an archive written, at once or when the one that is being written is done.
  func write(_ request: Request) {
    let isFirst = state.withLock { state in
      state.waiting = request
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard isFirst else { return }
    queue.async { [self] in
      // Packets and verdicts go first.
      ThreadPriority.lower()
      while let next = next() { pack(next) }
    }
  }

  private func next() -> Request? {
    state.withLock { state in
      defer { state.waiting = nil }
      state.isWriting = state.waiting != nil
      return state.waiting
    }
  }

  /// What is to be told since the last call; whether an archive could not be written.
  func takeNotices() -> (notices: [LiveNotice], hasFailed: Bool) {
    state.withLock { state in
      defer { state.notices = [] }
      return (state.notices, state.hasFailed)
    }
  }

  /// Waits until nothing is being written any more.
  func finish() { queue.sync {} }

  private func pack(_ request: Request) {
    let name = Self.name(request)
    guard let privacy = choice.privacy else { return tell(.caseFailed("names cannot be changed")) }
    let report = request.report(choice.isAnonymous ? privacy.renaming : nil)
    let parts = request.saved.parts.map { CaseInput.Part(path: $0.path, firstFrame: $0.firstFrame) }
    let bundle = CaseBundle(
      report: report, inputs: [CaseInput(latest: parts, lastFrame: request.saved.lastFrame)],
      narrowing: report.narrowing, generator: generator,
      options: [("findings", request.subjects.map(\.id).joined(separator: " ")), ("points", "live")] + choice.options,
      privacy: privacy, limits: Self.limits)
    let notice: LiveNotice
    do {
      let archive = try bundle.archive()
      removeOldest()
      try ReportFile.write(archive, to: "\(folder)/\(name)", mayReplace: true)
      notice = .caseWritten(file: name, findings: request.subjects.map(\.id))
    } catch let failure as CaseBundle.Failure {
      notice = .caseFailed(failure.description)
    } catch let failure as OutputFailure {
      notice = .caseFailed(failure.description)
    } catch {
      notice = .caseFailed("\(name): \(error)")
    }
    tell(notice)
  }

  private func tell(_ notice: LiveNotice) {
    state.withLock { state in
      state.notices.append(notice)
      if case .caseFailed = notice { state.hasFailed = true }
    }
    wake()
  }

  /// Less than an archive of files may hold: it is made in memory while packets are captured.
  private static let limits: CaseLimits = {
    var limits = CaseLimits()
    limits.bytes = 16 << 20
    return limits
  }()

  // MARK: Names

  /// Removes what killed runs left in the folder, while there is the right to.
  static func prepare(_ folder: String) { ReportFile.removeAbandoned(in: folder, where: isCase) }

  private static let prefix = "case-"
  private static let suffix = ".zip"

  /// For example `case-20260102T030405Z-L3-dtls-unanswered.zip`: names in order are in order of time.
  private static func name(_ request: Request) -> String {
    let first = request.subjects.first.map { "-\($0.id)-\($0.rule.rawValue)" } ?? ""
    return "\(prefix)\(request.time.basicFormat)\(first)\(suffix)"
  }

  private static func isCase(_ name: String) -> Bool { name.hasPrefix(prefix) && name.hasSuffix(suffix) }

  private func removeOldest() {
    let names = ((try? Folder.names(in: folder)) ?? []).filter(Self.isCase).sorted()
    for name in names.prefix(max(0, names.count - mostCases + 1)) { Folder.remove("\(folder)/\(name)") }
  }
}
