import Foundation
import Testing

@testable import Logs

@Suite("What stands around a message")
struct LineHeaderTests {
  @Test("syslog's host, program and process are read, with a priority or without")
  func syslog() throws {
    let plain = try ReadLine("Oct 19 17:07:57 laptop openconnect[16363]: DTLS Dead Peer Detection detected dead peer!")
    #expect(plain.host == "laptop")
    #expect(plain.program == "openconnect")
    #expect(plain.processID == 16_363)
    #expect(plain.level == nil)
    let prioritised = try ReadLine("<30>Oct 19 17:07:57 laptop vpnagentd: The Primary DTLS connection is down")
    #expect(prioritised.program == "vpnagentd")
    #expect(prioritised.level == .informational)
    let structured = try ReadLine(
      "<27>1 2026-11-23T20:16:47Z vm ocserv 5654 - [a@1 b=\"c\"] main[alice]:198.51.100.10:40124 user logged in")
    #expect(structured.host == "vm")
    #expect(structured.program == "ocserv")
    #expect(structured.level == .error)
    #expect(structured.values[.user] == "alice")
    #expect(structured.values[.client] == "198.51.100.10:40124")
  }

  @Test(
    "klog writes the level and the day without blanks, terminals write colours, and a third colon parts milliseconds")
  func unusualTimes() throws {
    let klog = try ReadLine("E1128 00:23:33.123456       1 vpn.go:114] DTLS Dead Peer Detection detected dead peer!")
    #expect(klog.writtenTime == "11-28 00:23:33.123456")
    let coloured = try ReadLine(
      "\u{1B}[1;32m2026-11-28 00:23:33\u{1B}[0m DTLS Dead Peer Detection detected dead peer!")
    #expect(coloured.writtenTime == "2026-11-28 00:23:33")
    let event = try ReadLine("11/28/2026 00:23:33:120 [Info ]: Tunnel is down due to keep-alive timeout.")
    #expect(event.writtenTime == "2026-11-28 00:23:33.120000")
  }

  @Test("logread has a facility instead of a host")
  func logread() throws {
    let dated = try ReadLine(
      "Sat Feb 27 10:58:50 2021 daemon.err ocserv[32689]: GnuTLS error (at worker-vpn.c:823): A TLS fatal alert has been received."
    )
    #expect(dated.writtenTime == "2021-02-27 10:58:50")
    #expect(dated.host == nil)
    #expect(dated.program == "ocserv")
    #expect(dated.level == .error)
    #expect(dated.values[.reason] == "A TLS fatal alert has been received")
    let undated = try ReadLine(
      "daemon.err ocserv[32689]: GnuTLS error (at worker-vpn.c:823): A TLS fatal alert has been received.")
    #expect(undated.program == "ocserv")
    #expect(undated.level == .error)
  }

