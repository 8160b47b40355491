import Observations

/// One user or client, as all logs show it, before it is known which tunnel that is.
struct LogParty {
  var log: TunnelLog
  /// The client wrote it itself, without naming itself.
  let isWriter: Bool
  /// Its first line, which keeps the order of parties the same.
  let firstLine: LogLine

  var sides: Set<Side> { Set([Side.client, .server].filter(log.isWritten)) }

  /// Whether it is somebody with a tunnel, rather than a scanner whose request was discarded.
  func isTunnel(_ families: FamilyTable) -> Bool {
    log.facts.contains { fact in
      switch fact.kind {
      case .established, .innerAddress, .largePacket, .reconfigured, .adapterMTUApplied, .sendFailed, .reconnecting,
        .state, .innerAddressChanged, .notOffered, .sendTooLarge, .adapterFailed, .ended:
        true
      // A client that never got in, clients of whom no line says who they are (`keepFailures`), and those that a reader names
      // because the channel is all there is of the tunnel.
      case .failed, .repeated:
        fact.kind == .failed && log.users.isEmpty && log.clients.isEmpty
          || fact.channel.flatMap(families.profile).map { $0.judgesHandshakes && $0.fallback == nil } ?? false
          || isInsistent(fact) || isRefusedUser(fact)
      case .timedOut where isWriter: true
      // Of a peer that is found dead something was up, and so was what breaks off.
      case .deadPeer: true
      case .closed: if case .ended(let end) = fact.event { end.isBreak } else { false }
      case .timedOut:
        fact.channel.flatMap(families.profile)?.judgesHandshakes ?? true
      default: false
      }
    }
  }

  /// Whether a client tries a data channel again that failed: a scanner knocks once.
  private func isInsistent(_ fact: LogFact) -> Bool {
    fact.kind == .failed
      && fact.channel.map { kind in log.facts.count { $0.kind == .failed && $0.channel == kind } >= 2 } ?? false
  }

  /// Whether a user who has logged in is refused: no scanner gets so far.
  private func isRefusedUser(_ fact: LogFact) -> Bool {
    guard !log.users.isEmpty, case .failed(let failure) = fact.event, case .rejected = failure.cause else {
      return false
    }
    return log.facts.contains {
      if case .established(let login) = $0.event {
        login.completesHandshakeOnly && login.id == failure.id
      } else {
        false
      }
    }
  }

  /// The family whose channels its lines name; the first one where they name none.
  func family(_ families: FamilyTable) -> FamilyName {
    // What several families have says nothing, unless there is nothing else.
    let kinds = log.facts.lazy.compactMap(\.channel)
    let kind = kinds.first(where: families.isOfOneFamily) ?? kinds.first
    return kind.flatMap { families.family(of: $0)?.name } ?? families.all.first?.name ?? .tlsVPN
  }
}

/// Sorts what logs show by the party it is about, and puts together what belongs to one.
///
/// A line with a user and an address is about both; one with only either is attributed to the one party that has it, if
/// there is just one. A client's own log names neither: it is joined to the gateway's word by the inner address that
/// both name, and otherwise by time (`LogTies`). What fits nobody, or several, is counted and left aside.
struct LogParties {
  private(set) var parties: [LogParty] = []
  /// What devices are set to, by device; nil for output without a name.
  private(set) var configuration: [String?: [LogFact]] = [:]
  /// Facts about nobody who is known.
  private(set) var untied = 0
  private let families: FamilyTable
  private let products: [Int: Product]

  private struct Name: Hashable {
    let user: String?
    let client: IPAddress?
    /// The group of logs of one writer, where lines name nobody.
    let writer: Int?
  }

