import Analysis
import ArgumentParser
import PacketFilter

/// The options that say which packets are looked at.
struct PacketSelectionOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out packets before this time.",
      discussion: """
        A date and a time (2026-11-24T20:17:30.5Z, 2026-11-24T21:17:30+01:00; without a zone it is UTC), a time of day \
        in UTC (20:17:30) on the day of the first packet, or a time after the first packet (+90s, +2m, +1h, +250ms). The \
        first packet is that of the capture that begins first. Each capture's packets are compared by its own clock, \
        as its file has it.
        """, valueName: "time"),
    transform: PacketSelectionOptions.time)
  var since: TimeSelection?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out packets after this time.",
      discussion: "As for --since; a time of day that has passed when the stretch begins is one of the next day.",
      valueName: "time"),
    transform: PacketSelectionOptions.time)
  var until: TimeSelection?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Analyse only packets that pass this capture filter.",
      discussion: """
        In the syntax of pcap-filter(7), as tcpdump takes it: "host 198.51.100.10 and port 443". It sees frames as they \
        were captured: behind a VLAN tag it looks only with the word vlan ("vlan and port 443"), and of IP fragments \
        only the first has ports. Names of hosts in it are looked up; give addresses.
        """, valueName: "expression"))
  var filter: String?

  func validate() throws {
    if let since, let until, until.isAlwaysBefore(since) { throw ValidationError("--until is before --since.") }
    guard let filter else { return }
    do throws(PacketFilterError) {
      try PacketFilter.check(filter)
    } catch {
      throw ValidationError("--filter \"\(filter)\": \(error.message)")
    }
  }

  /// Of packets; tunnels are not narrowed.
  var selection: Selection {
    // An empty expression passes everything.
    let expression = filter.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    return Selection(since: since, until: until, filter: expression)
  }

  private static func time(_ text: String) throws -> TimeSelection {
    do throws(TimeSelectionError) {
      return try TimeSelection(text)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
