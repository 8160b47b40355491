import Correlation
import Observations

extension Narrowing {
  /// What the report is limited to, as one or two sentences.
  var words: String {
    let parts = [packetWords, tunnelWords].compactMap { $0 }
    let sentence = parts.isEmpty ? "" : "Narrowed to \(parts.joined(separator: ", and to "))."
    guard otherTunnels > 0 else { return sentence }
    return sentence + " \(otherTunnels.counted("other tunnel")) \(otherTunnels == 1 ? "is" : "are") not shown."
  }

  private var packetWords: String? {
    let span: String? =
      switch (since, until) {
      case (let since?, let until?): "from \(since.dateAndClock) to \(until.dateAndClock)"
      case (let since?, nil): "from \(since.dateAndClock) on"
      case (nil, let until?): "up to \(until.dateAndClock)"
      case (nil, nil): nil
      }
    let passing = filter.map { "that pass the filter \"\($0.visible)\"" }
    let words = [span, passing].compactMap { $0 }
    return words.isEmpty ? nil : "packets \(words.joined(separator: " "))"
  }

  private var tunnelWords: String? {
    let ends = [(tunnels.clients, "of client"), (tunnels.gateways, "to gateway")].compactMap { prefixes, name in
      prefixes.isEmpty ? nil : "\(name) \(prefixes.map(\.description).joined(separator: " or "))"
    }
    return ends.isEmpty ? nil : "tunnels \(ends.joined(separator: " "))"
  }
}
