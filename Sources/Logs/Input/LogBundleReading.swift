import Observations

/// The reading of one file and of everything inside it.
struct LogBundleReading {
  /// What reports call the file.
  let name: String
  private(set) var nextIndex: Int
  private let budget: LogExpansionBudget
  private let readers: [any LogFormatReader.Type]
  private(set) var descriptions: [LogDescription] = []
  private var members = 0
  private var skippedMembers = 0
  private var skippedLines = 0
  private var problem: String?

  init(name: String, nextIndex: Int, budget: LogExpansionBudget, readers: [any LogFormatReader.Type]) {
    self.name = name
    self.nextIndex = nextIndex
    self.budget = budget
    self.readers = readers
  }

  /// Reads the file.
  mutating func read(_ archive: LogArchive, _ take: (Observation) -> Void) throws(LogError) {
    guard archive.open() else { throw error(archive) }
    guard let member = archive.nextMember() else {
      guard archive.failure == nil else { throw error(archive) }
      return describeEmptyFile()
    }
    if member.path == nil {
      try readFile(archive, take)
    } else {
      readMembers(archive, first: member, path: name, depth: 1, take)
      describeSkipped()
    }
  }

  private func error(_ archive: LogArchive) -> LogError {
    LogError(file: name, problem: "cannot be read: \(archive.failure ?? "the data is damaged")")
  }

  // MARK: A file that is one text

  private mutating func readFile(_ archive: LogArchive, _ take: (Observation) -> Void) throws(LogError) {
    guard archive.read() == .block else {
      guard archive.failure == nil else { throw error(archive) }
      return describeEmptyFile()
    }
    if let nested = nested(archive, depth: 1) {
      if let member = nested.nextMember() {
        if member.path == nil {
          readMember(nested, path: name, depth: 2, take)
        } else {
          readMembers(nested, first: member, path: name, depth: 2, take)
        }
        return describeSkipped()
      }
    }
    guard let encoding = LogEncoding(archive.block) else {
      throw LogError(file: name, problem: LogEncoding.whatElse(archive.block))
    }
    let description = readText(archive, encoding, name: name, take)
    nextIndex += 1
    descriptions.append(description)
  }

  private mutating func describeEmptyFile() {
    descriptions.append(
      LogDescription(index: nextIndex, name: name, format: .unknown, lines: 0, understoodLines: 0, unknownLines: 0))
    nextIndex += 1
  }

  // MARK: A bundle

  private mutating func readMembers(
    _ archive: LogArchive, first: LogArchive.Member, path: String, depth: Int, _ take: (Observation) -> Void
  ) {
    var next: LogArchive.Member? = first
    while let member = next {
      guard members < LogLimits.members else {
        problem = "only its first \(LogLimits.members) members were looked at"
        return
      }
      members += 1
      if member.isRegularFile { readMember(archive, path: path + ": " + (member.path ?? ""), depth: depth, take) }
      guard budget.problem == nil else {
        problem = budget.problem
        return
      }
      next = archive.nextMember()
    }
    if let failure = archive.failure { problem = problem ?? failure }
  }

  private mutating func readMember(
    _ archive: LogArchive, path: String, depth: Int, _ take: (Observation) -> Void
  ) {
    guard archive.read() == .block else {
      skippedMembers += 1
      return
    }
    if let nested = nested(archive, depth: depth) {
      if let member = nested.nextMember() {
        if member.path == nil {
          readMember(nested, path: path, depth: depth + 1, take)
        } else {
          readMembers(nested, first: member, path: path, depth: depth + 1, take)
        }
      } else if let failure = nested.failure {
        skippedMembers += 1
        note(failure, path: path)
      }
      return
    }
    guard let encoding = LogEncoding(archive.block) else {
      // A bundle's captures are read as captures.
      if !LogEncoding.isCapture(archive.block) { skippedMembers += 1 }
      return
    }
    let description = readText(archive, encoding, name: path, take)
    if description.understoodLines > 0 {
      descriptions.append(description)
      nextIndex += 1
    } else {
      skippedMembers += 1
      skippedLines += description.lines
      if let problem = description.problem { note(problem, path: path) }
    }
  }

  /// Remembers the first failure inside the file, with the member that it is about.
  private mutating func note(_ failure: String, path: String) {
    problem = problem ?? (path == name ? failure : "\(path.dropFirst(name.count + 2)): \(failure)")
  }

  /// The bundle or compressed file that the member is; nil when it is something else, or lies too deep.
  private mutating func nested(_ archive: LogArchive, depth: Int) -> LogArchive? {
    guard LogEncoding.isPacked(archive.block) else { return nil }
    guard depth <= LogLimits.nesting else {
      problem = "bundles inside it that lie deeper than \(LogLimits.nesting) levels were not read"
      return nil
    }
    guard let nested = LogArchive(source: MemberBytes(parent: archive), budget: budget), nested.open() else {
      return nil
    }
    return nested
  }

  private mutating func describeSkipped() {
    guard skippedMembers > 0 || problem != nil || descriptions.isEmpty else { return }
    descriptions.append(
      LogDescription(
        index: nextIndex, name: name, format: .unknown, lines: skippedLines, understoodLines: 0,
        unknownLines: skippedLines, skippedMembers: skippedMembers, problem: problem))
    nextIndex += 1
  }

  // MARK: A text

  /// Reads a text whose first bytes `archive` has read.
  private func readText(
    _ archive: LogArchive, _ encoding: LogEncoding, name: String, _ take: (Observation) -> Void
  ) -> LogDescription {
    var dispatcher = LogDispatcher(log: nextIndex, readers: readers)
    var lines = LogLines()
    var decoder = LogDecoder(encoding)
    repeat {
      lines.read(decoder.decode(archive.block), into: &dispatcher)
      dispatcher.emit(take)
    } while archive.read() == .block
    while lines.readBackwards(into: &dispatcher) { dispatcher.emit(take) }
    lines.finish(into: &dispatcher)
    dispatcher.finish(take)
    return dispatcher.sink.description(name: name, problem: archive.failure)
  }
}
