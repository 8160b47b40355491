import Correlation
import Observations

/// What a live capture shows, for programs: one JSON object a line (NDJSON), the schema `tunnelscope-live/1`.
///
/// Every object has `event`: `start`, `interface`, `drops`, `saving`, `case`, `finding` or, last, `report`. A finding's `state` is
/// `new`, `grown`, `recovered` or `again`; its `id` stays the same for the whole run.
/// Documentation/live-event.schema.json describes them.
public struct LiveJSON: Sendable {
  public static let schema = "tunnelscope-live/1"
  private let generator: Generator

  public init(generator: Generator) { self.generator = generator }

  public func render(_ event: FindingEvent) -> String {
    var members: [(String, JSONValue)] = [
      ("event", .string("finding")), ("time", JSONReport().time(event.time)), ("state", .string(event.kind.name)),
    ]
    if case .recovered(let reason) = event.kind { members.append(("reason", .string(reason))) }
    members.append(("finding", JSONReport().finding(event.finding)))
    members.append(("tunnel", event.tunnel.map { JSONReport().tunnel($0) } ?? .null))
    return JSONValue.object(members).line
  }

  public func render(_ notice: LiveNotice, at time: Timestamp?) -> String {
    var members: [(String, JSONValue)]
    switch notice {
    case .started(let interface, let linkType, let snapLength, let filter):
      members = [
        ("event", .string("start")), ("schema", .string(Self.schema)),
        ("generator", .object([("name", .string(generator.name)), ("version", .string(generator.version))])),
        ("interface", .string(interface)), ("link_type", .string(linkType.name)),
        ("snap_length", .integer(snapLength)), ("filter", .string(filter)),
      ]
    case .interfaceDown: members = [("event", .string("interface")), ("state", .string("down"))]
    case .interfaceUp: members = [("event", .string("interface")), ("state", .string("up"))]
    case .interfaceGone: members = [("event", .string("interface")), ("state", .string("gone"))]
    case .dropped(let total): members = [("event", .string("drops")), ("dropped_packets", .integer(total))]
    case .savingStopped(let reason): members = [("event", .string("saving")), ("problem", .string(reason))]
    case .caseWritten(let file, let findings):
      members = [
        ("event", .string("case")), ("file", .string(file)), ("findings", .array(findings.map { .string($0) })),
      ]
    case .caseFailed(let reason): members = [("event", .string("case")), ("problem", .string(reason))]
    }
    if let time { members.append(("time", JSONReport().time(time))) }
    return JSONValue.object(members).line
  }

  /// The report of the whole run, the last line.
  public func render(_ report: Report) -> String {
    JSONValue.object([("event", .string("report")), ("report", JSONReport().value(report, generator: generator))]).line
  }
}

extension FindingEvent.Kind {
  fileprivate var name: String {
    switch self {
    case .found: "new"
    case .grown: "grown"
    case .recovered: "recovered"
    case .again: "again"
    }
  }
}
