/// Whom a message is about, where its product writes that in front of the message's words.
///
///     Group <group> User <user> IP <address>                        ASA, FTD
///     worker[alice]: 198.51.100.10    main[alice]:198.51.100.10:40124    ocserv
///     alice/198.51.100.10:1194    [vpn.example.com]                OpenVPN
///     "net"[1] 198.51.100.10 #2:                                   pluto
///     <vpn|1>    198.51.100.10                                     charon
///     198.51.100.10                                   racoon, RouterOS
///     [198.51.100.10] Root::alice(Users)[Users] -                  Pulse, Ivanti
///     wg0:    peer(BVGT…dNhU) -    [9CjNC] -                       WireGuard, in the kernel, wireguard-go, Tailscale
enum MessageSubject {
  /// Adds the subject's values.
  ///
  /// - Parameters:
  ///   - start: Where the message's words begin.
  ///   - first: Where what the program wrote can begin.
  /// - Returns: Where the subject begins; `start` when there is none.
  static func read(
    _ product: LogProduct, _ text: borrowing LogText, from first: Int, before start: Int,
    into values: inout MessageValues
  ) -> Int {
    let first = max(first, start - LogLimits.headerLength)
    switch product {
    case .asa: return readASA(text, first, start, &values)
    case .ocserv: return readOcserv(text, first, start, &values)
    case .openVPN: return readOpenVPN(text, first, start, &values)
    case .pluto: return readPluto(text, first, start, &values)
    case .charon: return readCharon(text, first, start, &values)
    case .racoon: return readPeer(text, first, start, &values)
    case .pulse: return readPulse(text, first, start, &values)
    case .wireGuard:
      let name = readBetween(text, "peer(", ") - ", .name, first, start, &values)
      if name < start { return name }
      return shortWireGuardPeer(text, first, start) ?? readInterface(text, first, start, &values)
    default: return start
    }
  }

  private static func readASA(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard let group = text.find("Group", from: first), group < start else { return start }
    let isBracketed = text.find("<", from: group).map { $0 < start } ?? false
    if isBracketed {
      addBracketed("Group", .group, text, group, start, &values)
      addBracketed("User", .user, text, group, start, &values)
      addBracketed("IP", .client, text, group, start, &values)
    } else if text.has("Group = ", at: group) {
      add(.group, text, group + 8, upTo: ", Username = ", start, &values)
      if let name = text.find("Username = ", from: group), name < start {
        add(.user, text, name + 11, upTo: ", IP = ", start, &values)
      }
      if let address = text.find("IP = ", from: group), address < start {
        add(.client, text, address + 5, upTo: ",", start, &values)
      }
    } else {
      add(.group, text, group + 6, upTo: " User ", start, &values)
      if let name = text.find(" User ", from: group), name < start {
        add(.user, text, name + 6, upTo: " IP ", start, &values)
      }
      if let address = text.find(" IP ", from: group), address < start {
        add(.client, text, address + 4, upTo: " ", start, &values)
      }
    }
    return group
  }

  private static func addBracketed(
    _ key: StaticString, _ role: ValueRole, _ text: borrowing LogText, _ from: Int, _ start: Int,
    _ values: inout MessageValues
  ) {
    var rest = LogText(text.bytes, from: from)
    while let found = rest.find(key), found < start {
      rest.move(to: found + key.utf8CodeUnitCount)
      rest.skipSpaces()
      guard rest.skip(UInt8(ascii: "<")) else { continue }
      // A user may have ">" in the name; the next key tells where it ends.
      guard let end = rest.find(UInt8(ascii: ">")), end <= start else { return }
      values.add(role, rest.position..<end)
      return
    }
  }

  private static func add(
    _ role: ValueRole, _ text: borrowing LogText, _ from: Int, upTo stop: StaticString, _ start: Int,
    _ values: inout MessageValues
  ) {
    guard let end = text.find(stop, from: from), end <= start else { return }
    values.add(role, from..<end)
  }

