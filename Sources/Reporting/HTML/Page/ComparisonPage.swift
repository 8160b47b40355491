import Correlation

/// The values that the page of a comparison is filled with.
struct ComparisonPage {
  let title: String
  let policy: String
  let style: String
  let generator: String
  let answer: String
  let tone: String
  let parts: [Part]
  let compared: [Row]

  struct Part {
    let heading: String
    let items: [Item]
    let left: String
  }

  struct Item {
    let severity: String
    let itemTitle: String
    let about: String
    let rows: [Row]
  }

  struct Row {
    let label: String
    let words: String

    init(_ row: ComparisonWords.Row) { (label, words) = (row.label, row.words) }
  }

  init(_ comparison: ReportComparison, generator: Generator) {
    let words = ComparisonWords(comparison)
    style = PageTemplates.style
    title = "Before and after: " + VisibleText.of(words.answer, limit: 120)
    policy = ContentSecurityPolicy.policy(style: style)
    self.generator = "\(generator.name) \(generator.version)"
    answer = words.answer
    tone = words.verdict.rawValue
    parts = words.sections.map { section in
      Part(
        heading: section.heading,
        items: section.items.map { item in
          Item(
            severity: item.severity?.rawValue ?? "", itemTitle: item.title, about: item.about,
            rows: item.rows.map(Row.init))
        }, left: section.left.map { "… \($0); the JSON form has all." } ?? "")
    }
    compared = words.compared.map(Row.init)
  }
}
