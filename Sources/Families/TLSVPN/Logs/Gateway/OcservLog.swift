import Logs
import Observations

/// What ocserv writes, to its standard error, to syslog, or to the journal.
///
///     ocserv[5654]: main[alice]:198.51.100.10:40124 user logged in
///     Nov 23 20:16:47 vm ocserv[5751]: worker[alice]: 198.51.100.10 sending IPv4 10.20.0.50
///     listening (UDP) on 0.0.0.0:443...
struct OcservLog: LogFormatReader {
  /// Whether a user's session is up or only interrupted, so that their next connection continues it.
  private var sessions: [String: Bool] = [:]
  /// Whether the last line says what is wrong with a client's certificate, which the TLS library says again.
  private var saidWhy = false
  /// Authentications that no login has followed yet.
  private var authentications = 0

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    let line = LogText(offered.text.bytes)
    var text = LogText(line.bytes)
    var time: CivilTime?
    var device: String?
    if let daemon = offered.daemonHeader {
      guard line.has("ocserv", at: daemon.program.lowerBound) else { return false }
      text.move(to: daemon.message)
      time = daemon.time
      device = line.string(daemon.host)
    } else if text.skip("ocserv[") || text.skip("ocserv-") {
      guard text.skip(past: ": ") else { return false }
    } else if !text.starts(with: "listening (") {
      return false
    }
    // What shows nothing is left to the table of messages, which knows what it means.
    guard readMessage(&text, at: sink.resolve(time), of: LogSubject(device: device), into: &sink) else { return false }
    sink.understand(.ocserv)
    return true
  }

  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .ocserv else { return false }
    sink.understand(.ocserv)
    var text = LogText(message.words.bytes)
    readMessage(&text, at: sink.resolve(message.time), of: LogSubject(device: message.host), into: &sink)
    return true
  }

  /// Whether the message is one that shows something.
  @discardableResult
  private mutating func readMessage(
    _ text: inout LogText, at time: LogTime?, of subject: LogSubject, into sink: inout LogSink
  ) -> Bool {
    var subject = subject
    if text.skip("main[") {
      guard let user = text.string(upTo: "]:") else { return false }
      subject.user = user
      text.skipSpaces()
      text.endpoint(into: &subject)
      return readMain(&text, at: time, of: subject, into: &sink)
    }
    if text.skip("worker[") {
      guard let user = text.string(upTo: "]: ") else { return false }
      subject.user = user
      subject.client = text.address()
      text.skipSpaces()
      return readWorker(&text, at: time, of: subject, into: &sink)
    }
    let hasSaidWhy = saidWhy
    saidWhy = false
    if text.starts(with: "worker: "), text.contains(" client certificate verification failed: ") {
      // The user is not known before the certificate is.
      _ = text.skip("worker: ")
      subject.client = text.address()
      _ = text.skip(past: " failed: ")
      saidWhy = true
      sink.take(.failed(.tls, .other(reason: "the client's certificate: \(text.restString)")), at: time, of: subject)
      return true
    }
    if text.skip("sec-mod: ") {
      guard text.starts(with: "using '"), text.contains("authentication to authenticate user") else { return false }
      authentications = min(authentications + 1, TLSVPNLogLimits.remembered)
      return true
    }
    if text.skip("listening (") {
      readListening(&text, at: time, of: subject, into: &sink)
      return true
    }
    if text.contains("ioctl SIOCSIFMTU("), text.skip(past: ") error: ") {
      sink.take(.statement(.adapterFailed(reason: "MTU: " + text.restString)), at: time, of: subject)
      return true
    }
    if text.contains("an't open /dev/net/tun: "), text.skip(past: "/dev/net/tun: ") {
      sink.take(.statement(.adapterFailed(reason: "tunnel device: " + text.restString)), at: time, of: subject)
      return true
    }
    // A client that has not logged in yet.
    guard text.contains("GnuTLS error (at "), text.skip(past: "): ") else { return false }
    // What does not speak TLS is no client: strangers who look for web servers.
    if text.starts(with: "An unexpected TLS packet was received") { return true }
    if hasSaidWhy { return true }
    sink.take(.failed(.tls, .other(reason: text.restString)), at: time, of: subject)
    return true
  }

  /// "listening (UDP) on 0.0.0.0:443...", "listening (TCP) on [::]:443..."
  private func readListening(
    _ text: inout LogText, at time: LogTime?, of subject: LogSubject, into sink: inout LogSink
  ) {
    let channel: ChannelKind
    if text.skip("UDP) on ") {
      channel = .dtls
    } else if text.skip("TCP) on ") {
      channel = .tls
    } else {
      return
    }
    let isBracketed = text.skip(UInt8(ascii: "["))
    guard let address = text.address() else { return }
    if isBracketed { _ = text.skip(UInt8(ascii: "]")) }
    guard text.skip(UInt8(ascii: ":")), let port = text.port() else { return }
    let isAny = address == IPAddress(v4: 0) || address == IPAddress(high: 0, low: 0)
    let socket = ListeningSocket(channel: channel, address: isAny ? nil : address, port: port)
    sink.take(.statement(.listeningSockets([socket])), at: time, of: subject)
  }

  private mutating func readMain(
    _ text: inout LogText, at time: LogTime?, of subject: LogSubject, into sink: inout LogSink
  ) -> Bool {
    if text.starts(with: "user logged in") {
      sink.take(.sessionEstablished(.tls, opening(of: subject.user ?? "")), at: time, of: subject)
    } else if text.skip("user disconnected (reason: ") {
      let end = text.find(", rx:") ?? text.find(")") ?? text.end
      let reason = text.string(text.position..<end)
      switch reason {
      case "user disconnected", "server disconnected", "session timeout", "idle timeout":
        sessions[subject.user ?? ""] = false
        sink.take(.tunnelEnded(reason: reason, byClient: reason == "user disconnected"), at: time, of: subject)
      case "DPD timeout":
        sink.take(.deadPeer(.tls), at: time, of: subject)
        sink.take(.ended(.tls, reason: reason), at: time, of: subject)
      default: sink.take(.ended(.tls, reason: reason), at: time, of: subject)
      }
    } else if text.contains(" tried to connect more than ") || text.starts(with: "no free IPv4 addresses") {
      // The user has logged in.
      sink.take(.completed(.tls), at: time, of: subject)
      sink.take(.failed(.tls, .rejected(reason: text.restString)), at: time, of: subject)
    } else {
      return false
    }
    return true
  }

  /// A user who logs in while their session goes on has come back to it with its cookie.
  private mutating func opening(of user: String) -> SessionRelation {
    if sessions.count >= TLSVPNLogLimits.remembered { sessions.removeAll(keepingCapacity: true) }
    let goesOn = sessions.updateValue(true, forKey: user)
    if goesOn == true { return .replacing }
    if authentications > 0 {
      authentications -= 1
      return .first
    }
    return goesOn == nil ? .unknown : .first
  }

  private func readWorker(
    _ text: inout LogText, at time: LogTime?, of subject: LogSubject, into sink: inout LogSink
  ) -> Bool {
    var subject = subject
    if text.skip("sending IPv4 ") || text.skip("sending IPv6 ") {
      subject.innerAddress = text.address()
      if subject.innerAddress != nil { sink.take(.negotiated(.innerAddress), at: time, of: subject) }
    } else if text.starts(with: "setting up DTLS-PSK") || text.starts(with: "setting up legacy DTLS") {
      sink.take(.opened(.dtls), at: time, of: subject)
    } else if text.contains("Discarded replayed handshake packet") {
      sink.take(.failed(.dtls, .repeated), at: time, of: subject)
    } else if text.contains("error in DTLS handshake: ") {
      _ = text.skip(past: "error in DTLS handshake: ")
      sink.take(.failed(.dtls, .other(reason: text.restString)), at: time, of: subject)
    } else if text.starts(with: "DTLS handshake completed") {
      sink.take(.established(.dtls), at: time, of: subject)
    } else if text.skip("DTLS data MTU ") {
      if let mtu = text.number() {
        sink.take(.negotiated(.mtu(TunnelMTUAnnouncement(dtls: mtu))), at: time, of: subject)
      }
    } else if text.skip("Link MTU is ") {
      if let mtu = text.number() {
        sink.take(.negotiated(.mtu(TunnelMTUAnnouncement(base: mtu))), at: time, of: subject)
      }
    } else if text.skip("X-DTLS-Port: ") {
      if let port = text.port() { sink.take(.negotiated(.port(.dtls, port)), at: time, of: subject) }
    } else if text.starts(with: "received BYE packet") {
      sink.take(.ended(.tls, reason: "received BYE packet"), at: time, of: subject)
    } else if text.starts(with: "have not received UDP") || text.contains("have not received any UDP message") {
      sink.take(.deadPeer(.dtls), at: time, of: subject)
    } else if text.starts(with: "have not received TCP") || text.contains("have not received TCP DPD for very long") {
      sink.take(.deadPeer(.tls), at: time, of: subject)
    } else if text.contains("EMSGSIZE") {
      sink.take(.sendTooLarge(.dtls), at: time, of: subject)
    } else if let place = text.find("could not set TLS ") {
      // A worker whose user has logged in sets only DTLS up.
      sink.take(.failed(.dtls, .setup(reason: text.string(place..<text.end))), at: time, of: subject)
    } else {
      return false
    }
    return true
  }
}

extension LogText {
  /// "198.51.100.10:40124 ", "2001:db8::10:40124 ": the port is behind the last colon.
  fileprivate mutating func endpoint(into subject: inout LogSubject) {
    let word = self.word()
    var colon = word.upperBound
    while colon > word.lowerBound, self[colon - 1] != UInt8(ascii: ":") { colon -= 1 }
    guard colon > word.lowerBound else { return }
    var address = part(word.lowerBound..<colon - 1)
    _ = address.skip(UInt8(ascii: "["))
    var port = part(colon..<word.upperBound)
    subject.client = address.address()
    subject.clientPort = port.port()
    skipSpaces()
  }
}
