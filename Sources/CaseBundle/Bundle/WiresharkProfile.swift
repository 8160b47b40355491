/// A Wireshark profile for the evidence of cases: columns for comments, colours by finding and a button a finding.
///
/// Debian's package installs `general`; a case brings one with the names of its own findings.
public struct WiresharkProfile: Sendable {
  /// A finding, by its identifier, and what its button is called.
  public struct Subject: Sendable {
    public let id: String
    public let label: String

    public init(id: String, label: String) {
      self.id = id
      self.label = label
    }
  }

  /// What Wireshark calls it, and the folder it lies in.
  public static let name = "Tunnelscope"

  /// For cases of any findings.
  public static let general = WiresharkProfile(
    (1...palette.count).map { Subject(id: "F\($0)", label: "F\($0)") })

  private let subjects: [Subject]

  /// - Parameter subjects: The first have colours and buttons, as many as can be told apart.
  public init(_ subjects: [Subject]) { self.subjects = Array(subjects.prefix(Self.palette.count)) }

  /// Its files by name.
  public var files: [(name: String, text: String)] {
    [("colorfilters", colorFilters), ("dfilter_buttons", buttons), ("preferences", Self.preferences)]
  }

  /// Backgrounds on which black text reads well and that the colour-blind can tell apart (Okabe and Ito's, lightened),
  /// 8 bits a channel.
  private static let palette: [(red: Int, green: Int, blue: Int)] = [
    (255, 179, 128), (153, 214, 255), (170, 230, 200), (255, 240, 140), (180, 200, 255), (235, 190, 220),
    (240, 200, 120), (205, 205, 205),
  ]

  /// Of any finding, and of none.
  private static let anyFinding = "frame.comment contains \"[F\""
  private static let context = "frame.comment contains \"context: \""

  private static func filter(_ subject: Subject) -> String {
    "frame.comment contains \"[\(subject.id)]\""
  }

  /// `@name@filter@[background][foreground]`, 16 bits a channel; the first that fits wins.
  private var colorFilters: String {
    func line(_ name: String, _ filter: String, _ back: (red: Int, green: Int, blue: Int), _ fore: Int) -> String {
      let background = [back.red, back.green, back.blue].map { String($0 * 257) }.joined(separator: ",")
      let foreground = Array(repeating: String(fore * 257), count: 3).joined(separator: ",")
      return "@\(name)@\(filter)@[\(background)][\(foreground)]\n"
    }
    return zip(subjects, Self.palette).map { line($0.label, Self.filter($0), $1, 0) }.joined()
      + line("Other findings", Self.anyFinding, (255, 220, 220), 0)
      + line("Context", Self.context, (255, 255, 255), 110)
  }

  /// `"shown","label","filter","comment"`, where quotes within are written as hexadecimal escapes.
  private var buttons: String {
    func line(_ label: String, _ filter: String, _ comment: String) -> String {
      let fields = ["TRUE", label, filter, comment].map { field in
        "\"" + field.map { $0 == "\"" || $0 == "\\" ? "\\x\($0 == "\"" ? "22" : "5c")" : String($0) }.joined() + "\""
      }
      return fields.joined(separator: ",") + "\n"
    }
    return line("Evidence", Self.anyFinding, "packets that findings cite")
      + subjects.map { line($0.label, Self.filter($0), "packets that \($0.id) cites") }.joined()
  }

  private static let preferences = """
    # Columns for the evidence of cases; the comment says which finding cites a packet, and why.
    gui.column.format:
    \t"No.", "%m",
    \t"Time", "%t",
    \t"Source", "%s",
    \t"Destination", "%d",
    \t"Protocol", "%p",
    \t"Length", "%L",
    \t"Comment", "%Cus:frame.comment:0:R",
    \t"Info", "%i"

    """
}