  /// - Parameters:
  ///   - writers: For each log, which logs were written by the same one.
  ///   - sides: For each log, whose view it is.
  ///   - products: For each log of a gateway, what wrote it.
  init(
    _ history: LogHistory, writers: [Int: Int], sides: [Int: Side], products: [Int: Product], families: FamilyTable
  ) {
    self.families = families
    self.products = products
    let stories = history.stories.sorted { a, b in
      a.value.firstLine != b.value.firstLine
        ? a.value.firstLine < b.value.firstLine : (a.key.user ?? "") < (b.key.user ?? "")
    }
    var clients: [String: Set<IPAddress>] = [:]
    var users: [IPAddress: Set<String>] = [:]
    for (subject, _) in stories {
      guard let user = subject.user, let client = subject.client else { continue }
      clients[user, default: []].insert(client)
      users[client, default: []].insert(user)
    }
    var places: [Name: Int] = [:]
    var homeless: [LogFact] = []
    for (subject, story) in stories {
      let name: Name
      switch (subject.user, subject.client) {
      case (let user?, let client?): name = Name(user: user, client: client, writer: nil)
      case (let user?, nil): name = Name(user: user, client: Self.only(clients[user]), writer: nil)
      case (nil, let client?): name = Name(user: Self.only(users[client]), client: client, writer: nil)
      case (nil, nil): name = Name(user: nil, client: nil, writer: subject.log.map { writers[$0] ?? $0 })
      }
      let isWriter = name.writer != nil
      var own: [LogFact] = []
      own.reserveCapacity(story.moments.count)
      var gateways: [LogFact] = []
      for block in story.moments.blocks {
        for place in block.indices {
          let fact = LogFact(block, place, side: sides[block[place].line.log])
          if fact.kind.isConfiguration {
            configuration[subject.device, default: []].append(fact)
          } else if !isWriter || fact.side == .client {
            own.append(fact)
          } else if fact.kind == .tunnelMTU || fact.kind == .adapterFailed {
            gateways.append(fact)
          } else {
            // A gateway's line that names nobody is about somebody all the same, unless it is about the gateway itself.
            homeless.append(fact)
          }
        }
      }
      configuration[subject.device, default: []] += gateways
      guard !own.isEmpty else { continue }
      var log = TunnelLog()
      log.users = [name.user].compactMap(\.self)
      log.clients = [name.client].compactMap(\.self)
      log.groups = story.groups
      log.innerAddresses = story.innerAddresses
      log.gateways = story.gateways
      log.facts = own
      log.product = own.first { $0.kind == .product }?.product ?? own.lazy.compactMap { products[$0.line.log] }.first
      log.beyond = Dictionary(uniqueKeysWithValues: story.beyond.map { ($0.last.kind, $0) })
      if let place = places[name] {
        parties[place].log.add(log)
      } else {
        places[name] = parties.count
        parties.append(LogParty(log: log, isWriter: isWriter, firstLine: story.firstLine))
      }
    }
    giveHomes(to: homeless)
    keepFailures(among: homeless)
    joinByInnerAddress()
    for index in parties.indices { parties[index].log.sort() }
  }

  private static func only<Value>(_ values: Set<Value>?) -> Value? { values?.count == 1 ? values?.first : nil }

  /// Packets too large for a tunnel, as the gateway logs them twice: whose it was, and what was refused.
  private struct Refusal: Hashable {
    let log: Int
    let size: Int
    let mtu: Int
    let second: Int64
  }

  /// A refused packet towards an inner address is about the party that had it, if that was one party only; without such an
  /// address, about the only party for which a packet of that size was too large in the same second.
  private mutating func giveHomes(to facts: [LogFact]) {
    var owners: [IPAddress: Set<Int>] = [:]
    var refusals: [Refusal: Set<Int>] = [:]
    for (index, party) in parties.enumerated() {
      for address in party.log.innerAddresses { owners[address, default: []].insert(index) }
      for fact in party.log.facts(.largePacket) {
        guard case .largePacket(let packet) = fact.event, let refusal = refusal(fact, packet.size, packet.threshold)
        else {
          continue
        }
        refusals[refusal, default: []].insert(index)
      }
    }
    for fact in facts {
      guard case .pathMTUExceeded(let refused) = fact.event else {
        untied += 1
        continue
      }
      let byAddress = refused.destination.flatMap { Self.only(owners[$0]) }
      let byTime = refusal(fact, refused.size, refused.mtu).flatMap { Self.only(refusals[$0]) }
      guard let owner = byAddress ?? byTime else {
        untied += 1
        continue
      }
      parties[owner].log.facts.append(fact)
    }
  }

