import Logs
import Observations

/// What a listing says of one SA: between which hosts, how far IKE is, and what its counters have come to.
///
/// Who lists is taken for the client, unless the listing says that the other side began: the side that asks is where people look.
struct ListedSA {
  /// The line that names it.
  let line: Int
  var local: IPAddress?
  var remote: IPAddress?
  /// Whether the other side began it.
  var isResponder = false
  /// Who began it, where the row says so by its order.
  var initiator: IPAddress?
  /// What IKE is at; nil where the listing is of data alone.
  var state: State?
  /// Whether its first message has been answered, where the listing shows it.
  var isAnswered: Bool?
  /// Packets of its data; nil where nothing counts them.
  var received: Int?
  var sent: Int?
  /// Whether the other side may be a stranger: of its messages only the first is known.
  var mayBeStranger = false
  /// Whether there are keys for data: without them the counters of what was to be sent say nothing.
  var hasKeys = true

  /// Each pair of keys has counters of its own.
  mutating func receive(_ packets: Int) { received = (received ?? 0) &+ packets }

  mutating func send(_ packets: Int) { sent = (sent ?? 0) &+ packets }

  /// Takes the state that a Cisco lists.
  mutating func take(_ named: CiscoIKEState) {
    switch named {
    case .up: state = .established
    case .underWay: state = .connecting
    case .waiting(let words, let isAnswered, let isFirst):
      state = .waiting(words: words, isAnswered: isAnswered)
      mayBeStranger = isFirst
    }
  }

  enum State {
    /// It asks to be let in.
    case connecting
    /// It waits for the other side (`HandshakeFailure.Cause.waiting`).
    case waiting(words: String, isAnswered: Bool?)
    case established
  }

  /// A listing shows one moment: an SA that is not up may come up, and one of which no packet was sent says nothing of
  /// its data. What counters say is of all the time since the SA began.
  func tell(into sink: inout LogSink) {
    // Of hosts that somebody has hidden, the state of IKE is there to see.
    guard remote != nil || state != nil else { return }
    let subject =
      isResponder ? LogSubject(client: remote, gateway: local) : LogSubject(client: local, gateway: remote)
    switch state {
    case .connecting: sink.take(.opened(.ike), at: nil, of: subject, line: line)
    case .waiting(let words, let isAnswered):
      sink.take(.opened(.ike), at: nil, of: subject, line: line)
      guard !mayBeStranger else { break }
      sink.take(.failed(.ike, .waiting(state: words, isAnswered: isAnswered)), at: nil, of: subject, line: line)
    case .established: sink.take(.established(.ike), at: nil, of: subject, line: line)
    case nil: break
    }
    guard hasKeys, let received, let sent else { return }
    if received > 0, sent > 0 {
      sink.take(.established(.esp), at: nil, of: subject, line: line)
    } else if received == 0, sent >= IPsecTimers.blockedPackets {
      sink.take(.failed(.esp, .unheard(packets: sent)), at: nil, of: subject, line: line)
    }
  }
}

/// Reads the SAs out of the lines of a listing.
struct ListedSAs {
  private(set) var open: ListedSA?
  /// The address that a Cisco interface has in front of its SAs.
  private var interface: IPAddress?
  /// IKE SAs of Cisco's that are not up, until the listing has named those that are.
  private var halfOpen: [ListedSA] = []
  /// The hosts of those that are up.
  private var hostsUp: Set<IPAddress> = []

  mutating func finish(into sink: inout LogSink) {
    end(into: &sink)
    for var sa in halfOpen {
      // Beside SAs that are up, who begins another and is in none of them may be anybody.
      if sa.mayBeStranger, !sa.isResponder {
        sa.mayBeStranger = !hostsUp.isEmpty && !(sa.initiator.map(hostsUp.contains) ?? false)
      }
      sa.tell(into: &sink)
    }
    halfOpen = []
    hostsUp = []
  }

  private mutating func end(into sink: inout LogSink) {
    guard let sa = open else { return }
    open = nil
    if case .waiting = sa.state {
      if halfOpen.count < IPsecLogLimits.associations { halfOpen.append(sa) }
      return
    }
    if case .established = sa.state, hostsUp.count < IPsecLogLimits.associations {
      hostsUp.formUnion([sa.local, sa.remote].compactMap(\.self))
    }
    sa.tell(into: &sink)
  }

  /// The listing of other commands begins.
  mutating func leave(into sink: inout LogSink) {
    finish(into: &sink)
    interface = nil
  }

  mutating func begin(_ sa: ListedSA, into sink: inout LogSink) {
    end(into: &sink)
    open = sa
  }

  // MARK: strongSwan

