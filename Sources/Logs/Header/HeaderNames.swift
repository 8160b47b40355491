/// The words of headers by their first eight letters, in lower case: what a key names, how grave a level is.
///
/// Eight bytes fit a register, so that a word is looked up without being copied.
enum HeaderNames {
  /// What the value behind a key is.
  enum Key { case time, host, program, processID, thread, level, microseconds, provider }

  static func key(_ text: borrowing LogText, _ word: Range<Int>) -> Key? {
    var start = word.lowerBound
    while start < word.upperBound, text[start] == UInt8(ascii: "_") || text[start] == UInt8(ascii: "@") { start += 1 }
    return keys[packed(text, start..<word.upperBound)]
  }

  static func level(_ text: borrowing LogText, _ word: Range<Int>) -> LogLevel? { levels[packed(text, word)] }

  /// "daemon.info", "local4.err", "Local4.Info": the level behind a facility.
  static func levelOfFacility(_ text: borrowing LogText, _ word: Range<Int>) -> LogLevel? {
    guard let dot = text.find(UInt8(ascii: "."), from: word.lowerBound), dot < word.upperBound,
      facilities.contains(packed(text, word.lowerBound..<dot))
    else { return nil }
    return level(text, dot + 1..<word.upperBound)
  }

  /// The days of a week in the languages whose systems write them in front of a date.
  static func isWeekday(_ text: borrowing LogText, _ word: Range<Int>) -> Bool {
    word.count <= 12 && weekdays.contains(packed(text, word))
  }

  /// Words that containers write between a time and the message.
  static func isStream(_ text: borrowing LogText, _ word: Range<Int>) -> Bool {
    streams.contains(packed(text, word))
  }

  /// The first eight bytes, capital letters folded.
  static func packed(_ text: borrowing LogText, _ word: Range<Int>) -> UInt64 {
    var value: UInt64 = 0
    for index in word.prefix(8) { value = value << 8 | UInt64(text[index].folded) }
    return value
  }

  private static func packed(_ word: String) -> UInt64 {
    word.utf8.prefix(8).reduce(0) { $0 << 8 | UInt64($1.folded) }
  }

  private static func table<Value>(_ words: [(String, Value)]) -> [UInt64: Value] {
    Dictionary(
      words.flatMap { words, value in words.split(separator: " ").map { (packed(String($0)), value) } },
      uniquingKeysWith: { first, _ in first })
  }

  private static func set(_ words: String) -> Set<UInt64> { Set(words.split(separator: " ").map { packed(String($0)) }) }

  private static let keys: [UInt64: Key] = table([
    (
      "time timestamp ts t date datetime asctime rt realtime_timestamp source_realtime_timestamp systemtime timecreated "
        + "timegenerated eventtime devtime received start syslog_timestamp", .time
    ),
    ("host hostname computer computername machinename devname dvchost dvc node syslog_hostname source_host", .host),
    (
      "program syslog_identifier app appname app_name app-name ident process logger source sourcename comm procname "
        + "process_name providername syslog_program", .program
    ),
    ("pid syslog_pid procid process_id processid", .processID),
    ("tid thread threadid thread_id goroutine", .thread),
    ("level severity sev priority pri loglevel log_level lvl levelname syslog_severity", .level),
    ("us", .microseconds), ("provider", .provider),
  ])

  private static let levels: [UInt64: LogLevel] = table([
    ("emergency emerg panic", .emergency), ("alert", .alert), ("critical crit fatal dpanic", .critical),
    ("error err eror prg_err fehler erreur", .error), ("warning warn wrn warnung avertissement", .warning),
    ("notice note", .notice), ("info information informational inf prg_info informationen", .informational),
    ("debug dbg prg_debug trace trc prg_trace verbose debugging", .debug),
  ])

  private static let facilities = set(
    "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 local1 local2 local3 local4 local5 local6 "
      + "local7")

  private static let weekdays = set(
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday "
      + "mo di mi do fr sa so lun. mar. mer. jeu. ven. sam. dim. lun mar mer jeu ven sam dim mié jue vie sáb dom lu ma me "
      + "gi ve seg ter qua qui sex wo vr za zo pon wto śro czw pią sob nie pn wt śr cz pt pon. wt. śr. czw. pt. sob. niedz. "
      + "пн вт ср чт пт сб вс 月 火 水 木 金 土 日 一 二 三 四 五 六 周一 周二 周三 周四 周五 周六 周日")

  private static let streams = set("stdout stderr f p")
}