  /// Handshakes that failed at a gateway before it knew whose they were are about its clients as a whole, if none of them
  /// ever got in: at a gateway that serves clients, scanners of the internet fail too.
  private mutating func keepFailures(among facts: [LogFact]) {
    let failed = facts.filter { fact in
      // Of a channel that stands for itself; to TLS anybody may come and go.
      fact.kind == .failed
        || fact.kind == .timedOut
          && fact.channel.flatMap(families.profile).map { $0.judgesHandshakes && $0.fallback == nil } ?? false
    }
    guard failed.count >= Self.leastFailures, let first = failed.first,
      !parties.contains(where: { $0.log.facts.contains { $0.kind == .established && $0.side == .server } })
    else { return }
    untied -= failed.count
    var log = TunnelLog()
    log.facts = failed
    log.product = products[first.line.log]
    parties.append(LogParty(log: log, isWriter: false, firstLine: first.line))
  }

  /// One may be anybody's.
  private static let leastFailures = 2

  private func refusal(_ fact: LogFact, _ size: Int, _ mtu: Int) -> Refusal? {
    fact.written.map {
      Refusal(log: fact.line.log, size: size, mtu: mtu, second: $0.written.nanoseconds / 1_000_000_000)
    }
  }

  /// A client's own log and the gateway's word about one client share the inner address that was assigned.
  private mutating func joinByInnerAddress() {
    for writer in parties.indices where parties[writer].isWriter {
      let addresses = Set(parties[writer].log.innerAddresses)
      let twins = parties.indices.filter { index in
        !parties[index].isWriter && !addresses.isDisjoint(with: parties[index].log.innerAddresses)
      }
      let others = parties.indices.filter { index in
        index != writer && parties[index].isWriter && !addresses.isDisjoint(with: parties[index].log.innerAddresses)
      }
      guard twins.count == 1, others.isEmpty, let twin = twins.first else { continue }
      join(writer, into: twin)
    }
    parties.removeAll(where: \.log.isEmpty)
  }

  /// Attributes what one party says to another; the emptied one stays until it is removed.
  private mutating func join(_ source: Int, into target: Int) {
    parties[target].log.add(parties[source].log)
    parties[source].log = TunnelLog()
  }

  /// Where the logs know just one client of a gateway and one client wrote a log of its own, they are the same.
  mutating func joinOnlyCandidates() {
    let writers = parties.indices.filter { parties[$0].isWriter && parties[$0].isTunnel(families) }
    let named = parties.indices.filter { !parties[$0].isWriter && parties[$0].isTunnel(families) }
    guard writers.count == 1, named.count == 1, let writer = writers.first, let other = named.first else { return }
    let (a, b) = (parties[writer].log.innerAddresses, parties[other].log.innerAddresses)
    guard a.isEmpty || b.isEmpty || !Set(a).isDisjoint(with: b) else { return }
    guard !parties[other].sides.contains(.client) else { return }
    join(writer, into: other)
    parties[other].log.sort()
    parties.removeAll(where: \.log.isEmpty)
  }

  /// Puts the parties' facts on the report's clock.
  mutating func settle(_ time: (LogFact) -> Timestamp?) {
    for index in parties.indices {
      for fact in parties[index].log.facts.indices {
        parties[index].log.facts[fact].time = time(parties[index].log.facts[fact])
      }
      parties[index].log.sort()
    }
    for device in configuration.keys {
      for fact in configuration[device, default: []].indices {
        guard let known = configuration[device]?[fact] else { continue }
        configuration[device]?[fact].time = time(known)
      }
    }
  }
}
