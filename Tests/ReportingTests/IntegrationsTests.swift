import Families
import Foundation
import Reporting
import Testing

/// What Prometheus and Grafana are told to ask for, against what is written.
@Suite("Prometheus rules and Grafana dashboard")
struct IntegrationsTests {
  private static let folder =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/Integrations/"

  static let files = ["Prometheus/tunnelscope.rules.yml", "Grafana/tunnelscope.json"]

  private var written: String { LiveStatus().metrics(interface: "eth0", rules: RegisteredFamilies.table.ruleNames) }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: Self.folder + name, encoding: .utf8)
  }

  @Test("ask for metrics that are written", arguments: files)
  func metrics(name: String) throws {
    let known = Set(written.matches(of: /(?m)^(tunnelscope_\w+)\{/).map { String($0.1) })
    let asked = Set(try text(name).matches(of: /\b(tunnelscope_\w+)\b/).map { String($0.1) })
    #expect(known.count == 12)
    #expect(asked.subtracting(known).sorted() == [])
    #expect(known.subtracting(asked).isEmpty || name.hasPrefix("Prometheus"), "the dashboard shows them all")
  }

  @Test("name rules that there are", arguments: files)
  func rules(name: String) throws {
    let known = Set(RegisteredFamilies.table.ruleNames.map(\.rawValue))
    let lists = try text(name).matches(of: /rule!~\\?"([a-z|-]+)\\?"/).map {
      $0.1.split(separator: "|").map(String.init)
    }
    #expect(!lists.isEmpty)
    for rule in lists.joined() { #expect(known.contains(rule), "\(rule)") }
  }

  private struct Dashboard: Decodable {
    struct Place: Decodable { let x: Int, y: Int, w: Int, h: Int }
    struct Panel: Decodable {
      struct Target: Decodable { let expr: String, refId: String }
      let id: Int, title: String, description: String, gridPos: Place, targets: [Target]
    }
    struct Templates: Decodable {
      struct Variable: Decodable { let name: String }
      let list: [Variable]
    }
    let uid: String, title: String, schemaVersion: Int, panels: [Panel], templating: Templates
  }

  @Test("the dashboard's panels have names, places of their own and variables that exist")
  func dashboard() throws {
    let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(try text("Grafana/tunnelscope.json").utf8))
    #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
    var taken: Set<[Int]> = []
    for panel in dashboard.panels {
      #expect(!panel.title.isEmpty && !panel.description.isEmpty && !panel.targets.isEmpty)
      let place = panel.gridPos
      #expect(place.x >= 0 && place.x + place.w <= 24, "\(panel.title)")
      for x in place.x..<place.x + place.w {
        for y in place.y..<place.y + place.h { #expect(taken.insert([x, y]).inserted, "\(panel.title) overlaps") }
      }
    }
    let variables = Set(dashboard.templating.list.map { "$" + $0.name })
    for target in dashboard.panels.flatMap(\.targets) {
      for variable in target.expr.matches(of: /\$\w+/) where !variable.output.hasPrefix("$__") {
        #expect(variables.contains(String(variable.output)), "\(target.expr)")
      }
    }
  }
}
