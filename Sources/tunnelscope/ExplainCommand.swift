import ArgumentParser
import Correlation
import Families
import Output
import Reporting

/// `tunnelscope explain [RULE]`: what the program can find, and what a finding means.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "List the rules, or explain one: what it means, how it is recognised, what to do.")

  @Argument(
    help: ArgumentHelp("The name of a rule, as a report gives it.", valueName: "rule"),
    completion: .list(RegisteredFamilies.table.ruleNames.map(\.rawValue)))
  var rule: String?

  private var families: FamilyTable { RegisteredFamilies.table }

  func run() throws {
    guard let rule else {
      let names = families.ruleNames
      let width = names.map(\.rawValue.count).max() ?? 0
      let lines = names.map { name in
        let padding = String(repeating: " ", count: width - name.rawValue.count)
        return indented(families.documentation(of: name)?.summary ?? "", marker: "\(name.rawValue)\(padding)  ")
      }
      try StandardOutput.write(
        "The rules, by the names that reports use:\n\n\(lines.joined(separator: "\n"))\n\n"
          + "tunnelscope explain RULE explains one.\n")
      return
    }
    let name = RuleName(rule)
    guard let documentation = families.documentation(of: name) else {
      let question = NearMiss.question(rule, among: families.ruleNames.map(\.rawValue))
      Diagnostics.error(
        "no rule is called \(rule)\(question.isEmpty ? "; tunnelscope explain lists them" : question)")
      throw ExitStatus.usage
    }
    var text = "\(name.rawValue)\n\n\(indented(documentation.summary))\n"
    for (heading, body) in [
      ("What it means", documentation.meaning), ("How it is recognised", documentation.recognisedBy),
      ("Not to be confused with", documentation.notToConfuseWith),
    ] {
      text += "\n\(heading)\n\(indented(body))\n"
    }
    let notes = families.all.compactMap { family in family.note(on: name).map { "\(family.title): \($0)" } }
    if !notes.isEmpty { text += "\nHow each kind of tunnel shows it\n" + notes.map { indented($0) + "\n" }.joined() }
    text += "\nWhat to do\n"
    for (index, remedy) in documentation.remedies.enumerated() {
      text += indented(remedy, marker: "\(index + 1). ") + "\n"
    }
    try StandardOutput.write(text)
  }

  /// A paragraph in lines of at most 80 columns.
  private func indented(_ paragraph: String, marker: String = "") -> String {
    var lines: [String] = []
    var line = "  " + marker
    let indent = String(repeating: " ", count: line.count)
    var isEmpty = true
    for word in paragraph.split(whereSeparator: \.isWhitespace) {
      if !isEmpty, line.count + 1 + word.count > 80 {
        lines.append(line)
        line = indent
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
