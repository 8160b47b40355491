/// Reads what stands around a message, in whatever order: words, times, and names with values.
///
///     <166>Nov 16 2013 01:28:50 ciscoasa : …                          2013-11-16T01:28:50Z INFO openconnect::dtls: …
///     Sat Feb 27 10:58:40 2021 daemon.err ocserv[32689]: …            2017-11-10 04:01:31 | 2bf4 | …
///     2017-11-23<tab>17:43:19<tab>INFO<tab>PID:3412<tab>TID:26712<tab><VPNAuth.cpp><tab>[L:271]<tab>[PRG_DEBUG] : …
///     {"time":"2013-11-16T01:28:50Z","host":"gw","message":"…"}       <Computer>laptop</Computer>
///
/// A word right behind a time is the host, one with a colon or a number in brackets behind it the program. Where names
/// stand before the values, only they count.
struct HeaderScanner {
  private(set) var header = LineHeader()
  private var slot = Slot.start
  /// A date whose time of day has not come yet.
  private var date: CivilTime?
  private var microseconds: Int?
  /// Where the first word begins.
  private var first = 0
  private var key: HeaderNames.Key?
  /// Whether the value that comes next has a name that means nothing here.
  private var isForeignValue = false

  /// What an unnamed word may be.
  private enum Slot {
    case start
    /// Right behind a time.
    case host
    /// Behind the host.
    case program
    /// RFC 5424: behind the program come its process, a message number and structured data.
    case process
    case done
  }

  /// Reads `range` of a line.
  ///
  /// - Parameters:
  ///   - isNamed: Whether only values with a name in front count, and times.
  ///   - leading: The time that the line begins with, where that has been read already.
  mutating func scan(
    _ line: borrowing LogText, _ range: Range<Int>, isNamed: Bool, dates: inout DateOrder, leading: LeadingTime? = nil
  ) {
    var text = LogText(line.part(0..<range.upperBound).bytes, from: range.lowerBound)
    var isRFC5424 = false
    if !isNamed { isRFC5424 = readPriority(&text) }
    first = text.position
    if let leading, key == nil, let time = text.headerTime(continuing: leading) { note(time) }
    var opener: UInt8 = 0x20
    while !text.isAtEnd {
      let byte = text.next
      // A colon at the beginning of a word belongs to the word in front of it: "ciscoasa :", "\"ts\":1".
      if byte.separates || byte == UInt8(ascii: ":") {
        if text.isAtControlSequence {
          text.skipControlSequence()
          continue
        }
        text.skipByte()
        if byte > 0x20 {
          if byte != UInt8(ascii: ":") { opener = byte }
        } else if opener != UInt8(ascii: "|"), opener != UInt8(ascii: "[") {
          // Blanks inside a column or a bracket end neither.
          opener = byte
        }
        continue
      }
      let letters = text.endOfLetters
      if byte.isDigit || letters > text.position {
        if opener == UInt8(ascii: "["), let uptime = text.uptime() {
          header.uptime = uptime
          if slot == .start { slot = .host }
          continue
        }
        if key != .host, key != .program, let time = text.headerTime(&dates, letters: letters, isNamed: key == .time) {
          note(time)
          key = nil
          isForeignValue = false
          continue
        }
      }
      readWord(&text, letters: letters, opener: opener, isNamed: isNamed, isRFC5424: isRFC5424)
      opener = 0x20
    }
  }

  /// What is known when everything has been read.
  mutating func finish() {
    if header.time == nil { header.time = date }
    if let microseconds, (0..<1_000_000).contains(microseconds) { header.time?.nanosecond = microseconds * 1_000 }
  }

  /// Takes a time from elsewhere.
  mutating func take(_ time: CivilTime?) { header.time = time }

  /// The severity in an ASA's tag: "%ASA-6-722036", "%ASA-svc-6-722036".
  mutating func takeASALevel(_ text: borrowing LogText, _ tag: Int) {
    var index = tag + 5
    while text[index].isLetter || text[index] == UInt8(ascii: "_") || text[index] == UInt8(ascii: "-") { index += 1 }
    guard text[index].isDigit else { return }
    header.level = LogLevel(rawValue: Int(text[index] & 0x0F)) ?? header.level
  }

  /// An ASA writes its name with a colon behind it, like a program.
  mutating func nameHostOfASA() {
    guard header.host == nil, let program = header.program else { return }
    header.host = program
    header.program = nil
  }

  // MARK: Times

  private mutating func note(_ time: HeaderTime) {
    switch time {
    case .moment(let moment):
      if header.time.map({ moment.rank >= $0.rank }) ?? true { header.time = moment }
      slot = .host
    case .date(let day):
      date = day
      if let clock = header.timeOfDay { complete(day, clock) }
    case .timeOfDay(let clock):
      if let date { complete(date, clock) } else if header.time == nil { header.timeOfDay = clock }
      slot = .host
    }
  }

  private mutating func complete(_ day: CivilTime, _ clock: Int) {
    var time = day
    time.setTimeOfDay(clock)
    header.timeOfDay = nil
    date = nil
    note(.moment(time))
  }

  // MARK: Words