  private static func readOcserv(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    var lead: Int?
    for process: StaticString in ["worker", "main", "sec-mod"] {
      guard let found = text.find(process, from: first), found < start, !text[found - 1].isWordByte else { continue }
      let next = text[found + process.utf8CodeUnitCount]
      guard next == UInt8(ascii: "[") || next == UInt8(ascii: ":"), lead.map({ found < $0 }) ?? true else { continue }
      lead = found
    }
    guard let lead else { return start }
    var rest = text.part(0..<start)
    rest.move(to: lead)
    while rest.next.isWordByte || rest.next == UInt8(ascii: "-") { rest.move(to: rest.position + 1) }
    if rest.skip(UInt8(ascii: "[")), let end = rest.find(UInt8(ascii: "]")) {
      values.add(.user, rest.position..<end)
      rest.move(to: end + 1)
    }
    _ = rest.skip(UInt8(ascii: ":"))
    let word = rest.word()
    if text.looksLikeAddress(word) { values.add(.client, word) }
    return lead
  }

  private static func readOpenVPN(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard let word = wordInFront(text, first, start)?.lowerBound else { return start }
    if text[word] == UInt8(ascii: "["), text[start - 2] == UInt8(ascii: "]") {
      // "[openvpn]" is what a program that runs it puts in front.
      guard text[word + 1].isLetter, LogProduct(program: text, word + 1..<start - 2) == nil else { return start }
      values.add(.host, word + 1..<start - 2)
      return word
    }
    if let hidden = hiddenOpenVPNClient(text, first, start) { return hidden }
    var slash = start - 1
    while slash > word, text[slash - 1] != UInt8(ascii: "/") { slash -= 1 }
    // With a port; "00:23:33" is a time of day, and "00:23:33.321225" is one, too.
    guard text.looksLikeAddress(slash..<start - 1, separators: 3), text[start - 2].isDigit,
      !text.isClockWithFraction(at: slash)
    else { return start }
    if slash > word { values.add(.user, word..<slash - 1) }
    values.add(.client, slash..<start - 1)
    return word
  }