  /// - Parameter line: A line of `swanctl --list-sas`.
  mutating func readSwanctl(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes)
    if !text.next.isSpace {
      guard text.skip(past: ": #"), text.skip(past: ", ") else { return }
      var sa = ListedSA(line: sink.line)
      sa.state = text.starts(with: "ESTABLISHED,") ? .established : text.starts(with: "CONNECTING,") ? .connecting : nil
      // The listing marks the SPI that is its own.
      sa.isResponder = text.contains("_r*")
      return begin(sa, into: &sink)
    }
    text.skipSpaces()
    // The hosts stand before the first CHILD_SA; there the same words name its networks.
    if text.starts(with: "local ") || text.starts(with: "remote ") {
      let isLocal = text.starts(with: "local ")
      guard text.skip(past: "' @ ") || text.skip(past: " @ "), let address = text.charonEnd() else { return }
      if isLocal { open?.local = address } else { open?.remote = address }
    } else if text.starts(with: "in "), let packets = text.packets {
      open?.receive(packets)
    } else if text.starts(with: "out "), let packets = text.packets {
      open?.send(packets)
    }
  }

  // MARK: Cisco

  /// - Parameter line: A line of `show crypto ipsec sa`, `show crypto isakmp sa`, `show crypto ikev1 sa`,
  ///   `show crypto ikev2 sa` or `show crypto session`.
  mutating func readCisco(_ line: borrowing LogText, into sink: inout LogSink) {
    var text = LogText(line.bytes)
    text.skipSpaces()
    if readSession(text, into: &sink) { return }
    if text.starts(with: "Crypto map tag: ") {
      // An ASA says it anew for each SA.
      end(into: &sink)
      interface = text.skip(past: "local addr: ") || text.skip(past: "local addr ") ? text.address() : nil
    } else if text.skip("current_peer: ") || text.skip("current_peer ") {
      var sa = ListedSA(line: sink.line)
      sa.local = interface
      sa.remote = text.address()
      begin(sa, into: &sink)
    } else if text.skip("#pkts encaps: ") {
      open?.sent = text.number()
    } else if text.skip("#pkts decaps: ") {
      open?.received = text.number()
    } else if !readPeer(text, into: &sink) {
      readRole(text)
    }
  }

  /// "1   IKE Peer: 203.0.113.5", "203.0.113.5  198.51.100.10  MM_NO_STATE  0 ACTIVE (deleted)",
  /// "1  198.51.100.10/500  203.0.113.5/500  none/none  IN-NEG": whether a row begins an IKE SA.
  private mutating func readPeer(_ line: borrowing LogText, into sink: inout LogSink) -> Bool {
    var text = LogText(line.bytes, from: line.position)
    var sa = ListedSA(line: sink.line)
    if text.isCiscoPeer {
      _ = text.skip(past: "IKE Peer: ")
      sa.remote = text.address()
      begin(sa, into: &sink)
      return true
    }
    guard let state = CiscoIKEState(in: text), !text.contains("State ") else { return false }
    var rest = LogText(text.bytes, from: text.position)
    let isOfVersion2 = rest.number() != nil && rest.next.isSpace
    if isOfVersion2 { text = LogText(rest.bytes, from: rest.position) }
    text.skipSpaces()
    let first = text.address()
    if isOfVersion2, text.skip(UInt8(ascii: "/")) { _ = text.number() }
    text.skipSpaces()
    let second = text.address()
    // Version 1 has the one that was asked first, version 2 its own.
    (sa.local, sa.remote) = isOfVersion2 ? (first, second) : (second, first)
    sa.initiator = isOfVersion2 ? nil : second
    sa.take(state)
    begin(sa, into: &sink)
    readRole(line)
    return true
  }

  /// "Type    : L2L             Role    : initiator", "Rekey   : no              State   : MM_WAIT_MSG2".
  private mutating func readRole(_ line: borrowing LogText) {
    if line.contains("initiator") || line.contains("INITIATOR") {
      open?.mayBeStranger = false
    } else if line.contains("responder") || line.contains("RESPONDER") {
      open?.isResponder = true
    }
    if line.contains("State "), let state = CiscoIKEState(in: line) { open?.take(state) }
  }

  /// Changes the SA that the lines are about.
  mutating func change(_ change: (inout ListedSA) -> Void) {
    guard var sa = open else { return }
    change(&sa)
    open = sa
  }
}

extension LogText {
  /// "…,      0 bytes,     0 packets": the last number in front of the word.
  fileprivate var packets: Int? {
    var text = LogText(bytes, from: position)
    guard text.skip(past: " bytes,") else { return nil }
    text.skipSpaces()
    guard let number = text.number(), text.starts(with: " packets") else { return nil }
    return number
  }
}
