import Foundation
import Observations
import Testing

@testable import Logs

@Suite("What clients and ocserv write")
struct ClientLogTests {
  @Test("openconnect: an answer, a DTLS attempt that times out, and a reconnect a minute later")
  func readsOpenConnect() throws {
    let reading = try Reading(fixture: "openconnect-blocked.log")
    let log = try #require(reading.log)
    #expect(log.format == .openconnect)
    #expect(log.unknownLines == 0)
    #expect(reading.events.count { $0.relation == .first } == 1)
    #expect(reading.events.count { $0.relation == .replacing } == 4)
    let failures = reading.events.compactMap { if case .failed(let failure) = $0 { failure } else { nil } }
    #expect(failures.map(\.cause) == Array(repeating: .timedOut, count: 5))
    #expect(failures.allSatisfy { $0.id.channel == .dtls })
    #expect(reading.events.contains(.negotiated(.mtu(TunnelMTUAnnouncement(tls: 1_434, dtls: 1_434, base: 1_500)))))
    #expect(reading.events.last == .tunnelEnded(reason: "User cancelled (SIGINT/SIGTERM); exiting.", byClient: true))
    let opened = reading.observations.filter { $0.event.relation == .replacing }
    #expect(
      opened.allSatisfy {
        $0.subject
          == LogSubject(
            gateway: IPAddress("203.0.113.20"), gatewayPort: 443, innerAddress: IPAddress("10.20.0.50"))
      })
    #expect(opened.allSatisfy { $0.time?.hasZone == false && $0.time?.hasYear == true })
  }

  @Test("openconnect without times shows the same, without times")
  func readsUntimed() throws {
    let text = try String(contentsOfFile: Reading.fixture("openconnect-blocked.log"), encoding: .utf8)
    let untimed = text.split(separator: "\n").map { $0.hasPrefix("[") ? $0.dropFirst(22) : $0 }
    let reading = try Reading(untimed.joined(separator: "\n"))
    #expect(reading.events == (try Reading(text).events))
    #expect(reading.observations.allSatisfy { $0.time == nil })
  }

  @Test("openconnect as a daemon's lines in syslog shows the same, and the time of each")
  func readsDaemon() throws {
    let text = try String(contentsOfFile: Reading.fixture("openconnect-blocked.log"), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("[") }
    let daemon = lines.map { "Nov 23 20:16:47 laptop openconnect[716]: \($0.dropFirst(22))" }
    #expect(try Reading(daemon.joined(separator: "\n")).events == (try Reading(lines.joined(separator: "\n")).events))
  }

  @Test("openconnect shows a failing send once, and none where the gateway offers no DTLS")
  func showsFailedSends() throws {
    let failed = "DTLS handshake failed: Error in the push function.\nSet up UDP failed; using SSL instead\n"
    #expect(try Reading(failed).events == [.failed(.dtls, .sendFailed)])
    #expect(try Reading("Set up UDP failed; using SSL instead\n").events == [.failed(.dtls, .sendFailed)])
    #expect(
      try Reading("No DTLS address\nSet up UDP failed; using SSL instead\n").events
        == [.negotiated(.notOffered(.dtls, mayBeByClient: false))])
  }

  @Test("ocserv: sockets, the first session and the ones that replace it")
  func readsOcserv() throws {
    let reading = try Reading(fixture: "ocserv-blocked.log")
    #expect(reading.log?.format == .ocserv)
    #expect(reading.log?.unknownLines == 0)
    #expect(
      reading.events.prefix(4) == [
        .statement(.listeningSockets([ListeningSocket(channel: .tls, address: nil, port: 443)])),
        .statement(.listeningSockets([ListeningSocket(channel: .tls, address: nil, port: 443)])),
        .statement(.listeningSockets([ListeningSocket(channel: .dtls, address: nil, port: 443)])),
        .statement(.listeningSockets([ListeningSocket(channel: .dtls, address: nil, port: 443)])),
      ])
    let openings = reading.observations.filter { $0.event.relation != nil }
    #expect(openings.map(\.event.relation) == [.first] + Array(repeating: .replacing, count: 4))
    #expect(openings.allSatisfy { $0.event.handshake == .line(.tls, $0.line.number) })
    #expect(
      openings.first?.subject
        == LogSubject(user: "alice", client: IPAddress("198.51.100.10"), clientPort: 40_152))
    #expect(
      reading.observations.first { $0.event == .negotiated(.innerAddress) }?.subject.innerAddress
        == IPAddress("10.20.0.50"))
  }

  @Test(
    "ocserv in the journal shows the same, with times",
    arguments: [
      "Nov 23 20:16:47 vm ", "2026-11-23T20:16:47.123456+01:00 vm ", "2026-11-23T20:16:47+0100 vm ",
    ])
  func readsOcservInJournal(_ header: String) throws {
    let line =
      "ocserv[5654]: main[alice]:198.51.100.10:40124 user disconnected (reason: user disconnected, rx: 1, tx: 2)"
    let observation = try #require(try Reading(header + line).observations.first)
    #expect(observation.event == .tunnelEnded(reason: "user disconnected", byClient: true))
    #expect(observation.subject.device == "vm")
    #expect(observation.time?.hasZone == header.contains("+"))
  }

  @Test(
    "The client's entries in a saved Windows event log and in syslog are read like DART's",
    arguments: [
      "Warning\t11/16/2013 1:28:50 PM\tacvpnagent\t2001\tTask\t\"Reconfigure reason code 16: New MTU configuration.\"",
      "Warning,16.11.2013 13:28:50,csc_vpnagent,2001,Task,Reconfigure reason code 16: New MTU configuration.",
      "2013-11-16T13:28:50Z laptop acvpnagent[1158]: Reconfigure reason code 16: New MTU configuration.",
    ])
  func readsEventLogs(_ line: String) throws {
    let observation = try #require(try Reading(line).observations.first)
    guard case .statement(.reconfigured(16, let text)) = observation.event else {
      Issue.record("\(observation.event)")
      return
    }
    #expect(text.hasPrefix("New MTU configuration."))
    #expect(observation.time?.written == Timestamp("2013-11-16T13:28:50Z"))
  }

  @Test("an event as the Event Viewer's window shows it has the time behind its date")
  func eventViewer() throws {
    let event = """
      Log Name:      Cisco Secure Client - AnyConnect VPN
      Source:        csc_vpnagent
      Date:          11/16/2013 1:28:50 PM
      Event ID:      2001
      Level:         Warning
      Description:
      Reconfigure reason code 16:
      New MTU configuration.

      """
    let reading = try Reading(event + event)
    #expect(reading.observations.count == 2)
    #expect(reading.observations.allSatisfy { $0.time?.written == Timestamp("2013-11-16T13:28:50Z") })
    #expect(reading.log?.unknownLines == 0)
  }

  private static let trainingCaptures = URL(filePath: #filePath).appending(path: "../../../../shared/captures")
    .standardized

  @Test(
    "Every log of the training captures is understood to the last line",
    .enabled(if: FileManager.default.fileExists(atPath: trainingCaptures.path), "the training captures are not here"))
  func readsTrainingLogs() throws {
    let folder = Self.trainingCaptures
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    var logs = 0
    for name in names {
      for log in ["openconnect.log", "ocserv.log"] {
        let path = folder.appending(path: "\(name)/\(log)").path
        guard FileManager.default.fileExists(atPath: path) else { continue }
        let reading = try Reading(path: path)
        logs += 1
        #expect(reading.log?.unknownLines == 0, "\(name)/\(log)")
        #expect(reading.log?.format.name == String(log.dropLast(4)), "\(name)/\(log)")
        #expect(reading.events.contains { ![nil, .unknown].contains($0.relation) }, "\(name)/\(log)")
      }
    }
    #expect(logs > 0)
  }
}
