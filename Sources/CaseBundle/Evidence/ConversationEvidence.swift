import Dissection
import Families
import Observations

/// Chooses the packets of one conversation that are needed to see for oneself what a finding says, while its packets
/// pass by.
///
/// What is chosen reads like the whole conversation: how it opens, every handshake message and alert, the surroundings
/// of what findings name, silences, and how it ends. Between these, one packet of each side shows that both were
/// heard, so that what is left out does not look like a silence.
struct ConversationEvidence {
  /// How much of a conversation is wanted.
  enum Interest {
    /// Of two hosts with a tunnel: wanted if it turns out to be a channel of a tunnel.
    case tunnel
    /// On a path where packets vanish: whole, within a bound.
    case lossy
    /// On a path whose MTU is known: wanted for what is too large for it.
    case path
    /// Of a host whose SYNs matter for what they offer, whatever follows them.
    case offers
    /// Holds a packet that a finding names.
    case cited
  }

  private static let headLength = (tcp: 40, udp: 16)
  private static let windowLength = 8
  private static let lossyLength = 512
  private static let mostHandshakes = 2_048
  private static let mostErrors = 256
  private static let mostSuperPackets = 2
  private static let mostSilent = 4_096
  /// How long a side that speaks may be left out, in nanoseconds: families measure a silence by its pauses, some with three
  /// pauses, none with less than 10 s.
  private static let longestPause: Int64 = 3_000_000_000
  private static let openingTurns = 64
  /// What shows that both sides go on speaking.
  private static let laterTurns = 6
  /// From each turn on that is cited: a connection became busy there, or still is, as these show.
  private static let busyTurns = 80

  private struct Side {
    /// The last packet, and the last with payload.
    var last = 0
    var lastPayload = 0
    /// Application data that the other side has not answered.
    var unanswered: [Int] = []
    var unansweredSince = Timestamp(nanoseconds: 0)
    var isUnheard = false
    /// Whether the next packet with payload has to show that this side is heard.
    var isDue = false
    /// What it offered in its SYN, in bytes.
    var maximumSegmentSize: Int?
    /// Its last packet that was chosen so that it makes no longer pauses than it does.
    var shown: Timestamp?
  }

  private var chosen: [Int: EvidenceReason] = [:]
  private let interest: Interest
  private var isSecure = false
  private var isCited = false
  private var isOversized = false
  /// Whether a reset answered a SYN before anything was sent.
  private var isRefused = false
  private var count = 0
  /// The first packet with payload: from there the tracker counts what belongs to the opening, too.
  private var start: Timestamp?
  private var handshakes = 0
  private var errors = 0
  private var superPackets = 0
  private var turns = (opening: 0, later: 0, busy: 0)
  private var speaker = -1
  private var synSequence: UInt32?
  private var recent: [Int] = []
  private var after = 0
  private var sides = (Side(), Side())

  init(interest: Interest) { self.interest = interest }

  /// What belongs to the evidence.
  func evidence() -> [Int: EvidenceReason] {
    if isWanted { return chosen }
    return interest == .offers ? chosen.filter { $0.value == .opening } : [:]
  }

  private var isWanted: Bool {
    switch interest {
    case .tunnel: isSecure || isCited || isRefused
    case .lossy, .cited: true
    case .path, .offers: isCited || isOversized || errors > 0
    }
  }

  /// A packet of the conversation.
  mutating func see(_ packet: PacketGlance, frame: Int, time: Timestamp, isCited cited: Bool, isOversized: Bool) {
    let isSYN = packet.isTCP && packet.flags.contains(.syn)
    if isSYN, !packet.flags.contains(.ack), synSequence != packet.sequence { beginAnew(packet.sequence) }
    count += 1
    let isData = packet.payloadLength > 0
    if isData, packet.content != nil || packet.clear != nil { isSecure = true }
    if isData, start == nil { start = time }
    if isData, side(packet.direction).isDue {
      withSide(packet.direction) { $0.isDue = false }
      choose(frame, .turn)
    }
    if cited {
      choose(frame, .cited)
      isCited = true
      showSurroundings()
    } else if after > 0 {
      after -= 1
      keepTogether(frame, .surroundings)
    }
    if isSYN { choose(frame, .opening) }
    if packet.flags.contains(.rst), synSequence != nil, start == nil { isRefused = true }
    if isOversized {
      self.isOversized = true
      choose(frame, .oversized)
    }
    if interest == .lossy, count <= Self.lossyLength { choose(frame, .lossy) }
    if count <= (packet.isTCP ? Self.headLength.tcp : Self.headLength.udp) { keepTogether(frame, .boundary) }
    if isData { seePayload(packet, frame: frame, time: time, isCited: cited) }
    if packet.isTCP, packet.flags.contains(.fin) || packet.flags.contains(.rst) {
      showEnd()
      choose(frame, .closing)
    }
    if let receiver = side(1 - packet.direction).maximumSegmentSize, packet.payloadLength > receiver,
      superPackets < Self.mostSuperPackets
    {
      superPackets += 1
      choose(frame, .offload)
    }
    withSide(packet.direction) { side in
      if isSYN { side.maximumSegmentSize = packet.maximumSegmentSize }
      side.last = frame
      if isData { side.lastPayload = frame }
    }
    recent.append(frame)
    if recent.count > Self.windowLength { recent.removeFirst() }
  }

