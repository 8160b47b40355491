import ArgumentParser

/// The logs beside captures, and what is known of their clocks.
struct LogOptions: ParsableArguments {
  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "Read this log of a gateway or a client; may be repeated.",
      discussion: """
        ASA or FTD syslog, output of show and debug commands, AnyConnect DART (a text or the whole zip), openconnect -v, \
        ocserv, strongSwan's charon, libreswan's pluto, racoon and RouterOS, FortiGate's IKE debug, Windows' RasClient \
        events, WireGuard and wg show, OpenVPN and its management interface; plain or compressed, recognised by content. \
        Logs alone are enough.
        """, valueName: "file"), completion: .file())
  var logs: [String] = []

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The time zone of log lines that name none: UTC, or an offset such as +02:00.",
      discussion: "Without it, the zone is estimated from events that captures and logs both show.", valueName: "zone"),
    transform: LogOptions.zone)
  var logTimeZone: Int?

  func validate() throws {
    if logs.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("--log - (standard input) can be given once only.")
    }
  }

  /// Seconds east of UTC.
  static func zone(_ text: String) throws -> Int {
    guard let seconds = offset(text) else {
      throw ValidationError("not a time zone; accepted are UTC and offsets such as +02:00, -0330 and +1")
    }
    return seconds
  }

  private static func offset(_ text: String) -> Int? {
    if ["UTC", "GMT", "Z"].contains(text.uppercased()) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst()
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
    var hours = 0
    var minutes = 0
    switch (parts.count, digits.count) {
    case (2, ...5) where parts[1].count == 2:
      (hours, minutes) = (Int(parts[0]) ?? 99, Int(parts[1]) ?? 99)
    case (1, 1...2): hours = Int(digits) ?? 99
    case (1, 4): (hours, minutes) = (Int(digits.prefix(2)) ?? 99, Int(digits.suffix(2)) ?? 99)
    default: return nil
    }
    guard hours <= 14, minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
  }
}
