/// The words of headers by their first eight letters: what a key names, how grave a level is.
enum HeaderNames {
  /// What the value behind a key is.
  enum Key { case time, host, program, processID, thread, level, microseconds, provider }

  static func key(_ text: borrowing LogText, _ word: Range<Int>) -> Key? {
    var start = word.lowerBound
    while start < word.upperBound, text[start] == UInt8(ascii: "_") || text[start] == UInt8(ascii: "@") { start += 1 }
    return keys.value(text, start..<word.upperBound)
  }

  /// What a word of a header is by itself.
  enum Word {
    case level(LogLevel)
    case weekday
    /// A container's stream, between a time and the message.
    case stream
    case facility
  }

  static func word(_ text: borrowing LogText, _ word: Range<Int>) -> Word? { words.value(text, word) }

  static func level(_ text: borrowing LogText, _ word: Range<Int>) -> LogLevel? {
    guard case .level(let level)? = words.value(text, word) else { return nil }
    return level
  }

  /// "daemon.info", "local4.err", "Local4.Info": the level behind a facility.
  static func levelOfFacility(_ text: borrowing LogText, _ word: Range<Int>) -> LogLevel? {
    var dot = word.lowerBound
    while dot < word.upperBound, text[dot] != UInt8(ascii: ".") { dot += 1 }
    guard dot < word.upperBound, case .facility? = words.value(text, word.lowerBound..<dot) else { return nil }
    return level(text, dot + 1..<word.upperBound)
  }

  private static let keys = PackedWords<Key>([
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

  private static let words = PackedWords<Word>([
    ("emergency emerg panic", .level(.emergency)), ("alert", .level(.alert)),
    ("critical crit fatal dpanic", .level(.critical)),
    ("error err eror prg_err fehler erreur", .level(.error)),
    ("warning warn wrn warnung avertissement", .level(.warning)),
    ("notice note", .level(.notice)),
    ("info information informational inf prg_info informationen", .level(.informational)),
    ("debug dbg prg_debug trace trc prg_trace verbose debugging", .level(.debug)),
    (
      "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 local1 local2 local3 local4 local5 local6 "
        + "local7", .facility
    ),
    (
      "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday "
        + "mo di mi do fr sa so lun. mar. mer. jeu. ven. sam. dim. lun mar mer jeu ven sam dim mié jue vie sáb dom "
        + "lu ma me gi ve seg ter qua qui sex wo vr za zo pon wto śro czw pią sob nie pn wt śr cz pt "
        + "пн вт ср чт пт сб вс 月 火 水 木 金 土 日 一 二 三 四 五 六 周一 周二 周三 周四 周五 周六 周日", .weekday
    ),
    ("stdout stderr f p", .stream),
  ])
}