  /// An ICMP error that quotes it.
  mutating func seeError(frame: Int, isCited cited: Bool) {
    errors += 1
    if cited {
      choose(frame, .cited)
      isCited = true
    } else if errors <= Self.mostErrors {
      choose(frame, .icmpError)
    }
    if cited || errors <= Self.mostErrors { showSurroundings() }
  }

  /// The conversation, or the capture, is over.
  mutating func finish() { showEnd() }

  // MARK: What to choose

  private mutating func seePayload(_ packet: PacketGlance, frame: Int, time: Timestamp, isCited: Bool) {
    let isHandshake = packet.isHandshake
    if isHandshake, handshakes < Self.mostHandshakes {
      handshakes += 1
      keepTogether(frame, .handshake)
    }
    if packet.clear != nil { showPauses(packet, frame: frame, time: time) }
    if packet.isTCP {
      seeTurn(packet, frame: frame, time: time, isCited: isCited)
    } else {
      hear(packet, frame: frame, time: time, isHandshake: isHandshake)
    }
  }

  private mutating func seeTurn(_ packet: PacketGlance, frame: Int, time: Timestamp, isCited: Bool) {
    guard speaker != packet.direction else { return }
    speaker = packet.direction
    if time.nanoseconds(since: start ?? time) <= TLSVPN.openingNanoseconds {
      turns.opening += 1
      if turns.opening <= Self.openingTurns { choose(frame, .turn) }
    } else {
      turns.later += 1
      if isCited { turns.busy = Self.busyTurns }
      if turns.later <= Self.laterTurns || turns.busy > 0 { choose(frame, .turn) }
      if turns.busy > 0 { turns.busy -= 1 }
    }
  }

  /// Chooses the packets on both sides of a pause, and some between, so that no pause is longer than it was.
  private mutating func showPauses(_ packet: PacketGlance, frame: Int, time: Timestamp) {
    let side = side(packet.direction)
    if let shown = side.shown, time.nanoseconds(since: shown) < Self.longestPause { return }
    withSide(packet.direction) { $0.shown = time }
    if side.lastPayload > 0 { choose(side.lastPayload, .turn) }
    choose(frame, .turn)
  }

  /// Follows who hears whom over UDP, so that a silence is chosen from its first packet to its last.
  private mutating func hear(_ packet: PacketGlance, frame: Int, time: Timestamp, isHandshake: Bool) {
    // Data may be missing while handshake messages, which are chosen anyway, are answered.
    guard !isHandshake else { return }
    withSide(1 - packet.direction) { other in
      other.unanswered.removeAll(keepingCapacity: true)
      other.isUnheard = false
    }
    if side(packet.direction).unanswered.isEmpty { withSide(packet.direction) { $0.unansweredSince = time } }
    if side(packet.direction).unanswered.count < Self.mostSilent {
      withSide(packet.direction) { $0.unanswered.append(frame) }
    } else {
      return
    }
    let now = side(packet.direction)
    if now.isUnheard {
      keepTogether(frame, .silence)
    } else if now.unanswered.count >= ChannelSilence.packets,
      time.nanoseconds(since: now.unansweredSince) >= ChannelSilence.nanoseconds
    {
      withSide(packet.direction) { $0.isUnheard = true }
      for each in now.unanswered { choose(each, .silence) }
      let other = side(1 - packet.direction)
      if other.lastPayload > 0 { choose(other.lastPayload, .turn) }
    }
  }

  /// Chooses one of several packets in a row; behind the last of them each side has to be heard once.
  private mutating func keepTogether(_ frame: Int, _ reason: EvidenceReason) {
    choose(frame, reason)
    sides.0.isDue = true
    sides.1.isDue = true
  }

  private mutating func showSurroundings() {
    for side in [sides.0, sides.1] where side.lastPayload > 0 { choose(side.lastPayload, .surroundings) }
    for frame in recent { choose(frame, .surroundings) }
    after = Self.windowLength
    sides.0.isDue = true
    sides.1.isDue = true
  }

  private mutating func showEnd() {
    for side in [sides.0, sides.1] {
      if side.last > 0 { choose(side.last, .boundary) }
      if side.lastPayload > 0 { choose(side.lastPayload, .boundary) }
    }
  }

  /// The same ports are used for a new connection.
  private mutating func beginAnew(_ sequence: UInt32) {
    if count > 0 { showEnd() }
    synSequence = sequence
    count = 0
    start = nil
    turns = (0, 0, 0)
    speaker = -1
    sides = (Side(), Side())
  }

  private mutating func choose(_ frame: Int, _ reason: EvidenceReason) {
    guard let known = chosen[frame] else {
      chosen[frame] = reason
      return
    }
    chosen[frame] = min(known, reason)
  }

  private func side(_ direction: Int) -> Side { direction == 0 ? sides.0 : sides.1 }

  private mutating func withSide(_ direction: Int, _ change: (inout Side) -> Void) {
    if direction == 0 { change(&sides.0) } else { change(&sides.1) }
  }
}