  /// Where what stands in the place of a client's address begins: "xxx.xxx.xxx.xxx:51236 ", "[External IP]:51236 ".
  private static func hiddenOpenVPNClient(_ text: borrowing LogText, _ first: Int, _ start: Int) -> Int? {
    var colon = start - 2
    while colon > first, text[colon].isDigit { colon -= 1 }
    // A port of a client has four digits or more, and what is hidden is no number.
    guard text[colon] == UInt8(ascii: ":"), start - 2 - colon >= 4, colon > first else { return nil }
    let opening: UInt8
    switch text[colon - 1] {
    case UInt8(ascii: "]"): opening = UInt8(ascii: "[")
    case UInt8(ascii: ">"): opening = UInt8(ascii: "<")
    case UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "*"): opening = 0x20
    default: return nil
    }
    var begin = colon - 1
    while begin > first, text[begin - 1] != opening { begin -= 1 }
    if opening != 0x20, begin > first { begin -= 1 }
    return begin < colon && colon - begin <= 45 ? begin : nil
  }

  private static func readPluto(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard let quote = text.find(UInt8(ascii: "\""), from: first), quote < start,
      let end = text.find(UInt8(ascii: "\""), from: quote + 1), end < start
    else { return start }
    values.add(.connection, quote + 1..<end)
    var rest = text.part(0..<start)
    rest.move(to: end + 1)
    while !rest.isAtEnd, !rest.next.isSpace { rest.move(to: rest.position + 1) }
    let word = rest.word()
    if text.looksLikeAddress(word) { values.add(.address, word) }
    return quote
  }

  /// "203.0.113.20 " right in front of the message.
  private static func readPeer(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard let word = wordInFront(text, first, start), text.looksLikeAddress(word, separators: 3) else { return start }
    values.add(.address, word)
    return word.lowerBound
  }

  /// The word that a blank separates from the message; nil where none does.
  private static func wordInFront(_ text: borrowing LogText, _ first: Int, _ start: Int) -> Range<Int>? {
    guard start - 1 > first, text[start - 1] == 0x20 else { return nil }
    var word = start - 1
    while word > first, !text[word - 1].isSpace { word -= 1 }
    return word..<start - 1
  }

  private static func readPulse(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard start - 3 > first, text[start - 2] == UInt8(ascii: "-") else { return start }
    var bracket = first
    while let open = text.find(UInt8(ascii: "["), from: bracket), open < start {
      bracket = open + 1
      guard let close = text.find(UInt8(ascii: "]"), from: open), close < start,
        text.looksLikeAddress(open + 1..<close)
      else { continue }
      values.add(.client, open + 1..<close)
      // "Default Network::alice(Realm)[Role]", without the network's name in some versions.
      var name = close + 1
      while name < start, text[name] == 0x20 { name += 1 }
      if let colons = text.find("::", from: name), colons < start { name = colons + 2 }
      if let end = text.find(UInt8(ascii: "("), from: name), end < start, end > name {
        values.add(.user, name..<end)
      }
      return open
    }
    return start
  }

  /// "<vpn|1> " right in front of the message; further away it is something else, such as who pasted it.
  private static func readCharon(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    let peer = readPeer(text, first, start, &values)
    guard peer - 2 > first else { return peer }
    if text[peer - 2] == UInt8(ascii: "]") {
      // "[vpn|1] " where angle brackets do not survive; "[IKE] " is a part of the daemon.
      var open = peer - 3
      while open > first, text[open].isDigit { open -= 1 }
      guard text[open] == UInt8(ascii: "|"), open < peer - 3 else { return peer }
      while open > first, text[open] > 0x20, text[open] != UInt8(ascii: "[") { open -= 1 }
      guard text[open] == UInt8(ascii: "[") else { return peer }
      return open
    }
    guard text[peer - 2] == UInt8(ascii: ">") else { return peer }
    return readBetween(text, "<", ">", .connection, first, peer, &values)
  }

  private static func readBetween(
    _ text: borrowing LogText, _ opening: StaticString, _ closing: StaticString, _ role: ValueRole, _ first: Int,
    _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard let found = text.find(opening, from: first), found < start,
      let end = text.find(closing, from: found), end < start, text[found + 1] < 0x80 && !text[found + 1].isDigit
    else { return start }
    values.add(role, found + opening.utf8CodeUnitCount..<end)
    return found
  }

  /// Where "[9CjNC] - " begins: Tailscale's name for a peer, the first five characters of its key.
  private static func shortWireGuardPeer(_ text: borrowing LogText, _ first: Int, _ start: Int) -> Int? {
    let open = start - 10
    guard open >= first, text[open] == UInt8(ascii: "["), text.has("] - ", at: open + 6) else { return nil }
    return open
  }

  /// "wg0: " right in front of the message.
  private static func readInterface(
    _ text: borrowing LogText, _ first: Int, _ start: Int, _ values: inout MessageValues
  ) -> Int {
    guard start - 2 > first, text[start - 1] == 0x20, text[start - 2] == UInt8(ascii: ":") else { return start }
    var word = start - 2
    while word > first, text[word - 1].isWordByte || text[word - 1] == UInt8(ascii: "-") { word -= 1 }
    guard word < start - 2 else { return start }
    values.add(.interface, word..<start - 2)
    return word
  }
}

extension LogText {
  /// Whether these are the characters of an address, with a port or without. The address is only parsed when it is asked
  /// for.
  ///
  /// - Parameter least: How many dots and colons it has at least: "::1" has two, what has a port three.
  fileprivate func looksLikeAddress(_ range: Range<Int>, separators least: Int = 2) -> Bool {
    var separators = 0
    for index in range {
      let byte = self[index]
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") {
        separators += 1
      } else if !byte.isHexDigit, byte != UInt8(ascii: "["), byte != UInt8(ascii: "]") {
        return false
      }
    }
    return separators >= least
  }
}

extension LogText {
  /// "00:23:33.": no address is written so.
  fileprivate func isClockWithFraction(at index: Int) -> Bool {
    self[index].isDigit && self[index + 2] == UInt8(ascii: ":") && self[index + 5] == UInt8(ascii: ":")
      && self[index + 8] == UInt8(ascii: ".")
  }
}