  @Test("an ASA's name is a host although a colon follows it, and its tag has the severity")
  func asa() throws {
    let line =
      "<164>Apr 21 2023 10:41:07 fw1 : %ASA-4-722037: Group <g> User <a> IP <198.51.100.10> SVC closing connection: DPD failure."
    let read = try ReadLine(line)
    #expect(read.host == "fw1")
    #expect(read.program == nil)
    #expect(read.level == .warning)
    #expect(read.meaning == .deadPeer(.tls))
    #expect(
      try ReadLine(
        "Apr 21 2023 10:41:07 fw1: %ASA-svc-4-722037: Group <g> User <a> IP <198.51.100.10> SVC closing connection: DPD failure."
      ).host == "fw1")
    let relayed = try ReadLine(
      "Nov 16 01:28:50 10.1.1.2 Nov 16 2013 01:28:49 ciscoasa : %ASA-6-716059: Group <g> User <u> IP <198.51.100.10> AnyConnect session resumed connection from IP <198.51.100.10>."
    )
    #expect(relayed.host == "ciscoasa")
    #expect(relayed.writtenTime == "2013-11-16 01:28:49")
  }

  @Test("logs of phones and of macOS name the program behind numbers")
  func phones() throws {
    let android = try ReadLine(
      "11-28 00:23:33.123  716  720 W OpenConnect: CSTP Dead Peer Detection detected dead peer!")
    #expect(android.writtenTime == "11-28 00:23:33.123000")
    #expect(android.program == "OpenConnect")
    #expect(android.host == nil)
    #expect(android.level == .warning)
    let mac = try ReadLine(
      "2026-11-28 00:23:33.123456+0100 0x1f3 Default 0x0 716 0 acvpnagent: The Primary DTLS connection is down")
    #expect(mac.writtenTime == "2026-11-28 00:23:33.123456 60")
    #expect(mac.program == "acvpnagent")
  }

  @Test("pluto writes a colon behind its time, and LEEF tabs between its keys")
  func others() throws {
    let pluto = try ReadLine(
      "Nov 28 00:23:33.123456: \"net\"[1] 198.51.100.10 #2: IKE_SA_INIT_I: retransmission; will wait 0.5 seconds for response"
    )
    #expect(pluto.meaning == .retransmission(.ike))
    #expect(pluto.writtenTime == "11-28 00:23:33.123456")
    #expect(pluto.values[.connection] == "net")
    #expect(pluto.values[.address] == "198.51.100.10")
    let leef = try ReadLine(
      "LEEF:1.0|Cisco|ASA|9.18|722037|devTime=Nov 28 2026 00:23:33\tmsg=SVC closing connection: Transport closing.\tsev=4"
    )
    #expect(leef.values[.reason] == "Transport closing")
    #expect(leef.writtenTime == "2026-11-28 00:23:33")
    let cef = try ReadLine(
      "CEF:0|Cisco|ASA|9.18|722037|event|4|rt=1795825413000 dvchost=fw1 msg=SVC closing connection: Transport closing. sev=4"
    )
    #expect(cef.values[.reason] == "Transport closing")
    #expect(cef.writtenTime == "2026-11-28 00:23:33 0")
    #expect(cef.host == "fw1")
  }

  @Test("a number without words known for it is a message of the ASA all the same")
  func unlisted() throws {
    let read = try ReadLine(
      "Apr 21 2023 10:41:07 fw1 : %ASA-6-302013: Built inbound TCP connection 1 for outside:198.51.100.10/40000")
    #expect(read.unlisted == 302_013)
    #expect(read.writtenTime == "2023-04-21 10:41:07")
  }

  @Test(
    "an ASA's message is one by any of its numbers, and the tag's is reported", arguments: [722_007, 722_010, 722_014])
  func numbers(number: Int) throws {
    let line =
      "%ASA-5-\(number): Group <g> User <u> IP <198.51.100.10> SVC Message: 16/NOTICE: The user has requested to disconnect the connection.."
    #expect(try ReadLine(line).meaning == .sessionEnded(.byClient))
    #expect(try ReadLine(line).number == number)
  }

  @Test("an ASA's message that breaks off is known by its number, and is not whole")
  func wrapped() throws {
    let read = try ReadLine(
      "Apr 21 2023 10:41:07 fw1 : %ASA-6-722036: Group <g> User <u> IP <198.51.100.10> Transmitting large packet")
    #expect(read.meaning == .largePacket(towardsClient: true))
    #expect(!read.isWhole)
  }

  @Test("columns of a window's log are threads and levels, not hosts")
  func columns() throws {
    let tabs = try ReadLine(
      "2017-11-23\t17:43:19\tINFO\tPID:3412\tTID:26712\t<VPNAuth.cpp>\t[L:271]\t[PRG_DEBUG] : X-CSTP-DPD: 30")
    #expect(tabs.processID == 3_412)
    #expect(tabs.thread == "26712")
    #expect(tabs.level == .debug)
    #expect(tabs.host == nil)
    let bars = try ReadLine("2017-11-10 04:01:31 | 2bf4 | SSL negotiation with 203.0.113.20")
    #expect(bars.thread == "2bf4")
    #expect(bars.host == nil)
  }

  @Test("a column of numbers is no host, and no fraction of a second")
  func csv() throws {
    let read = try ReadLine(
      "2023-04-21 10:43:57,722022,Group <g> User <alice> IP <198.51.100.10> UDP SVC connection established without compression"
    )
    #expect(read.host == nil)
    #expect(read.writtenTime == "2023-04-21 10:43:57")
    #expect(read.values[.user] == "alice")
  }

  @Test("a time of day without a date is one, and a kernel's time is since its start")
  func partialTimes() throws {
    let day = try ReadLine("22:29:19 LIB: Send BYE packet: Aborted by caller")
    #expect(day.time == nil)
    #expect(day.timeOfDay == (22 * 3_600 + 29 * 60 + 19) * 1_000_000_000)
    let kernel = try ReadLine(
      "[   12.345678] wireguard: wg0: Handshake for peer 3 (203.0.113.20:51820) did not complete after 5 seconds, retrying (try 2)"
    )
    #expect(kernel.uptime == 12_345_678_000)
    #expect(kernel.values[.interface] == "wg0")
    #expect(kernel.values[.address] == "203.0.113.20:51820")
  }

  @Test(
    "months of other languages are months",
    arguments: [
      ("Mär 3", 3), ("Mai 3", 5), ("Okt 3", 10), ("déc. 3", 12), ("févr. 3", 2), ("juil. 3", 7), ("ene 3", 1),
      ("ago 3", 8), ("out 3", 10), ("giu 3", 6), ("mei 3", 5), ("paź 3", 10), ("lis 3", 11), ("дек 3", 12),
      ("мая 3", 5),
      ("7月 3", 7), ("12月 3", 12), ("5월 3", 5), ("3. Dez.", 12), ("3 août", 8),
    ])
  func months(text: String, month: Int) throws {
    let read = try ReadLine("\(text) 00:14:07 vm ocserv[5654]: main[alice]:198.51.100.10:40124 user logged in")
    #expect(read.time?.month == month)
    #expect(read.time?.day == 3)
    #expect(read.time?.hour == 0 && read.time?.minute == 14 && read.time?.second == 7)
    #expect(read.host == "vm")
  }

  @Test("an entry of journald's export has its time in front of its message")
  func journalExport() throws {
    let lines = try ReadLine.lines([
      "__REALTIME_TIMESTAMP=1795825413254798", "_HOSTNAME=laptop", "SYSLOG_IDENTIFIER=openconnect",
      "MESSAGE=DTLS Dead Peer Detection detected dead peer!", "", "MESSAGE=CSTP connected. DPD 30, Keepalive 20",
    ])
    #expect(lines[3].meaning == .deadPeer(.dtls))
    #expect(lines[3].writtenTime == "2026-11-28 00:23:33.254798 0")
    #expect(lines[3].host == "laptop")
    #expect(lines[5].writtenTime == "")
  }

  @Test("a time many lines before a message is not the message's")
  func spreadTooFar() throws {
    let padding = (0..<LogLimits.descriptionLines).map { "line \($0)" }
    let lines =
      ["Date        : 11/16/2013", "Time        : 01:28:50"] + padding + ["The Primary DTLS connection is down"]
    #expect(try ReadLine.lines(lines).last?.time == nil)
    let near = ["Date        : 11/16/2013", "Time        : 01:28:50", "x", "The Primary DTLS connection is down"]
    #expect(try ReadLine.lines(near).last?.writtenTime == "2013-11-16 01:28:50")
  }

  @Test("a block of DART has date and time on lines of their own")
  func dart() throws {
    let lines = try ReadLine.lines([
      "******************************************", "", "Date        : 11/16/2013", "Time        : 01:28:50",
      "Type        : Warning", "Source      : acvpnagent", "", "Description : Reconfigure reason code 16:",
    ])
    #expect(lines[7].meaning == .reconnecting(.tls))
  }

  @Test("what JSON's strings escape is read as it was written")
  func escapes() throws {
    let read = try ReadLine(
      #"{"time":"2026-11-28T00:23:33Z","host":"gw","msg":"Group \u003cg\u003e User \u003cLOCAL\\alice\u003e IP \u003c198.51.100.10\u003e SVC closing connection: Transport closing."}"#
    )
    #expect(read.values[.user] == #"LOCAL\alice"#)
    #expect(read.values[.client] == "198.51.100.10")
    #expect(read.values[.reason] == "Transport closing")
    #expect(read.host == "gw")
    #expect(read.writtenTime == "2026-11-28 00:23:33 0")
  }

  @Test("a FortiGate's keys are the header, and what is behind the description its values")
  func fortiGate() throws {
    let read = try ReadLine(
      #"date=2026-11-28 time=00:23:33 devname="FGT" devid="FG1" logid="0101039948" type="event" level="information" logdesc="SSL VPN tunnel down" action="tunnel-down" remip=198.51.100.10 user="alice" group="vpn" reason="Idle timeout" msg="SSL tunnel shutdown""#
    )
    #expect(read.meaning == .sessionEnded(.idle))
    #expect(read.values[.client] == "198.51.100.10")
    #expect(read.values[.user] == "alice")
    #expect(read.host == "FGT")
    #expect(read.writtenTime == "2026-11-28 00:23:33")
    #expect(read.level == .informational)
  }
}

