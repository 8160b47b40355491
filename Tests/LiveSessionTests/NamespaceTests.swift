import Foundation
import Testing

/// A network namespace with a pair of interfaces, `left` and `right`, that is gone when this is.
final class Namespace {
  let name = "ts-\(UUID().uuidString.prefix(8).lowercased())"

  /// Namespaces need root and iproute2; replaying needs python3.
  static let isAvailable: Bool = {
    guard geteuid() == 0, ip != nil, python != nil, program != nil else { return false }
    // Containers may be root and still not allowed to.
    guard let probe = try? Namespace() else { return false }
    return (try? probe.output("true")) != nil
  }()

  static let ip = tool("ip")
  static let python = tool("python3")
  static let setpriv = tool("setpriv")
  static let script = tool("script")

  private static func tool(_ name: String) -> String? {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The built program, beside the test bundle.
  static let program: String? = {
    for argument in CommandLine.arguments {
      var folder = URL(filePath: argument)
      for _ in 0..<5 where folder.path != "/" {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: "tunnelscope").path
        let kind = try? FileManager.default.attributesOfItem(atPath: candidate)[.type] as? FileAttributeType
        if kind == .typeRegular, FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      }
    }
    return nil
  }()

  struct Failed: Error {
    let command: [String]
    let errors: String
  }

  init() throws {
    try Self.run(["ip", "netns", "add", name])
    // No packets but those that a test sends.
    _ = try output("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1", "net.ipv6.conf.all.disable_ipv6=1")
    try addInterfaces()
  }

  func addInterfaces() throws {
    _ = try output("ip", "link", "add", "left", "type", "veth", "peer", "name", "right")
    for end in ["left", "right"] { _ = try output("ip", "link", "set", end, "up", "arp", "off") }
  }

  deinit { _ = try? Self.run(["ip", "netns", "del", name]) }

  func output(_ command: String...) throws -> String { try Self.run(["ip", "netns", "exec", name] + command) }

  @discardableResult
  private static func run(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let message = errors.fileHandleForReading.readDataToEndOfFile()
      throw Failed(command: command, errors: String(decoding: message, as: UTF8.self))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Starts a program inside, its output in files so that nobody waits for anybody.
  func start(_ command: [String], output: URL) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Self.ip ?? "/usr/sbin/ip")
    process.arguments = ["netns", "exec", name] + command
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let errors = output.appendingPathExtension("errors")
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// A live capture on `right` in a namespace of its own, with its events as JSON.
struct LiveProgram {
  let namespace: Namespace
  let process: Process
  let folder: URL

  /// - Parameters:
  ///   - prefix: A command that runs the program.
  ///   - seconds: After how long it ends by itself; long enough for every test, so that none can hang.
  init(_ options: String..., prefix: [String] = [], seconds: Int = 50) throws {
    namespace = try Namespace()
    folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let program = try #require(Namespace.program)
    process = try namespace.start(
      prefix + [program, "live", "right", "--format", "json", "--duration", "\(seconds)"] + options,
      output: folder.appending(path: "events"))
  }

  /// The program's events so far, whole lines only.
  var events: [[String: Any]] { Self.events(in: folder.appending(path: "events")) }

  static func events(in file: URL) -> [[String: Any]] {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
    }
  }

  var errors: String {
    (try? String(contentsOf: folder.appending(path: "events.errors"), encoding: .utf8)) ?? ""
  }

  /// Whether the program has said that it captures; false when it ended before.
  func awaitStart() -> Bool {
    while events.isEmpty, process.isRunning { usleep(20_000) }
    return !events.isEmpty
  }

  func replay(_ capture: String, seconds: Int, tags: String = "") throws -> Process {
    try namespace.start(
      [Namespace.python ?? "", script, "\(Replay.folder)/\(capture)", "left", "\(seconds)", tags],
      output: folder.appending(path: "replay"))
  }

