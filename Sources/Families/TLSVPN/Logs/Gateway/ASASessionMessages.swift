import Logs
import Observations

extension ASAMessage {
  /// Messages of the SSL VPN client's service: 113029, 113035, 716057 to 716059, 722010 to 722051.
  ///
  ///     Group <group> User <user> IP <address> …
  func svcMessage(_ text: borrowing LogText) -> Content {
    var text = LogText(text.bytes, from: text.position)
    guard let subject = sessionSubject(&text) else {
      return text.isAtEnd || !text.contains(" IP ") ? .breaksOff : .nothing
    }
    guard !text.isAtEnd else { return .breaksOff }
    switch id {
    // Whom it has no room or no client for has logged in.
    case 113_029, 113_035, 716_057, 722_020:
      return .events(subject, [.completed(.tls), .failed(.tls, .rejected(reason: text.sentence))])
    case 716_058: return .event(subject, .ended(nil, reason: text.sentence))
    case 716_059: return .event(subject, .sessionEstablished(.tls, .resumed))
    case 722_010...722_014: return clientMessage(&text, subject)
    case 722_022: return text.svcChannel.map { .event(subject, .established($0)) } ?? .nothing
    case 722_023: return text.svcChannel.map { .event(subject, .ended($0, reason: nil)) } ?? .nothing
    case 722_028: return .event(subject, .ended(nil, reason: text.sentence))
    case 722_032...722_034: return connectionOpened(&text, subject)
    case 722_035, 722_036: return largePacket(&text, subject)
    case 722_037:
      guard text.skip(past: "closing connection:") else { return .breaksOff }
      return .event(subject, .ended(nil, reason: text.sentence))
    case 722_038:
      guard text.skip(past: "terminating session:") else { return .breaksOff }
      let reason = text.sentence
      return .event(subject, .tunnelEnded(reason: reason, byClient: Self.isClientsWish(reason)))
    case 722_043: return .event(subject, .failed(.dtls, .other(reason: text.sentence)))
    case 722_051: return addressAssigned(&text, subject)
    default: return .nothing
    }
  }

  /// "Group <group> User <user> IP <address> ", with or without the brackets.
  func sessionSubject(_ text: inout LogText) -> LogSubject? {
    // 722020 names the tunnel group first.
    if text.skip("TunnelGroup <") {
      guard text.skip(past: "> GroupPolicy <") else { return nil }
      text.move(to: text.position - 1)
    } else {
      guard text.skip("Group ") else { return nil }
    }
    var subject = LogSubject(device: device)
    if text.skip(UInt8(ascii: "<")) {
      guard let group = text.string(upTo: "> User <"), let user = text.string(upTo: "> IP <") else { return nil }
      subject.group = group
      subject.user = user
    } else {
      guard let group = text.string(upTo: " User "), let user = text.string(upTo: " IP ") else { return nil }
      subject.group = group
      subject.user = user
    }
    subject.client = text.address()
    if subject.client == nil {
      // Who pastes a log hides the address: the user alone says whom the line is about.
      guard let user = subject.user, !user.isHidden, text.skipHiddenAddress() else { return nil }
    }
    _ = text.skip(UInt8(ascii: ">"))
    text.skipSpaces()
    return subject
  }

  /// "New TCP SVC connection replacing old connection." A DTLS connection of its own says nothing new of the session;
  /// 722022 says that it is up.
  private func connectionOpened(_ text: inout LogText, _ subject: LogSubject) -> Content {
    guard let channel = text.svcChannel else { return text.contains("connection") ? .nothing : .breaksOff }
    guard channel == .tls else { return id == 722_033 ? .nothing : .event(subject, .reconnecting(channel)) }
    let relation: SessionRelation = id == 722_032 ? .replacing : id == 722_033 ? .first : .additional
    return .event(subject, .sessionEstablished(channel, relation))
  }

  /// "Transmitting large packet 1418 (threshold 1347)."
  private func largePacket(_ text: inout LogText, _ subject: LogSubject) -> Content {
    guard text.skip(past: "large packet "), let size = text.number(), text.skip(past: "threshold "),
      let threshold = text.number()
    else { return .breaksOff }
    return .event(
      subject, .largePacket(LargePacket(towardsClient: id == 722_036, size: size, threshold: threshold)))
  }

