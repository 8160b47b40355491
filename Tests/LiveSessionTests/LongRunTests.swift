import Foundation
import Testing

/// What happens to a live capture that runs for days: files are rotated, disks fill up, people press Ctrl-C.
@Suite("A live capture that goes on", .enabled(if: Namespace.isAvailable))
struct LongRunTests {
  @Test("SIGHUP opens the output anew and begins a new file of saved packets")
  func hangUp() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    defer { try? FileManager.default.removeItem(at: folder) }
    let (current, rotated) = (folder.appending(path: "events.ndjson"), folder.appending(path: "events.ndjson.1"))
    let save = folder.appending(path: "saved")
    let live = try LiveProgram("-o", current.path, "--save", save.path)
    defer { live.remove() }
    #expect(live.await { !LiveProgram.events(in: current).isEmpty })
    try live.replay("idle-quiet-client.pcap", seconds: 1).waitUntilExit()
    func saved() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: save.path))?.count ?? 0 }
    #expect(live.await { saved() == 1 })
    try FileManager.default.moveItem(at: current, to: rotated)
    kill(live.process.processIdentifier, SIGHUP)
    #expect(live.await { FileManager.default.fileExists(atPath: current.path) })
    try live.replay("idle-quiet-client.pcap", seconds: 1).waitUntilExit()
    #expect(live.await { saved() == 2 })
    #expect(live.stop() == 0, "\(live.errors)")
    #expect(LiveProgram.events(in: rotated).map { $0["event"] as? String } == ["start"])
    #expect(LiveProgram.events(in: current).map { $0["event"] as? String } == ["report"])
    let owner = try FileManager.default.attributesOfItem(atPath: current.path)[.ownerAccountName] as? String
    #expect(owner == "nobody")
  }

  @Test("a second SIGINT ends it at once, although its report cannot be written")
  func secondInterrupt() throws {
    // A reader that takes the first event and nothing of the report, which does not fit into the pipe.
    let reader =
      "import fcntl, os, subprocess, sys, time\n"
      + "reading, writing = os.pipe()\nfcntl.fcntl(writing, 1031, 4096)\n"
      + "child = subprocess.Popen(sys.argv[1:], stdout=writing)\nos.close(writing)\n"
      + "sys.stdout.buffer.write(os.read(reading, 4096))\nsys.stdout.flush()\n"
      + "print(child.pid, flush=True)\nprint(child.wait(), flush=True)"
    let live = try LiveProgram(prefix: [try #require(Namespace.python), "-c", reader])
    defer { live.remove() }
    func lines() -> [Substring] {
      ((try? String(contentsOf: live.folder.appending(path: "events"), encoding: .utf8)) ?? "").split(separator: "\n")
    }
    #expect(live.await { lines().count == 2 })
    let child = try #require(lines().last.flatMap { Int32($0) })
    func blocksInterrupt() -> Bool {
      let text = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
      let blocked = text.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }?.split(separator: "\t").last ?? ""
      return (UInt64(blocked, radix: 16) ?? 0) & 1 << UInt64(SIGINT - 1) != 0
    }
    #expect(blocksInterrupt())
    try live.replay("blocked-client.pcap", seconds: 4).waitUntilExit()
    kill(child, SIGINT)
    #expect(live.await { !blocksInterrupt() })
    kill(child, SIGINT)
    live.process.waitUntilExit()
    #expect(lines().last == "-\(SIGINT)")
  }

  @Test("SIGTERM ends it with its files written, although nobody ever reads what it writes")
  func unread() throws {
    // A pipe that is full before the first event.
    let reader =
      "import fcntl, os, subprocess, sys\nreading, writing = os.pipe()\nfcntl.fcntl(writing, 1031, 4096)\n"
      + "os.write(writing, b'x' * 4096)\nchild = subprocess.Popen(sys.argv[1:], stdout=writing)\n"
      + "print(child.pid, flush=True)\nprint(child.wait(), flush=True)"
    let save = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: save) }
    let live = try LiveProgram("--save", save.path, prefix: [try #require(Namespace.python), "-c", reader])
    defer { live.remove() }
    func lines() -> [Substring] {
      ((try? String(contentsOf: live.folder.appending(path: "events"), encoding: .utf8)) ?? "").split(separator: "\n")
    }
    func saved() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: save.path)) ?? [] }
    #expect(live.await { live.errors.contains("capturing on right") })
    let child = try #require(lines().first.flatMap { Int32($0) })
    try live.replay("blocked-client.pcap", seconds: 4).waitUntilExit()
    // The event that nobody reads keeps no packet from being captured.
    #expect(live.await { !saved().isEmpty })
    kill(child, SIGTERM)
    live.process.waitUntilExit()
    #expect(lines().last == "74")
    #expect(live.errors.contains("were not written: nobody read them"))
    let data = try Data(contentsOf: save.appending(path: "report.json"))
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let packets = (report["captures"] as? [[String: Any]])?.first?["packets"] as? Int
    #expect(packets == live.replayed("blocked-client.pcap", 4))
  }

  @Test("a terminal gets a status line that changes in place")
  func statusLine() throws {
    try #require(Namespace.script != nil)
    let namespace = try Namespace()
    let output = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    defer {
      for path in [output, output.appendingPathExtension("errors")] { try? FileManager.default.removeItem(at: path) }
    }
    let program = try #require(Namespace.program)
    let process = try namespace.start(
      ["script", "-qec", "'\(program)' live right --duration 3", "/dev/null"], output: output)
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    #expect(text.contains("\r\u{1B}[K0 packets · 0 tunnels · 0 open findings"))
    // It is gone before the report is written.
    let last = text.components(separatedBy: "\r\u{1B}[K").last ?? ""
    #expect(!last.contains("open findings"))
    #expect(last.contains("tunnelscope 0."))
  }

  @Test("a full disk ends the saving, not the capture")
  func fullDisk() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The namespace's commands have mounts of their own, so that this one goes with them.
    let mount = "mount -t tmpfs -o size=16k,mode=1777 tmpfs '\(folder.path)' && exec \"$0\" \"$@\""
    let live = try LiveProgram(
      "--save", folder.path, "--metrics", "\(folder.path)/metrics.prom", prefix: ["sh", "-c", mount])
    defer { live.remove() }
    #expect(live.awaitStart())
    try live.replay("blocked-client.pcap", seconds: 8).waitUntilExit()
    #expect(live.await { live.events.contains { $0["event"] as? String == "saving" } })
    let problem = try #require(live.events.first { $0["event"] as? String == "saving" }?["problem"] as? String)
    #expect(problem.contains("No space left on device"))
    #expect(live.stop() == 74, "\(live.errors)")
    // The capture went on: nothing that was sent is missing.
    #expect(live.capturedPackets == live.replayed("blocked-client.pcap", 8))
    #expect(live.errors.contains("metrics.prom: No space left on device"))
  }

  @Test("a disk that has room again gets packets and metrics again, and what was lost is counted")
  func diskWithRoomAgain() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Full at the first packet: what fills it is removed when the test says so, in the same namespace of mounts.
    let go = folder.appendingPathExtension("go")
    defer { try? FileManager.default.removeItem(at: go) }
    let mount =
      "mount -t tmpfs -o size=64k,mode=1777 tmpfs '\(folder.path)' && exec 3>&2 && { while [ ! -e '\(go.path)-full' ]; do "
      + "sleep 0.05; done; head -c 60k /dev/zero > '\(folder.path)/filler'; cat /dev/zero >> '\(folder.path)/filler'; "
      + "echo filled >&3; while [ ! -e '\(go.path)' ]; do sleep 0.05; done; rm '\(folder.path)/filler'; "
      + "touch '\(go.path)-free'; } 2>/dev/null & exec \"$0\" \"$@\""
    defer { for end in ["-full", "-free"] { try? FileManager.default.removeItem(atPath: go.path + end) } }
    let live = try LiveProgram(
      "--save", folder.path, "--metrics", "\(folder.path)/metrics.prom", prefix: ["sh", "-c", mount])
    defer {
      // The shell in the background ends with the test whatever comes of it.
      for path in [go.path, go.path + "-full"] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
      live.remove()
    }
    #expect(live.awaitStart())
    _ = FileManager.default.createFile(atPath: go.path + "-full", contents: nil)
    #expect(live.await { live.errors.contains("filled") })
    let replay = try live.replay("blocked-client.pcap", seconds: 40)
    defer { replay.terminate() }
    func saving(_ member: String) -> [String: Any]? {
      live.events.first { $0["event"] as? String == "saving" && $0[member] != nil }
    }
    #expect(live.await { saving("problem") != nil })
    #expect(live.await { live.errors.contains("metrics.prom: No space left on device") })
    _ = FileManager.default.createFile(atPath: go.path, contents: nil)
    #expect(live.await { saving("resumed") != nil }, "\(live.errors)")
    let resumed = try #require(saving("resumed"))
    #expect(resumed["resumed"] as? Bool == true)
    #expect(resumed["lost_packets"] as? Int ?? 0 > 0)
    #expect(live.await { live.errors.contains("metrics.prom: written again; updates lost in between: ") })
    #expect(live.stop() == 74, "what was lost stays lost: \(live.errors)")
  }

  @Test("what a run that was killed left half written is removed by the next")
  func abandonedFiles() throws {
    let save = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: save, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    defer { try? FileManager.default.removeItem(at: save) }
    for name in ["case-1-L1-tunnel-lost.zip.part-7", "report.json.part-7", "metrics.prom.part-7", "other.part-7"] {
      _ = FileManager.default.createFile(atPath: save.appending(path: name).path, contents: nil)
    }
    let live = try LiveProgram("--save", save.path, "--metrics", "\(save.path)/metrics.prom", seconds: 1)
    defer { live.remove() }
    live.process.waitUntilExit()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: save.path).sorted() == [
        "metrics.prom", "other.part-7", "report.html", "report.json",
      ], "\(live.errors)")
  }

  @Test("ends after so many seconds with the report of the run")
  func duration() throws {
    let live = try LiveProgram(seconds: 2)
    defer { live.remove() }
    live.process.waitUntilExit()
    #expect(live.process.terminationStatus == 0)
    #expect(live.events.map { $0["event"] as? String } == ["start", "report"])
  }

  @Test("writes a case when a finding is told, while the capture goes on, and under other names if it is to")
  func cases() throws {
    let save = FileManager.default.temporaryDirectory.appending(path: "tunnelscope-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: save) }
    let live = try LiveProgram("--save", save.path, "--anonymize")
    defer { live.remove() }
    #expect(live.awaitStart())
    let replay = try live.replay("blocked-client.pcap", seconds: 30)
    #expect(live.await { live.events.contains { $0["event"] as? String == "case" } })
    #expect(replay.isRunning)
    let event = try #require(live.events.first { $0["event"] as? String == "case" })
    #expect(event["findings"] as? [String] == ["L1"])
    let name = try #require(event["file"] as? String)
    #expect(name.hasPrefix("case-") && name.hasSuffix("-L1-handshake-unanswered.zip"))
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(save.path)/\(name)")
    #expect(attributes[.ownerAccountName] as? String == "nobody")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try Self.trueNames(in: "\(save.path)/\(name)") == "report.json tells handshake-unanswered")
    #expect(live.stop() == 1, "\(live.errors)")
    replay.terminate()
  }

  /// The true names that a case's files hold, which should be none, and what it tells.
  private static func trueNames(in archive: String) throws -> String {
    let look =
      "import json, sys, zipfile\n"
      + "case = zipfile.ZipFile(sys.argv[1])\n"
      + "files = {name.removeprefix('tunnelscope-case/'): case.read(name) for name in case.namelist()}\n"
      + "true = [b'198.51.100.10', b'203.0.113.20', b'vpn.example.com', bytes([198, 51, 100, 10]), bytes([203, 0, 113, 20])]\n"
      + "for name, data in files.items():\n  if any(part in data for part in true): print(name)\n"
      + "assert b'with a random key' in files['manifest.json'] and len(files['evidence/c1-capture-1.pcapng']) > 500\n"
      + "assert b'frame.comment contains \"[F1]\"' in files['report.txt']\n"
      + "print('report.json tells', json.loads(files['report.json'])['findings'][0]['rule'])\n"
    let process = Process()
    process.executableURL = URL(filePath: try #require(Namespace.python))
    process.arguments = ["-c", look, archive]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