  /// "<166>", "<166>1 ": whether it is RFC 5424.
  private mutating func readPriority(_ text: inout LogText) -> Bool {
    let start = text.position
    guard text.skip(UInt8(ascii: "<")), let priority = text.number(), priority < 1_000, text.skip(UInt8(ascii: ">"))
    else {
      text.move(to: start)
      return false
    }
    header.level = LogLevel(rawValue: priority & 7)
    guard text.next.isDigit, text[text.position + 1] == 0x20 else { return false }
    text.move(to: text.position + 2)
    return true
  }

  /// - Parameter letters: Where the letters end that the word begins with.
  private mutating func readWord(
    _ text: inout LogText, letters: Int, opener: UInt8, isNamed: Bool, isRFC5424: Bool
  ) {
    let start = text.position
    let bytes = text.bytes
    var end = letters
    while end < bytes.count, !bytes[end].separates { end &+= 1 }
    text.move(to: end)
    var colons = 0
    while end > start, text[end - 1] == UInt8(ascii: ":") {
      end -= 1
      colons += 1
    }
    let word = start..<end
    guard !word.isEmpty else { return }

    // A name: "time=", "\"time\":", "time:" in front of a value between quotation marks, "<Computer>", "Name='".
    if text.next == UInt8(ascii: "=") || text.isNameInJSON(colons) || opener == UInt8(ascii: "<") && isNamed {
      key = HeaderNames.key(text, word) ?? (key == .provider ? .program : nil)
      isForeignValue = key == nil
      return
    }
    if let key {
      self.key = nil
      take(key, word, in: text)
      return
    }
    guard !isNamed, !isForeignValue else {
      isForeignValue = false
      return
    }
    takeUnnamed(
      word, isOfLetters: end <= letters, hasColon: colons > 0, opener: opener, &text, isRFC5424: isRFC5424)
  }

  private mutating func take(_ key: HeaderNames.Key, _ word: Range<Int>, in text: borrowing LogText) {
    switch key {
    case .host: header.host = header.host ?? word
    case .program, .provider: header.program = header.program ?? word
    case .processID: header.processID = header.processID ?? text.wholeNumber(word)
    case .thread: header.thread = header.thread ?? word
    case .level:
      header.level =
        HeaderNames.level(text, word) ?? text.wholeNumber(word).flatMap { LogLevel(rawValue: $0) } ?? header.level
    case .microseconds: microseconds = text.wholeNumber(word)
    case .time: break
    }
  }

  /// - Parameter isOfLetters: Whether there is nothing in the word but letters. Most words are such, and what is looked for
  ///   between letters below is not looked for in them.
  private mutating func takeUnnamed(
    _ word: Range<Int>, isOfLetters: Bool, hasColon: Bool, opener: UInt8, _ text: inout LogText, isRFC5424: Bool
  ) {
    let initial = text[word.lowerBound]
    // No such word begins with a digit or a sign.
    if initial.isLetter || initial >= 0x80 {
      switch HeaderNames.word(text, word) {
      case .level(let level):
        header.level = level
        return
      case .weekday, .stream: return
      case .facility, nil: break
      }
      if !isOfLetters, let level = HeaderNames.levelOfFacility(text, word) {
        header.level = level
        return
      }
    }
    if isRFC5424, takeInOrder(word) { return }
    if opener == UInt8(ascii: "["), let number = text.wholeNumber(word), text.next == UInt8(ascii: "]") {
      if header.thread == nil, number >= 0 { header.thread = word }
      return
    }
    if text.next == UInt8(ascii: "["), !hasColon, text.bracketedNumber != nil || text.isThreadOfCharon(word) {
      // "ocserv[5654]:", "05[IKE]".
      guard let number = text.bracketedNumber else {
        header.thread = word
        return
      }
      if slot != .done {
        header.program = word
        header.processID = number
        slot = .done
      }
      if let bracket = text.find(UInt8(ascii: "]")) { text.move(to: bracket + 1) }
      return
    }
    if !isOfLetters, let colon = text.namedNumber(word) {
      // "PID:3412".
      if let key = HeaderNames.key(text, word.lowerBound..<colon) { take(key, colon + 1..<word.upperBound, in: text) }
      return
    }
    if opener == UInt8(ascii: "|") {
      if header.thread == nil, word.allSatisfy({ text[$0].isHexDigit }) { header.thread = word }
      return
    }
    if !isOfLetters, text.isPath(word) {
      // "openconnect::dtls", as Rust's loggers name a part of a program.
      if header.program == nil { header.program = word }
      slot = .done
      return
    }
    if opener == UInt8(ascii: "["), header.program == nil, text.next == UInt8(ascii: "]"),
      LogProduct(program: text, word) != nil
    {
      // "[openvpn]", as a program that runs it says whose line it is.
      header.program = word
      slot = .done
      return
    }
    guard opener == 0x20 || opener == 0x09 || opener == UInt8(ascii: ">") || opener == UInt8(ascii: ",") else { return }
    if hasColon {
      // Without a time, only what the line begins with.
      guard
        header.program == nil && LogProduct(program: text, word) != nil
          || slot != .done && (slot != .start || word.lowerBound == first)
            && text.looksLikeName(word, isOfLetters: isOfLetters)
      else { return }
      header.program = word
      slot = .done
    } else if slot == .host, word.count == 1, let level = LogLevel(letter: text[word.lowerBound]) {
      header.level = level
    } else if header.program == nil, slot == .done, LogProduct(program: text, word) != nil {
      header.program = word
    } else if slot == .host, text.looksLikeName(word, isOfLetters: isOfLetters) {
      if LogProduct(program: text, word) != nil { header.program = word } else { header.host = word }
      slot = .program
    } else if slot == .program || slot == .start, header.program == nil, LogProduct(program: text, word) != nil {
      header.program = word
      slot = .done
    } else if slot == .program, opener == 0x20 {
      // Words of a sentence, so the one before was no host.
      header.host = nil
      slot = .done
    }
  }

