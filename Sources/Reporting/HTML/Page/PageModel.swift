import Correlation
import Observations

// The values that the templates fill in. Members are named as in the templates, which escape their text.

struct PageModel {
  let title: String
  let policy: String
  let style: String
  let script: String
  let generator: String
  let subject: String
  let answer: String
  /// The answer's further sentences.
  let lead: [ProsePart]
  let tone: String
  let toneWord: String
  /// The first things to know, after the answer.
  let brief: [BriefRow]
  let hasBrief: Bool
  let chips: [Chip]
  let sections: [Section]
  let cards: [TunnelCard]
  let hasCards: Bool
  let cardsLeft: String
  /// What several tunnels have in common, in words.
  let causes: [String]
  let hasCauses: Bool
  /// The problems with their findings, and the findings that are part of none.
  let problems: [ProblemModel]
  let findings: [FindingModel]
  let hasFindings: Bool
  let findingsLeft: String
  let tunnelGroups: [TunnelGroup]
  let hasTunnels: Bool
  let tunnelsLeft: String
  /// Whether the list of tunnels shows all about each, and not only when the reader opens it.
  let areTunnelsOpen: Bool
  /// Whether there is more on the page than can be looked through: it has a search then.
  let hasSearch: Bool
  let tunnelScale: ZoomScale
  let tunnelTicks: [LaneChart.Tick]
  let timeline: TimelineModel
  let hasTimeline: Bool
  let checks: [CheckRow]
  let hasChecks: Bool
  let captures: [CaptureModel]
  let capturesLeft: String
  let clocks: [String]
  let logs: [LogModel]
  let hasCaptures: Bool
  let hasLogs: Bool
  let logsLeft: String
}

struct Chip {
  let text: String
  let look: String
}

/// A link to a part of the page.
struct Section {
  let anchor: String
  let name: String
}

struct TunnelCard {
  let cardAnchor: String
  let tunnelID: String
  let heading: String
  let name: String
  let charts: [LaneChart]
  let chains: [CauseChart]
  let ladders: [HandshakeLadder]
}

struct BriefRow {
  let label: String
  let briefWords: [ProsePart]
}

struct ProblemModel {
  let problemID: String
  /// "Problem 1", or "Problem" where it is the only one.
  let heading: String
  let problemTitle: String
  let steps: [Remedy]
  let hasSteps: Bool
  let stopgap: [ProsePart]
  let hasStopgap: Bool
  let parts: [FindingModel]
}

struct FindingModel {
  let id: String
  let severity: String
  let title: String
  let rule: String
  let about: String
  let explanation: [ProsePart]
  let confidence: String
  let reason: String
  let facts: [FactWords]
  let hasFacts: Bool
  let causes: [CauseLink]
  let hasCauses: Bool
  let remedies: [Remedy]
  let hasRemedies: Bool
  let evidence: [EvidenceRow]
  let hasEvidence: Bool
  let evidenceLeft: String
  let filters: [FilterRow]
  let hasFilters: Bool
  /// What times of day are: "UTC".
  let clockName: String
}

struct ProsePart {
  let words: String
  let isCode: Bool

  static func parts(of text: String) -> [ProsePart] {
    CodeSpans(text).parts.map { ProsePart(words: $0.text.visible, isCode: $0.isCode) }
  }
}

struct CauseLink {
  let causeID: String
  let causeTitle: String
}

struct Remedy {
  let step: [ProsePart]
}

struct EvidenceRow {
  let place: String
  let clock: String
  let note: String
}

struct FilterRow {
  let filterPlace: String
  let filter: String
}

/// Tunnels with the same problem, or with none.
struct TunnelGroup {
  let cause: String
  let size: String
  let isTroubled: Bool
  /// Whether it is unfolded at first: where something is wrong, or there are few tunnels.
  let isOpen: Bool
  /// The problems, where they stand on the page.
  let problemLinks: [String]
  let rows: [TunnelRow]
}

struct TunnelRow {
  let tunnelID: String
  let ends: String
  let gateway: String
  let serverName: String
  let also: String
  let strip: TunnelStrip
  let channels: [ChannelRow]
  let sizes: String
  let rowFindings: [RowFinding]
}

/// A finding in the list of tunnels.
struct RowFinding {
  let id: String
  let severity: String
  let title: String
  /// Whether it is written nowhere else: links to it lead here.
  let isHere: Bool
}

struct ChannelRow {
  let channelName: String
  let outcomeWords: String
  let channelWords: String
  let outcome: String
}

/// Diagnoses with the same result; see `CheckWords`.
struct CheckRow {
  let result: String
  let checkRows: [String]
}

struct TimelineModel {
  let from: String
  /// What times of day are: "UTC".
  let clockName: String
  let rows: [EventRow]
  let rowsLeft: String
  /// Whether the table is long and stays folded until the reader opens it.
  let isFolded: Bool
  let count: String
}

struct EventRow {
  let since: String
  let clock: String
  let event: String
  let eventTunnel: String
  let place: String
  let mark: String
  let isLinked: Bool
  let look: String
}

struct LogModel {
  let logID: String
  let logName: String
  let shape: String
  let span: String
  let clock: String
  let limits: [String]
}

struct CaptureModel {
  let captureID: String
  let captureName: String
  let shape: String
  let volume: String
  let span: String
  let limits: [String]
  let isComplete: Bool
}
