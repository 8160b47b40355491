import Correlation
import Observations

/// What a live capture shows, for programs: one JSON object a line (NDJSON), the schema `tunnelscope-live/2`.
///
/// Every object has `event`: `start`, `interface`, `drops`, `saving`, `output`, `case`, `finding` or, last, `report`. A
/// finding's `state` is `new`, `grown`, `recovered` or `again`; its `id` stays the same for the whole run.
/// Documentation/live-event.schema.json describes them.
public struct LiveJSON: Sendable {
  public static let schema = "tunnelscope-live/2"
  private let generator: Generator

  public init(generator: Generator) { self.generator = generator }

  public func render(_ event: FindingEvent) -> String {
    JSONWriter.line { json in
      json.member("event", "finding")
      json.member("time", event.time)
      json.member("state", event.kind.name)
      if case .recovered(let reason) = event.kind { json.member("reason", reason) }
      json.object("finding") { JSONReport().write(event.finding, tunnel: event.tunnel, to: &$0) }
      json.object("tunnel", event.tunnel) { JSONReport().write($0, to: &$1) }
    }
  }

  /// Alike events as one, for the command of `--on-finding`.
  public func render(_ group: EventGroup) -> String {
    let event = group.first
    return JSONWriter.line { json in
      json.member("event", "group")
      json.member("schema", Self.schema)
      json.member("time", event.time)
      json.member("state", event.kind.name)
      if case .recovered(let reason) = event.kind { json.member("reason", reason) }
      json.member("text", LiveText.line(group))
      json.member("count", group.count)
      json.member("open", group.open)
      json.member("tunnels", group.tunnels)
      json.objects("members", group.members) { member, json in
        json.member("finding", member.finding)
        json.member("client", member.client?.description)
        json.member("gateway", member.gateway?.description)
      }
      json.object("finding") { JSONReport().write(event.finding, tunnel: event.tunnel, to: &$0) }
      json.object("tunnel", event.tunnel) { JSONReport().write($0, to: &$1) }
    }
  }

  public func render(_ notice: LiveNotice, at time: Timestamp?) -> String {
    JSONWriter.line { json in
      write(notice, to: &json)
      if let time { json.member("time", time) }
    }
  }

  private func write(_ notice: LiveNotice, to json: inout JSONWriter) {
    switch notice {
    case .started(let interface, let linkType, let snapLength, let filter):
      json.member("event", "start")
      json.member("schema", Self.schema)
      json.object("generator") { JSONReport().write(generator, to: &$0) }
      json.member("interface", interface)
      json.member("link_type", linkType.name)
      json.member("snap_length", snapLength)
      json.member("filter", filter)
    case .interfaceDown: writeState("down", to: &json)
    case .interfaceUp: writeState("up", to: &json)
    case .interfaceGone: writeState("gone", to: &json)
    case .dropped(let total):
      json.member("event", "drops")
      json.member("dropped_packets", total)
    case .savingStopped(let reason):
      json.member("event", "saving")
      json.member("problem", reason)
    case .eventsLost(let total):
      json.member("event", "output")
      json.member("lost_events", total)
    case .caseWritten(let file, let findings):
      json.member("event", "case")
      json.member("file", file)
      json.array("findings", findings)
    case .caseFailed(let reason):
      json.member("event", "case")
      json.member("problem", reason)
    }
  }

  private func writeState(_ state: String, to json: inout JSONWriter) {
    json.member("event", "interface")
    json.member("state", state)
  }

  /// The report of the whole run, the last line.
  ///
  /// - Parameter lostEvents: Events that were left out before, because the reader was too slow.
  public func render(_ report: Report, lostEvents: Int = 0) -> String {
    JSONWriter.line { json in
      json.member("event", "report")
      json.member("lost_events", lostEvents)
      json.object("report") { JSONReport().write(report, generator: generator, to: &$0) }
    }
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
