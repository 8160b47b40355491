import Observations

/// Chooses, while the packets of the captures pass by, which of them are evidence.
///
/// Two passes: `note` in the first learns which conversations the cited packets belong to; `see` in the second chooses.
/// What is kept is bounded by the conversations that matter, not by the captures.
struct EvidenceSelection {
  /// A packet among the evidence.
  struct Choice {
    let capture: Int
    let frame: Int
    let reason: EvidenceReason
  }

  private struct Place: Hashable {
    let capture: Int
    let conversation: Conversation
  }

  /// Conversations followed at once; a day of reconnecting every minute is 1,440 of each kind.
  static let mostConversations = 32_768
  private static let mostOversized = 2_000
  private static let mostFragments = 2_000

  let request: EvidenceRequest
  private var citedConversations: Set<Conversation> = []
  private var places: [Place: Int] = [:]
  private var conversations: [(capture: Int, evidence: ConversationEvidence)] = []
  private var others: [Int: [Int: EvidenceReason]] = [:]
  private var oversized: [HostRoute: Int] = [:]
  private var fragments: [HostPair: Int] = [:]
  private var datagrams = FragmentedDatagrams()
  private var lastPackets: [Int: (frame: Int, time: Timestamp)] = [:]

  init(_ request: EvidenceRequest) { self.request = request }

  /// The first pass: a packet that a finding names.
  mutating func note(_ packet: PacketGlance, capture: Int, frame: Int) {
    guard request.needsContext(capture: capture, frame: frame) else { return }
    if let conversation = packet.conversation ?? packet.quoted?.conversation {
      citedConversations.insert(conversation)
    }
  }

  /// The second pass: every packet.
  mutating func see(_ packet: PacketGlance, capture: Int, frame: Int, time: Timestamp) {
    let isCited = request.needsContext(capture: capture, frame: frame)
    if request.isCited(capture: capture, frame: frame) { others[capture, default: [:]][frame] = .cited }
    if packet.conversation != nil, lastPackets[capture].map({ $0.time <= time }) ?? true {
      lastPackets[capture] = (frame, time)
    }
    if packet.isFragment { seeFragment(packet, capture: capture, frame: frame) }
    if let quoted = packet.quoted {
      if let index = place(of: quoted.conversation, capture: capture) {
        conversations[index].evidence.seeError(frame: frame, isCited: isCited)
      }
    } else if let conversation = packet.conversation, let index = place(of: conversation, capture: capture) {
      conversations[index].evidence.see(
        packet, frame: frame, time: time, isCited: isCited, isOversized: isOversized(packet))
    }
  }

  /// A cited frame that is no IP packet.
  mutating func seeOther(capture: Int, frame: Int) {
    if request.isCited(capture: capture, frame: frame) { others[capture, default: [:]][frame] = .cited }
  }

  /// What was chosen, at most `limit` packets, by capture and frame; and how many there would have been.
  mutating func finish(limit: Int) -> (choices: [Choice], wanted: Int) {
    var frames = others
    for (capture, last) in lastPackets where request.citations[capture] != nil || !request.tunnels.isEmpty {
      frames[capture, default: [:]].merge([last.frame: .captureEnd], uniquingKeysWith: min)
    }
    for index in conversations.indices {
      conversations[index].evidence.finish()
      let own = conversations[index].evidence.evidence()
      if !own.isEmpty { frames[conversations[index].capture, default: [:]].merge(own, uniquingKeysWith: min) }
    }
    for later in datagrams.later(of: { capture, first in frames[capture]?[first] != nil }) {
      frames[later.capture, default: [:]].merge([later.frame: .fragment], uniquingKeysWith: min)
    }
    var choices = frames.flatMap { capture, reasons in
      reasons.map { Choice(capture: capture, frame: $0.key, reason: $0.value) }
    }
    let wanted = choices.count
    if wanted > limit {
      choices.sort { ($0.reason, $0.frame, $0.capture) < ($1.reason, $1.frame, $1.capture) }
      choices.removeLast(wanted - limit)
    }
    return (choices.sorted { ($0.capture, $0.frame) < ($1.capture, $1.frame) }, wanted)
  }

  // MARK: What matters

  private mutating func place(of conversation: Conversation, capture: Int) -> Int? {
    let place = Place(capture: capture, conversation: conversation)
    if let known = places[place] { return known }
    guard let interest = interest(in: conversation), conversations.count < Self.mostConversations else { return nil }
    conversations.append((capture, ConversationEvidence(interest: interest)))
    places[place] = conversations.count - 1
    return conversations.count - 1
  }

  private func interest(in conversation: Conversation) -> ConversationEvidence.Interest? {
    let hosts = conversation.hosts
    if request.lossyPaths.contains(hosts) { return .lossy }
    if citedConversations.contains(conversation) { return .cited }
    if request.tunnels.contains(hosts) { return .tunnel }
    let hasPath =
      request.pathMTUs[HostRoute(source: hosts.a, destination: hosts.b)] != nil
      || request.pathMTUs[HostRoute(source: hosts.b, destination: hosts.a)] != nil
    return request.offering.contains(hosts.a) || request.offering.contains(hosts.b) ? .offers : hasPath ? .path : nil
  }

  private mutating func isOversized(_ packet: PacketGlance) -> Bool {
    guard !request.pathMTUs.isEmpty, packet.dontFragment else { return false }
    let route = HostRoute(source: packet.source, destination: packet.destination)
    guard let mtu = request.pathMTUs[route], packet.length > mtu, oversized[route, default: 0] < Self.mostOversized
    else { return false }
    oversized[route, default: 0] += 1
    return true
  }

  private mutating func seeFragment(_ packet: PacketGlance, capture: Int, frame: Int) {
    let hosts = HostPair(packet.source, packet.destination)
    if request.tunnels.contains(hosts) { datagrams.see(packet, capture: capture, frame: frame) }
    guard request.fragmented.contains(hosts), fragments[hosts, default: 0] < Self.mostFragments else { return }
    fragments[hosts, default: 0] += 1
    others[capture, default: [:]].merge([frame: .fragment], uniquingKeysWith: min)
  }
}
