import Correlation
import Observations

extension CaptureDescription {
  /// Format, link types and snap length: `pcapng, little-endian · Ethernet · snap length 262,144`.
  var shape: [String] {
    var parts = [format.visibleLine]
    if !linkTypes.isEmpty { parts.append(linkTypes.map(\.visibleLine).joined(separator: ", ")) }
    if snapLength > 0 { parts.append("snap length \(snapLength.grouped)") }
    return parts
  }

  /// Packets and time, the day left out where the reader knows it.
  func brief(on day: String?, withDuration: Bool) -> [String] {
    [packets.counted("packet")] + (skippedPackets > 0 ? ["\(skippedPackets.counted("packet")) left out"] : [])
      + [span(on: day, withDuration: withDuration)].compactMap(\.self)
  }

  /// How much of it was analysed: `1,105 packets, 512,345 bytes`, and `; 793 packets left out` of a narrowed one.
  var volume: String {
    "\(packets.counted("packet")), \(bytes.counted("byte"))"
      + (skippedPackets > 0 ? "; \(skippedPackets.counted("packet")) left out" : "")
  }

  /// When it begins and ends, the date once when it is the same; nil for a capture without packets.
  var span: String? { span(on: nil) }

  /// The day on which it begins and ends, as the reader's clock has it; nil where that is not one day.
  var day: String? { start?.calendar.date == end?.calendar.date ? start?.calendar.date : nil }

  private func span(on day: String?, withDuration: Bool = true) -> String? {
    guard let start, let end else { return nil }
    let isSameDay = start.calendar.date == end.calendar.date
    let first = isSameDay && start.calendar.date == day ? "" : "\(start.calendar.date) "
    let last = (isSameDay ? "" : "\(end.calendar.date) ") + end.calendar.clock
    let zone = first.isEmpty ? "" : " \(DisplayZone.current.name)"
    return "\(first)\(start.calendar.clock) to \(last)\(zone)"
      + (withDuration ? " (\(end.seconds(since: start).duration))" : "")
  }

  /// What it cannot show, one limit a line; empty for a capture that was read whole and hides nothing.
  var limits: [String] {
    var limits: [String] = []
    if !isComplete { limits.append("not read to its end" + (problem.map { ": \($0.visibleLine)" } ?? "")) }
    if cutPackets > 0 {
      limits.append(
        "\(cutPackets.counted("packet")) cut by the snap length, the shortest to \(shortestCut.counted("byte"))")
    }
    if let droppedPackets, droppedPackets > 0 {
      limits.append("\(droppedPackets.counted("packet")) dropped by the capturing host")
    }
    if backwardSteps > 0 { limits.append("time runs backwards \(backwardSteps.counted("time"))") }
    if superPackets > 0 {
      limits.append("\(superPackets.counted("packet")) larger than a segment: offload on the capturing host")
    }
    if copies > 0 { limits.append("\(copies.counted("packet")) captured once more: copies, counted once") }
    if hasWholeSeconds == true, packets > 1, start != end { limits.append("times are whole seconds") }
    if unreadPackets > 0 {
      limits.append("\(unreadPackets.counted("packet")) not looked into: \(UnreadWords.kinds(of: [self]))")
    }
    if unfilterablePackets > 0 {
      limits.append("\(unfilterablePackets.counted("packet")) of link types that the filter does not support")
    }
    return limits
  }
}

extension Report {
  /// How the clocks of two capture points compare, each called by its first capture.
  ///
  /// - Parameter name: What a capture is called, by its index; nil for its file's name.
  func words(of offset: ClockOffset, calling name: ((Int) -> String)? = nil) -> String {
    let (clock, other) = (pointName(offset.point, name), pointName(offset.reference, name))
    let packets = "from \(offset.matches.counted("packet")) seen at both"
    let drift = offset.driftPartsPerMillion
    // Nothing that people read depends on less.
    if offset.seconds.magnitude < 0.001, drift.magnitude < 1 {
      return "The clocks of \(other) and \(clock) agree within 1 ms (\(packets))."
    }
    let size = "\(offset.seconds.magnitude.decimal(6)) s"
    let relation =
      offset.seconds == 0 ? "agrees with" : offset.seconds > 0 ? "is \(size) ahead of" : "is \(size) behind"
    let gains =
      drift == 0 ? "" : " and \(drift > 0 ? "gains" : "loses") \(drift.magnitude.decimal(1)) microseconds a second"
    return "The clock of \(clock) \(relation) that of \(other)\(gains) (\(packets)); times here are corrected."
  }

  private func pointName(_ point: Int, _ name: ((Int) -> String)?) -> String {
    guard let place = captures.firstIndex(where: { $0.point == point }) else { return "capture point \(point + 1)" }
    return name?(place) ?? captures[place].name.visibleLine
  }
}
