import Observations
import Testing

@testable import Correlation

@Suite("Problems")
struct ProblemTests {
  private static let channel = FindingSubject.channel(.dtls, port: 443)

  private func finding(
    _ id: String, _ about: FindingSubject = channel, tunnel: String? = "T1", severity: Severity = .warning,
    confidence: Confidence = .certain, causes: [String] = [], remedies: [String] = []
  ) -> Finding {
    var finding = Finding(
      rule: .handshakeUnanswered, about: about, severity: severity, confidence: confidence, confidenceReason: "",
      tunnel: tunnel, title: id, explanation: "", remedies: remedies, start: nil, end: nil, causes: causes, facts: [],
      evidence: [])
    finding.id = id
    return finding
  }

  private func problems(_ findings: [Finding], _ causes: [CommonCause] = []) -> [Problem] {
    var assembly = ProblemAssembly(findings, causes, Scenario.families)
    return assembly.problems()
  }

  @Test("findings that cause each other are one problem, others are problems of their own, the worst first")
  func separate() {
    let problems = problems([
      finding("F1", .tunnel, severity: .error, causes: ["F3"]), finding("F2", tunnel: "T2", severity: .error),
      finding("F3"),
    ])
    #expect(problems.map(\.id) == ["P1", "P2"])
    #expect(problems.map(\.findings) == [["F3", "F1"], ["F2"]])
    #expect(problems.map(\.root) == ["F3", "F2"])
    #expect(problems.map(\.severity) == [.error, .error])
    #expect(problems.map(\.tunnels) == [["T1"], ["T2"]])
  }

  @Test("a note alone and what limits the captures are no problem; a note that explains one is part of it")
  func notes() {
    #expect(problems([finding("F1", severity: .note), finding("F2", .captures, severity: .warning)]).isEmpty)
    let explained = problems([finding("F1", causes: ["F2"]), finding("F2", severity: .note)])
    #expect(explained.map(\.findings) == [["F2", "F1"]])
  }

  @Test("what is merely possible is no root while something is known")
  func possible() {
    let problem = problems([finding("F1", causes: ["F2"]), finding("F2", confidence: .possible)]).first
    #expect(problem?.root == "F1")
  }

  @Test("an effect adds no steps, and two steps that name the same setting are one")
  func steps() {
    let problem = problems([
      finding("F1", .tunnel, causes: ["F2", "F3"], remedies: ["wait for the cause"]),
      finding("F2", remedies: ["Open the port.", "Set `mtu 1347` in the policy."]),
      finding("F3", .tunnel, remedies: ["Or set `mtu 1347`, which fits.", "Clamp the MSS."]),
    ]).first
    #expect(problem?.remedies == ["Open the port.", "Set `mtu 1347` in the policy.", "Clamp the MSS."])
  }

  @Test("what many tunnels have in common is one problem")
  func common() {
    let findings = (1...4).map { finding("F\($0)", tunnel: "T\($0)") }
    let cause = CommonCause(
      rule: .handshakeUnanswered, gateway: Scenario.gateway, channel: .dtls, port: 443,
      tunnels: ["T1", "T2", "T3"], findings: ["F1", "F2", "F3"], total: 4, title: "3 of 4 tunnels")
    let problems = problems(findings, [cause])
    #expect(problems.map(\.tunnels) == [["T1", "T2", "T3"], ["T4"]])
  }

  @Test("causes in a circle, which no rule makes, end")
  func circle() {
    #expect(problems([finding("F1", causes: ["F2"]), finding("F2", causes: ["F1", "F2"])]).count == 1)
  }
}