extension LineHeaderTests {
  @Test("a file of lines in all wrappings is read whole")
  func fixture() throws {
    let text = try String(contentsOfFile: Reading.fixture("wrapped-lines.log"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let read = try ReadLine.lines(lines)
    #expect(zip(lines, read).filter { $1.meaning == nil }.map(\.0) == [])
    let counts = MessageCounts(Array(text.utf8).span)
    #expect(counts.lines == lines.count && counts.messages == lines.count && counts.timed == lines.count - 1)
  }

  @Test("a time of day with a fraction in front of an OpenVPN message is no client's address")
  func clockBeforeOpenVPN() throws {
    let read = try ReadLine("2026-11-28 00:23:33.321225 Socket Buffers: R=[131072->131072] S=[131072->131072]")
    #expect(read.writtenTime == "2026-11-28 00:23:33.321225")
  }

  @Test("a message that other programs write, too, is WireGuard's behind the name of a peer")
  func peerOfWireGuard() throws {
    let read = try ReadLine(
      "2024-04-16 07:49:23.505 peer(NKrI…arBc) - Failed to send data packet: write udp4 0.0.0.0:60617->203.0.113.20:51820: sendto: network is unreachable"
    )
    #expect(read.product == .wireGuard)
    #expect(read.attribution == .words)
  }
}
