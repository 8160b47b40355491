import Correlation

/// The comparison for a ticket or a chat, in Markdown.
struct ComparisonMarkdown {
  /// At most `MarkdownLength.most` long; what does not fit is counted.
  func render(_ comparison: ReportComparison, generator: Generator) -> String {
    MarkdownLength.fit(end: "*\(generator.name) \(generator.version)*") { halvings in
      let (findings, tunnels) = (max(1, 60 >> halvings), max(1, 40 >> halvings))
      return blocks(ComparisonWords(comparison, mostFindings: findings, mostTunnels: tunnels))
    }
  }

  private func blocks(_ words: ComparisonWords) -> [String] {
    var blocks = ["# Before and after", "**\(MarkdownText.prose(words.answer))**"]
    for section in words.sections {
      blocks.append("## \(section.heading)")
      blocks += section.items.map(block)
      if let left = section.left { blocks.append("… \(left); the JSON form has all.") }
    }
    return blocks + ["## What was compared", rows(words.compared)]
  }

  private func block(_ item: ComparisonWords.Item) -> String {
    let severity = item.severity.map { "**\($0.rawValue)** " } ?? ""
    let about = item.about.isEmpty ? "" : " (\(MarkdownText.prose(item.about)))"
    return severity + MarkdownText.prose(item.title) + about + "\n\n" + rows(item.rows)
  }

  private func rows(_ rows: [ComparisonWords.Row]) -> String {
    rows.map { "- \($0.label): \(MarkdownText.prose($0.words))" }.joined(separator: "\n")
  }
}
