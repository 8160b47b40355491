/// What kind of text a log is. Families declare the formats of their products.
public struct LogFormat: Sendable, Hashable, Codable {
  /// As reports for programs name it: "asa-syslog".
  public let name: String
  /// As people name it: "ASA syslog".
  public let title: String
  /// Whose view it is; nil when it is not known.
  public let side: Side?
  /// What wrote it, for a gateway's log; nil where that is not known.
  public let product: Product?

  public init(_ name: String, title: String, side: Side?, product: Product? = nil) {
    self.name = name
    self.title = title
    self.side = side
    self.product = product
  }

  /// A name stands for one format of one side: the rest follows from them, and every line of a log asks.
  public static func == (a: LogFormat, b: LogFormat) -> Bool { a.name == b.name && a.side == b.side }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(side)
  }

  /// Nothing in it was understood.
  public static let unknown = LogFormat("unknown", title: "unknown", side: nil)
}

/// A gateway's product, as far as something shows it. Families declare theirs.
public struct Product: Sendable, Hashable, Codable {
  /// As people name it: "Cisco ASA".
  public let name: String

  public init(_ name: String) { self.name = name }
}

/// What was read: one log, or one member of a bundle, and what of it was understood.
public struct LogDescription: Sendable, Hashable, Codable {
  /// Index among all logs, from 0; the `log` of every line reference into it.
  public let index: Int
  /// As the user named it, without folders; a member of a bundle as "bundle.zip: path/in/it".
  public var name: String
  /// What most of its understood lines are.
  public let format: LogFormat
  /// Lines read.
  public let lines: Int
  /// Lines that belong to something that is understood, blank lines left out.
  public let understoodLines: Int
  /// Lines that a verdict rests on; nil until correlation has judged.
  public var usedLines: Int?
  /// Lines whose form is not known, blank lines left out.
  public let unknownLines: Int
  /// Lines that look like errors and whose meaning is not known, or that name a problem which no rule judges.
  public let suspiciousLines: Int
  /// The numbers of the first of them, from 1.
  public let firstSuspicious: [Int]
  /// Lines that complain of something, beside tunnels of which nothing shows it; nil for none. They are shown and do not
  /// weigh: whoever listens to the Internet has some of strangers, and much mends itself.
  public let complaints: LogComplaints?
  /// Lines longer than the limit, of which only the beginning was looked at.
  public let cutLines: Int
  /// Observations beyond the limit, which were not kept.
  public let droppedObservations: Int
  /// Handshakes and sessions beyond the limit, whose later lines were taken for those of others.
  public let forgottenHandshakes: Int
  /// Members of a bundle that are no logs, or of which nothing is understood; they are counted in the description that
  /// has the bundle's own name, and are described no further.
  public let skippedMembers: Int
  /// The least and the greatest time.
  public let start: LogTime?
  public let end: LogTime?
  /// Why reading stopped early, in one line; nil when it was read to its end.
  public let problem: String?

  public init(
    index: Int, name: String, format: LogFormat, lines: Int, understoodLines: Int, unknownLines: Int,
    usedLines: Int? = nil, suspiciousLines: Int = 0, firstSuspicious: [Int] = [],
    complaints: LogComplaints? = nil, cutLines: Int = 0,
    droppedObservations: Int = 0, forgottenHandshakes: Int = 0, skippedMembers: Int = 0, start: LogTime? = nil,
    end: LogTime? = nil, problem: String? = nil
  ) {
    self.index = index
    self.name = name
    self.format = format
    self.lines = lines
    self.understoodLines = understoodLines
    self.usedLines = usedLines
    self.unknownLines = unknownLines
    self.suspiciousLines = suspiciousLines
    self.firstSuspicious = firstSuspicious
    self.complaints = complaints
    self.cutLines = cutLines
    self.droppedObservations = droppedObservations
    self.forgottenHandshakes = forgottenHandshakes
    self.skippedMembers = skippedMembers
    self.start = start
    self.end = end
    self.problem = problem
  }

  /// The identifier that reports use: "l1" for the first log.
  public var id: String { "l\(index + 1)" }
}

/// Lines of a log that complain of something that no tunnel shows.
public struct LogComplaints: Sendable, Hashable, Codable {
  public let lines: Int
  /// The numbers of the first of them, from 1.
  public let first: [Int]

  public init(lines: Int, first: [Int]) {
    self.lines = lines
    self.first = first
  }
}