  /// RFC 5424 names nothing, but has an order.
  private mutating func takeInOrder(_ word: Range<Int>) -> Bool {
    switch slot {
    case .host:
      header.host = word
      slot = .program
    case .program:
      header.program = word
      slot = .process
    case .process, .done: slot = .done
    case .start: return false
    }
    return true
  }
}

extension UInt8 {
  /// Whether it stands between the words of headers. A colon is part of a word: of addresses, of "PID:3412".
  ///
  /// A bit for each byte: a switch becomes a jump, and bytes come in no order that a processor could guess.
  fileprivate var separates: Bool {
    guard self < 128 else { return false }
    // Up to the space, and " ' ( ) * , ; < = > from 0 on; [ ] { | } from 64 on.
    let bits: UInt64 = self < 64 ? 0x7800_1785_FFFF_FFFF : 0x3800_0000_2800_0000
    return bits &>> UInt64(self & 63) & 1 == 1
  }
}

extension LogText {
  /// "12.345678]", "   12.345678]": what a kernel writes between brackets.
  fileprivate mutating func uptime() -> Int? {
    let start = position
    var text = LogText(bytes, from: position)
    guard let seconds = text.number(), seconds < 100_000_000, text.skip(UInt8(ascii: ".")) else { return nil }
    let digits = text.position
    guard let fraction = text.number(), text.position - digits == 6, text.next == UInt8(ascii: "]") else {
      move(to: start)
      return nil
    }
    move(to: text.position)
    return seconds * 1_000_000_000 + fraction * 1_000
  }

  /// Behind a word: `":` of a name in JSON, or nothing but a colon and then a quotation mark.
  fileprivate func isNameInJSON(_ colons: Int) -> Bool {
    guard next == UInt8(ascii: "\"") else { return false }
    if colons > 0 { return true }
    var index = position + 1
    while self[index] == 0x20 { index += 1 }
    return self[index] == UInt8(ascii: ":")
  }

  fileprivate func wholeNumber(_ range: Range<Int>) -> Int? {
    var part = part(range)
    guard let number = part.number(), part.isAtEnd else { return nil }
    return number
  }

  /// The number in the brackets that begin here.
  fileprivate var bracketedNumber: Int? {
    var text = LogText(bytes, from: position + 1)
    guard let number = text.number(), text.next == UInt8(ascii: "]") else { return nil }
    return number
  }

  /// "05" in front of "[IKE]".
  fileprivate func isThreadOfCharon(_ word: Range<Int>) -> Bool {
    word.count == 2 && self[word.lowerBound].isDigit && self[word.lowerBound + 1].isDigit
      && self[position + 1].isUppercase && self[position + 4] == UInt8(ascii: "]")
  }

  /// Where the colon of "PID:3412" stands.
  fileprivate func namedNumber(_ word: Range<Int>) -> Int? {
    guard self[word.lowerBound].isLetter, let colon = index(of: UInt8(ascii: ":"), in: word),
      colon > word.lowerBound, colon + 1 < word.upperBound
    else { return nil }
    for index in colon + 1..<word.upperBound where !self[index].isDigit { return nil }
    return colon
  }

  fileprivate func isPath(_ word: Range<Int>) -> Bool {
    guard self[word.lowerBound].isLetter, let colon = index(of: UInt8(ascii: ":"), in: word),
      colon + 2 < word.upperBound
    else { return false }
    return self[colon + 1] == UInt8(ascii: ":") && index(of: UInt8(ascii: "@"), in: word) == nil
  }

  /// Whether a host or a program may be called so.
  fileprivate func looksLikeName(_ word: Range<Int>, isOfLetters: Bool) -> Bool {
    guard word.count <= 255, self[word.lowerBound].isWordByte || self[word.lowerBound] == UInt8(ascii: ":") else {
      return false
    }
    return isOfLetters
      || index(of: UInt8(ascii: "/"), in: word) == nil && index(of: UInt8(ascii: "@"), in: word) == nil
        && wholeNumber(word) == nil
  }

  /// Looks no further than the word, so that a line of a thousand words is not searched a thousand times.
  private func index(of byte: UInt8, in word: Range<Int>) -> Int? {
    for index in word where self[index] == byte { return index }
    return nil
  }
}
