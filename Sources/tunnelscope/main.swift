import Analysis
import Correlation
import Observations
import Glibc

let isJSON = CommandLine.arguments.contains("--format")
var analysis = OfflineAnalysis(paths: CommandLine.arguments.dropFirst().filter { $0 != "analyze" && $0 != "--format" && $0 != "json" })
let outcome = analysis.run()
let report = outcome.report
for p in outcome.problems { print(p) }
for t in report.tunnels { print(t.id, t.client, t.gateway, t.serverName ?? "-", "sessions", t.tls.sessions.count, t.dtls.outcome, "attempts", t.dtls.attempts.map { "\($0.outcome):\($0.hellos)" }, t.mtu) }
for f in report.findings { print(f.id, f.rule.rawValue, f.severity, f.confidence, f.tunnel ?? "-", f.title, f.facts.map { "\($0.name)=\($0.value)" }) ; print("    ", f.explanation); print("    ", f.evidence.map { "\($0.frame.frame)" }.joined(separator: " ")) }