  /// "IPv4 Address <10.10.20.1> IPv6 address <::> assigned to session", "Address <10.10.20.1> assigned to session".
  private func addressAssigned(_ text: inout LogText, _ subject: LogSubject) -> Content {
    var subject = subject
    while subject.innerAddress == nil, text.skip(past: "ddress ") {
      _ = text.skip(UInt8(ascii: "<"))
      if let address = text.address(), address != IPAddress(high: 0, low: 0), address != IPAddress(v4: 0) {
        subject.innerAddress = address
      }
    }
    guard subject.innerAddress != nil else { return text.contains("assigned") ? .nothing : .breaksOff }
    return .event(subject, .negotiated(.innerAddress))
  }

  /// "SVC Message: 17/ERROR: …": 16 is a logout, 17 an error, 18 a new key; others are only talk.
  private func clientMessage(_ text: inout LogText, _ subject: LogSubject) -> Content {
    guard text.skip(past: "SVC Message: "), let type = text.number() else { return .nothing }
    guard (16...18).contains(type), text.skip(past: ": ") else { return .nothing }
    return .event(subject, .ended(nil, reason: text.sentence))
  }

  /// 113019: "Group = g, Username = u, IP = a, Session disconnected. Session Type: SSL, …, Reason: User Requested"
  func sessionDisconnected(_ text: borrowing LogText) -> Content {
    var text = LogText(text.bytes, from: text.position)
    var subject = LogSubject(device: device)
    guard text.skip(past: "Group = "), let group = text.string(upTo: ", Username = "),
      let user = text.string(upTo: ", IP = ")
    else { return .breaksOff }
    subject.group = group
    subject.user = user
    subject.client = text.address()
    guard text.skip(past: "Session Type: ") else { return .breaksOff }
    if text.starts(with: "LAN-to-LAN") || text.starts(with: "IKE") || text.starts(with: "IPsec")
      || text.starts(with: "L2TP")
    {
      return .nothing
    }
    guard text.skip(past: "Reason: ") else { return .breaksOff }
    let reason = text.sentence
    return .event(subject, .tunnelEnded(reason: reason, byClient: Self.isClientsWish(reason)))
  }

  /// "User Requested", "user requested".
  private static func isClientsWish(_ reason: String) -> Bool { reason.lowercased().hasPrefix("user requested") }
}

extension LogText {
  /// The channel of "… TCP SVC connection …" or "… UDP connection …".
  fileprivate var svcChannel: ChannelKind? {
    if contains("TCP ") { return .tls }
    if contains("UDP ") { return .dtls }
    return nil
  }

  /// The rest as a sentence without its full stop.
  fileprivate var sentence: String {
    let text = restString
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}

extension LogText {
  /// Passes what stands in the place of an address: "xxx.xxx.xxx.xxx", "[IP]", "1.2.3.x", "redacted".
  fileprivate mutating func skipHiddenAddress() -> Bool {
    var end = position
    while end < self.end, !self[end].isSpace, self[end] != UInt8(ascii: ">") { end += 1 }
    // "<<redacted>>" has brackets of its own.
    while self[end] == UInt8(ascii: ">"), self[end + 1] == UInt8(ascii: ">") { end += 1 }
    guard end > position, end - position <= Self.longestPlaceholder else { return false }
    move(to: end)
    return true
  }

  /// Bytes: no longer than an address of IPv6 and its zone.
  private static var longestPlaceholder: Int { 64 }
}

extension String {
  /// Whether a name stands for any user: an ASA hides the names of those whom it does not know as "*****", and who pastes a
  /// log hides all of them as "xxx" or "redacted".
  fileprivate var isHidden: Bool {
    utf8.allSatisfy { $0 == UInt8(ascii: "*") || $0 | 0x20 == UInt8(ascii: "x") || !($0.isLetter || $0.isDigit) }
      || ["redacted", "removed", "hidden", "user", "username"].contains(lowercased())
  }
}