  /// How many IP packets `replay` sends: those of the first seconds of a little-endian microsecond pcap.
  func replayed(_ capture: String, _ seconds: Double) -> Int {
    let data = [UInt8]((try? Data(contentsOf: URL(filePath: "\(Replay.folder)/\(capture)"))) ?? Data())
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[at + $1]) << (8 * $1) } }
    var (at, count, first) = (24, 0, nil as Double?)
    while at + 16 <= data.count {
      let time = Double(word(at)) + Double(word(at + 4)) / 1e6
      first = first ?? time
      if time - (first ?? time) > seconds { break }
      if [[8, 0], [0x86, 0xDD]].contains(Array(data[at + 28..<at + 30])) { count += 1 }
      at += 16 + word(at + 8)
    }
    return count
  }

  private var script: String { URL(filePath: #filePath).deletingLastPathComponent().appending(path: "replay.py").path }

  /// Asks the program to end, and waits until it has.
  func stop() -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationStatus
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The states of the interface that were told.
  var states: [String] {
    events.compactMap { $0["event"] as? String == "interface" ? $0["state"] as? String : nil }
  }

  /// Waits until something is so, or the program has ended; whether it is so.
  func await(_ condition: () -> Bool) -> Bool {
    while !condition() {
      guard process.isRunning else { return condition() }
      usleep(20_000)
    }
    return true
  }

  /// What the kernel says of the process (proc_pid_status(5)).
  var status: [String: String] {
    let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return fields
  }

  var capturedPackets: Int? {
    let report = events.last?["report"] as? [String: Any]
    return (report?["captures"] as? [[String: Any]])?.first?["packets"] as? Int
  }

  func findings(_ state: String) -> [String] {
    events.filter { $0["event"] as? String == "finding" && $0["state"] as? String == state }
      .compactMap { ($0["finding"] as? [String: Any])?["rule"] as? String }
  }
}

// Skipped where no network namespace can be made: not root, no iproute2, or a container that forbids it.
@Suite("Live in a network namespace", .enabled(if: Namespace.isAvailable))
struct NamespaceTests {
  @Test("tells that DTLS is never answered, within 15 seconds of the last hello of the first attempt")
  func blocked() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    // The first attempt's hellos come 0, 1, 3 and 7 seconds after the session; the next attempt follows much later.
    let replay = try live.replay("blocked-client.pcap", seconds: 24)
    replay.waitUntilExit()
    #expect(live.findings("new") == ["handshake-unanswered"])
    #expect(live.stop() == 1, "\(live.errors)")
    let last = try #require(live.events.last)
    let report = try #require(last["report"] as? [String: Any])
    #expect((report["findings"] as? [[String: Any]])?.contains { $0["rule"] as? String == "handshake-unanswered" } == true)
  }

  @Test("tells nothing of a healthy tunnel in the same time")
  func healthy() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("idle-quiet-client.pcap", seconds: 24).waitUntilExit()
    #expect(live.findings("new").isEmpty)
    #expect(live.stop() == 0, "\(live.errors)")
    let report = try #require(live.events.last?["report"] as? [String: Any])
    #expect((report["tunnels"] as? [Any])?.count == 1)
  }

  @Test("sees tunnels behind VLAN tags", arguments: ["81000064", "88a8006481000065"])
  func tagged(_ tags: String) throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("blocked-client.pcap", seconds: 4, tags: tags).waitUntilExit()
    _ = live.stop()
    let report = try #require(live.events.last?["report"] as? [String: Any])
    #expect((report["tunnels"] as? [Any])?.count == 1)
  }

  @Test("has no capability and is an unprivileged user before it looks at packets")
  func rights() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    let fields = live.status
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] { #expect(fields[set] == "0000000000000000") }
    #expect(fields["NoNewPrivs"] == "1")
    // A kernel without seccomp has no such line.
    if let filter = fields["Seccomp"] { #expect(filter == "2", "2 is a filter") }
    #expect(fields["Uid"]?.split(separator: "\t").allSatisfy { $0 == "65534" } == true)
    #expect(fields["Gid"]?.split(separator: "\t").allSatisfy { $0 != "0" } == true)
    #expect(fields["Groups"]?.split(separator: " ").contains("0") == false)
    #expect(live.stop() == 0, "\(live.errors)")
  }

  @Test("a user without the right to capture gets one line with the command that grants it")
  func noPermission() throws {
    try #require(Namespace.setpriv != nil)
    let live = try LiveProgram(
      prefix: ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"])
    defer { live.remove() }
    live.process.waitUntilExit()
    #expect(live.process.terminationStatus == 77)
    #expect(live.errors.contains("sudo setcap cap_net_raw+ep /"))
    #expect(live.errors.filter(\.isNewline).count == 1)
  }

  @Test("an interface that goes down is told and waited for")
  func down() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    _ = try live.namespace.output("ip", "link", "set", "right", "down")
    #expect(live.await { !live.states.isEmpty })
    _ = try live.namespace.output("ip", "link", "set", "right", "up")
    #expect(live.await { live.states.count == 2 })
    #expect(live.states == ["down", "up"])
    try live.replay("idle-quiet-client.pcap", seconds: 1).waitUntilExit()
    #expect(live.stop() == 0, "\(live.errors)")
    #expect(live.capturedPackets ?? 0 > 0)
  }

  @Test("an interface that vanishes is told and waited for, and captured on again without any right")
  func vanishes() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("idle-quiet-client.pcap", seconds: 1).waitUntilExit()
    _ = try live.namespace.output("ip", "link", "del", "right")
    #expect(live.await { live.states == ["gone"] })
    try live.namespace.addInterfaces()
    #expect(live.await { live.states.last == "up" })
    // It may be seen before it is up.
    #expect(live.states.filter { $0 != "down" } == ["gone", "up"])
    #expect(live.status["CapPrm"] == "0000000000000000")
    try live.replay("blocked-client.pcap", seconds: 4).waitUntilExit()
    #expect(live.stop() == 0, "\(live.errors)")
    let report = try #require(live.events.last?["report"] as? [String: Any])
    #expect((report["tunnels"] as? [Any])?.count == 1)
    // Both captures put as many packets on the interface before it went and after it was back.
    #expect(
      live.capturedPackets == live.replayed("idle-quiet-client.pcap", 1) + live.replayed("blocked-client.pcap", 4))
  }

  @Test("an interface that comes back as one of another kind ends the capture")
  func changesKind() throws {
    let live = try LiveProgram()
    defer { live.remove() }
    #expect(live.awaitStart())
    _ = try live.namespace.output("ip", "link", "del", "right")
    #expect(live.await { live.states == ["gone"] })
    _ = try live.namespace.output("ip", "tuntap", "add", "right", "mode", "tun")
    live.process.waitUntilExit()
    #expect(live.process.terminationStatus == 74)
    #expect(live.errors.contains("came back as one of another kind"))
    #expect(live.events.last?["event"] as? String == "report")
  }

  @Test("saves packets, the report and metrics, and ends after a number of packets")
  func files() throws {
    let save = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: save) }
    let live = try LiveProgram("--save", save.path, "--count", "8", "--metrics", "\(save.path)/tunnelscope.prom")
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("blocked-client.pcap", seconds: 4).waitUntilExit()
    live.process.waitUntilExit()
    #expect(live.process.terminationStatus == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: save.path).sorted()
    #expect(names == ["live-000001-from-frame-1.pcapng", "report.html", "report.json", "tunnelscope.prom"])
    let metrics = try String(contentsOf: save.appending(path: "tunnelscope.prom"), encoding: .utf8)
    #expect(metrics.contains("tunnelscope_packets_total{interface=\"right\"} "))
  }
}
