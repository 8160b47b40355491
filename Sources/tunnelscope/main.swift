import Glibc
import Capture
import Correlation
import Observations
import Tracking

var correlator = Correlator()
var descriptions: [CaptureDescription] = []
let isJSON = CommandLine.arguments.contains("--format")
for (index, path) in CommandLine.arguments.dropFirst().filter({ $0.hasSuffix(".pcap") }).enumerated() {
  guard var file = CaptureFile.open(path) else { continue }
  var tracker = PointTracker(point: index)
  var batch = PacketBatch()
  while file.readBatch(&batch) {
    tracker.read(batch, window: file.window, linkTypes: ContiguousArray(file.interfaces.map(\.linkType)), capture: index)
  }
  tracker.finish()
  let o = tracker.takeObservations()
  correlator.absorb(o)
  let q = tracker.quality(ofCapture: index)
  descriptions.append(CaptureDescription(index: index, point: index, name: path, format: "pcap", linkTypes: ["Ethernet"], snapLength: 0, packets: file.statistics.packets, bytes: 0, start: file.statistics.earliest, end: file.statistics.latest, superPackets: q.superPackets))
}
let report = correlator.report(captures: descriptions)
if isJSON {
  func v(_ f: FactValue) -> String { switch f { case .integer(let i): "\(i)"; case .number(let d): "\(d)"; case .text(let t): "\"\(t)\""; case .boolean(let b): "\(b)"; case .numbers(let n): "\(n)" } }
  let fs = report.findings.map { f in "{\"rule\":\"\(f.rule.rawValue)\",\"severity\":\"\(f.severity.rawValue)\",\"facts\":{" + f.facts.map { "\"\($0.name)\":\(v($0.value))" }.joined(separator: ",") + "},\"evidence\":[" + f.evidence.map { "{\"frame\":\($0.frame.frame)}" }.joined(separator: ",") + "]}" }
  print("{\"findings\":[" + fs.joined(separator: ",") + "],\"tunnels\":[" + report.tunnels.map { _ in "{}" }.joined(separator: ",") + "]}")
  if report.hasProblems { exit(1) }
  exit(0)
}
for t in report.tunnels { print(t.id, t.client, t.gateway, t.serverName ?? "-", "sessions", t.tls.sessions.count, t.dtls.outcome, "attempts", t.dtls.attempts.map { "\($0.outcome):\($0.hellos)" }, t.mtu) }
for f in report.findings { print(f.id, f.rule.rawValue, f.severity, f.confidence, f.tunnel ?? "-", f.title, f.facts.map { "\($0.name)=\($0.value)" }) ; print("    ", f.explanation); print("    ", f.evidence.map { "\($0.frame.frame)" }.joined(separator: " ")) }
