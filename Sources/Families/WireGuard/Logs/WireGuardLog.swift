import Logs
import Observations

/// What wireguard-go, Linux and the Windows client write of handshakes.
struct WireGuardLog: LogFormatReader {
  private var peers: [PeerName: WireGuardLogPeer] = [:]
  /// The peer to which the last initiation went: a response that is not valid names no peer.
  private var asked: PeerName?
  private var invalid: [Endpoint: InvalidInitiations] = [:]
  /// The writer's part is that which it has for the peer it told of last.
  private var writer = WritersSide(.wireguardInitiator, .wireguardResponder)
  private var quick = WireGuardQuick()

  private struct PeerName: Hashable {
    let interface: String
    let peer: String
  }

  /// Initiations from one end that are not valid.
  private struct InvalidInitiations {
    var last: LogTime
    var repetitions = 0
  }

  /// Seconds between the initiations of a client: its schedule and whole seconds, which a port scan or a flood does not keep.
  private static let schedule = 4.0...7.0
  /// Repetitions on schedule before a failure is reported.
  private static let repetitions = 2

  mutating func read(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard let line = WireGuardLine(offered.text, offered.leadingTime, header: offered.daemonHeader) else {
      return false
    }
    let isKnown = take(line, into: &sink)
    // Most of what it says is of no peer; complaints are left to the table of messages.
    guard isKnown || !(line.isError || line.message.starts(with: "Failed ")) else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  mutating func readOther(_ offered: inout OfferedLine, into sink: inout LogSink) -> Bool {
    guard WireGuardLine(offered.text, offered.leadingTime, header: offered.daemonHeader) != nil else { return false }
    writer.understand(lines: 1, into: &sink)
    return true
  }

  /// A line that stands in something else: the interface or the peer, and the message, are as WireGuard writes them.
  mutating func read(_ message: borrowing TableLine, into sink: inout LogSink) -> Bool {
    guard message.product == .wireGuard else { return false }
    let time = sink.resolve(message.time)
    quick.take(message, at: time, into: sink)
    _ = take(WireGuardLine(words: message.words, time: message.time), into: &sink)
    writer.understand(lines: 1, into: &sink)
    return true
  }

  /// - Returns: Whether the line is one of those that tell of a peer.
  private mutating func take(_ line: borrowing WireGuardLine, into sink: inout LogSink) -> Bool {
    let time = sink.resolve(line.time)
    var text = LogText(line.message.bytes, from: line.message.position)
    let interface = text.string(line.interface)
    if let event = Event(boringTun: &text) {
      // It names no peer and no interface; what stands in front is a module of its own.
      take(event, of: PeerName(interface: "", peer: ""), at: nil, time, into: &sink)
    } else if let event = Event(&text) {
      // The kernel's word for the address of a peer that has not come yet and has no `Endpoint`.
      let isNowhere = text.contains("(einval)")
      let named = text.wireGuardPeer()
      guard let name = line.peer.map({ text.string($0) }) ?? named?.name else { return true }
      if isNowhere {
        peers[PeerName(interface: interface, peer: name)]?.missAddress()
        return true
      }
      take(event, of: PeerName(interface: interface, peer: name), at: named?.end, time, into: &sink)
    } else if text.starts(with: "Failed to create TUN device: ") {
      quick.note(text, at: time, line: sink.line)
    } else if text.skip("Received invalid initiation message from ") || text.skip("Invalid handshake initiation from ")
    {
      writer.isInitiator = writer.isInitiator ?? false
      if let end = text.endpoint() { takeInvalidInitiation(from: end, on: interface, time, into: &sink) }
    } else if text.skip("Received invalid response message from ") || text.skip("Invalid handshake response from ") {
      if let end = text.endpoint() { takeInvalidResponse(from: end, on: interface, time, into: &sink) }
    } else {
      return false
    }
    return true
  }

  var isOpen: Bool { quick.isOpen }

  mutating func finish(into sink: inout LogSink) {
    if quick.isOpen, writer.isInitiator == nil {
      // Who sets no interface up asks nobody, and is told of as who would.
      writer.isInitiator = true
      writer.understand(lines: 0, into: &sink)
    }
    quick.finish(isGateway: writer.isInitiator == false, into: &sink)
    writer.finish(undecided: .wireguard, into: &sink)
  }

  // MARK: Peers

  /// What a line says of a peer.
  private enum Event {
    case sentInitiation
    case receivedInitiation
    case receivedResponse
    case receivedKeepalive
    /// - Parameter count: How many initiations in a row were not answered, where the line says so.
    case timedOut(isLast: Bool, count: Int?)
    case stoppedHearing
    case sendingFailed
    /// Nothing was sent: no address of the peer is known.
    case addressUnknown

    /// Reads the message up to the peer's name, where Linux has it.
    init?(_ text: inout LogText) {
      if text.skip("Sending handshake initiation") {
        self = .sentInitiation
        _ = text.skip(" to ")
      } else if text.skip("Received handshake initiation") || text.skip("Receiving handshake initiation from ") {
        self = .receivedInitiation
      } else if text.skip("Received handshake response") || text.skip("Receiving handshake response from ") {
        self = .receivedResponse
      } else if text.skip("Receiving keepalive packet") {
        self = .receivedKeepalive
        _ = text.skip(" from ")
      } else if text.starts(with: "Handshake ") || text.starts(with: "handshake for peer \""),
        text.contains("did not complete after ")
      {
        var words = LogText(text.bytes, from: text.position)
        // "retrying (try 2)" stands behind the first.
        let attempt = words.skip(past: "retrying (try ") ? words.number() : nil
        self = .timedOut(isLast: text.contains("giving up"), count: attempt.map { $0 - 1 })
        _ = text.skip("Handshake for ") || text.skip("handshake for ")
      } else if text.starts(with: "Retrying handshake "), text.contains("stopped hearing back") {
        self = .stoppedHearing
        _ = text.skip("Retrying handshake with ")
      } else if text.skip("Failed to send handshake initiation") {
        // The words of wireguard-go, and of Tailscale.
        self =
          text.contains("no known endpoint for peer") || text.contains("no UDP or DERP addr")
          ? .addressUnknown : .sendingFailed
      } else {
        return nil
      }
    }

    /// What BoringTun says (boringtun/src/noise/mod.rs, timers.rs), which names no peer.
    init?(boringTun text: inout LogText) {
      if text.starts(with: "Sending handshake_initiation") {
        self = .sentInitiation
      } else if text.starts(with: "Received handshake_initiation") {
        self = .receivedInitiation
      } else if text.starts(with: "Received handshake_response") {
        self = .receivedResponse
      } else if text.starts(with: "HANDSHAKE(REKEY_TIMEOUT)") {
        self = .timedOut(isLast: false, count: nil)
      } else if text.starts(with: "CONNECTION_EXPIRED(") {
        self = .timedOut(isLast: true, count: nil)
      } else if text.starts(with: "HANDSHAKE(KEEPALIVE + REKEY_TIMEOUT)") {
        self = .stoppedHearing
      } else {
        return nil
      }
    }
  }

  private mutating func take(
    _ event: Event, of name: PeerName, at end: Endpoint?, _ time: LogTime?, into sink: inout LogSink
  ) {
    if peers[name] == nil, peers.count >= WireGuardLogLimits.peers { peers.removeAll() }
    var peer = peers[name] ?? WireGuardLogPeer(name: name.peer, interface: name.interface)
    if let end { peer.comeFrom(end) }
    switch event {
    case .sentInitiation:
      asked = name
      peer.sendInitiation(at: time, into: &sink)
    case .receivedInitiation: peer.receiveInitiation(at: time, into: &sink)
    case .receivedResponse, .receivedKeepalive: peer.comeUp(at: time, into: &sink)
    case .timedOut(let isLast, let count): peer.timeOut(isLast: isLast, count: count, at: time, into: &sink)
    case .stoppedHearing: peer.losePeer(at: time, into: &sink)
    case .sendingFailed: peer.fail(.sendFailed, at: time, into: &sink)
    case .addressUnknown: peer.missAddress()
    }
    peers[name] = peer
    writer.isInitiator = peer.isGateway.map { !$0 } ?? writer.isInitiator
  }

  /// The preshared keys differ, or the response is for somebody else.
  private mutating func takeInvalidResponse(
    from end: Endpoint, on interface: String, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let asked, asked.interface == interface, var peer = peers[asked] else { return }
    peer.comeFrom(end)
    peer.fail(.other(reason: "the response is not valid: the preshared keys may differ"), at: time, into: &sink)
    peers[asked] = peer
  }

  // MARK: Strangers

  /// The key is not that of a peer, or it encrypts for another gateway, or its timestamp is old. Anybody on the Internet can
  /// send one; a client repeats it on schedule.
  private mutating func takeInvalidInitiation(
    from end: Endpoint, on interface: String, _ time: LogTime?, into sink: inout LogSink
  ) {
    guard let time else { return }
    let subject = LogSubject(client: end.address, clientPort: end.port, device: interface)
    if invalid[end] == nil, invalid.count >= WireGuardLogLimits.peers { invalid.removeAll() }
    let seconds = invalid[end].map { time.written.seconds(since: $0.last.written) }
    let isRepetition = seconds.map { Self.schedule.contains($0) } ?? false
    let repetitions = isRepetition ? (invalid[end]?.repetitions ?? 0) + 1 : 0
    invalid[end] = InvalidInitiations(last: time, repetitions: repetitions)
    guard repetitions >= Self.repetitions else { return }
    sink.take(.opened(.wireguard), at: time, of: subject)
    sink.take(
      .failed(.wireguard, .ignored(reason: "the initiation is not valid: an unknown key, or an old timestamp")),
      at: time,
      of: subject)
  }
}
