import Correlation
import Observations

extension LogClock {
  /// The zone as reports write it: "+02:00"; nil while it is not known.
  var zoneText: String? {
    switch zone {
    case .given(let seconds), .estimated(let seconds): Self.offset(seconds)
    case .named, .unknown, .noTimes: nil
    }
  }

  /// Where the zone is known from.
  var zoneSource: String {
    switch zone {
    case .named: "lines"
    case .given: "given"
    case .estimated: "estimated"
    case .unknown: "unknown"
    case .noTimes: "no-times"
    }
  }

  /// What the clock was compared with: "captures", or the identifier of a log.
  var referenceText: String? {
    switch reference {
    case .captures: "captures"
    case .log(let index): "l\(index + 1)"
    case nil: nil
    }
  }

  private static func offset(_ seconds: Int) -> String {
    let minutes = seconds.magnitude / 60
    func padded(_ value: UInt) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(seconds < 0 ? "-" : "+")\(padded(minutes / 60)):\(padded(minutes % 60))"
  }

  /// How the log's clock compares, in a sentence: "The log's clock is 2 h (time zone) and 0.4 s ahead of the
  /// captures', estimated from 7 events."
  var words: String {
    if zone == .noTimes {
      return "Its lines have no times; their events take the time of their session, where that is known."
    }
    let year = year.map { " The year \($0) is assumed; its lines name none." } ?? ""
    guard let reference else {
      switch zone {
      case .unknown: return "Its time zone is not known: times are shown as they are written." + year
      case .given: return "Its time zone was given as \(zoneText ?? "")." + year
      default: return (self.year == nil ? "Its lines name their time zone." : "") + year
      }
    }
    let other = reference == .captures ? "the captures'" : "that of \(referenceText ?? "")"
    var parts: [String] = []
    if case .estimated(let seconds) = zone, seconds != 0 { parts.append("\(Self.hours(seconds)) (time zone)") }
    let sameSign = zoneSign * errorSeconds >= 0
    let amount = isWholeSeconds ? errorSeconds.magnitude.duration : "\(errorSeconds.magnitude.decimal(3)) s"
    let precision = isWholeSeconds ? ", to within its whole seconds" : ""
    let from = ", estimated from \(matches.counted("event"))\(precision)"
    let doubt = isAmbiguous ? " Another offset would explain as many events: it is the most likely one." : ""
    if parts.isEmpty, errorSeconds == 0 { return "Its clock agrees with \(other)\(from).\(doubt)\(year)" }
    let isAhead = parts.isEmpty ? errorSeconds > 0 : zoneSign > 0
    if errorSeconds != 0 { parts.append(sameSign || parts.isEmpty ? amount : "\(amount) the other way") }
    return
      "Its clock is \(parts.joined(separator: " and ")) \(isAhead ? "ahead of" : "behind") \(other)\(from).\(doubt)\(year)"
  }

  private var zoneSign: Double {
    if case .estimated(let seconds) = zone { return seconds == 0 ? 0 : seconds > 0 ? 1 : -1 }
    return 0
  }

  private static func hours(_ seconds: Int) -> String {
    let minutes = seconds.magnitude / 60
    return minutes % 60 == 0
      ? "\(minutes / 60) h" : minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}

extension LogReport {
  /// What it is and how much of it was understood.
  var shape: String {
    let description = self.description
    let unknown = description.unknownLines > 0 ? ", \(description.unknownLines.counted("line")) in an unknown form" : ""
    let suspicious = notJudged.map { ", " + $0 } ?? ""
    let used = description.usedLines.map { ", \($0.grouped) used as evidence" } ?? ""
    return
      "\(description.format.words), \(description.lines.counted("line")), \(description.understoodLines.grouped) understood\(unknown)\(suspicious)\(used)"
  }

  /// "2 lines like errors not judged (line 5, 17)", those that weigh and those that do not; nil for none.
  private var notJudged: String? {
    let complaints = description.complaints
    let lines = description.suspiciousLines + (complaints?.lines ?? 0)
    guard lines > 0 else { return nil }
    // Those that weigh come first.
    let first = (description.firstSuspicious + (complaints?.first ?? [])).prefix(5)
    let places = first.sorted().map(\.grouped).joined(separator: ", ")
    return "\(lines.counted("line")) like errors not judged (line \(places)\(lines > first.count ? " …" : ""))"
  }

  /// When it begins and ends; nil without times.
  var span: String? {
    guard let start, let end else { return nil }
    let last =
      start.calendar.date == end.calendar.date ? end.calendar.clock : "\(end.calendar.date) \(end.calendar.clock)"
    return
      "\(start.calendar.date) \(start.calendar.clock) to \(last)\(clock.zone == .unknown ? "" : " \(DisplayZone.current.name)")\(start.lacksYear ? ", year not known" : "")"
  }

  /// What was left out or could not be used, one limit a line.
  var limits: [String] {
    var limits: [String] = []
    if let problem = description.problem { limits.append("not read to its end: \(problem.visibleLine)") }
    if description.cutLines > 0 { limits.append("\(description.cutLines.counted("line")) too long to be read whole") }
    if description.droppedObservations > 0 {
      limits.append("\(description.droppedObservations.counted("event")) beyond the limit")
    }
    if description.forgottenHandshakes > 0 {
      limits.append("\(description.forgottenHandshakes.counted("handshake")) forgotten beyond the limit")
    }
    if untied > 0 { limits.append("\(untied.counted("event")) that belong to no tunnel") }
    return limits
  }
}

extension LogFormat {
  var words: String { self == .unknown ? "unknown format" : title }
}

extension Report {
  /// The name of the clock that its times are on.
  var clockName: String { hasWrittenTimes ? "as written" : DisplayZone.current.name }

  /// "2026-11-24 02:03:12.221 UTC", or without the last word where the zone is not known.
  func moment(_ time: Timestamp) -> String {
    hasWrittenTimes ? "\(time.calendar.date) \(time.calendar.clock)" : time.dateAndClock
  }
}
