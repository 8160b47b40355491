import Observations
import Testing

@testable import Logs

private let message =
  "%ASA-6-722022: Group <g> User <u> IP <10.1.75.111> TCP SVC connection established without compression"

@Suite("What stands in front of a message")
struct SyslogHeaderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let header: String
    let time: String?
    let device: String?
    var hasZone = false
    var hasYear = true
    var testDescription: String { header.isEmpty ? "(nothing)" : header }
  }

  static let cases: [Case] = [
    Case(header: "", time: nil, device: nil),
    Case(header: "<166>", time: nil, device: nil),
    Case(header: "<166>: ", time: nil, device: nil),
    Case(header: "Nov 16 2013 01:28:50: ", time: "2013-11-16T01:28:50Z", device: nil),
    Case(header: "<166>Nov 16 2013 01:28:50: ", time: "2013-11-16T01:28:50Z", device: nil),
    Case(header: "Nov 16 2013 01:28:50 ciscoasa : ", time: "2013-11-16T01:28:50Z", device: "ciscoasa"),
    Case(header: "Nov 16 2013 01:28:50 ciscoasa: ", time: "2013-11-16T01:28:50Z", device: "ciscoasa"),
    Case(header: "Nov 16 2013 01:28:50.123: ", time: "2013-11-16T01:28:50.123Z", device: nil),
    Case(header: "Nov  6 2013 01:28:50: ", time: "2013-11-06T01:28:50Z", device: nil),
    Case(header: "Nov 16 01:28:50 10.1.1.2 ", time: "1972-11-16T01:28:50Z", device: "10.1.1.2", hasYear: false),
    Case(header: "<166>Nov 16 01:28:50 fw01 ", time: "1972-11-16T01:28:50Z", device: "fw01", hasYear: false),
    Case(
      header: "Nov 16 01:28:51 10.1.1.2 Nov 16 2013 01:28:50 ciscoasa : ", time: "2013-11-16T01:28:50Z",
      device: "ciscoasa"),
    Case(header: "Nov 16 01:28:51 10.1.1.2 Nov 16 2013 01:28:50: ", time: "2013-11-16T01:28:50Z", device: "10.1.1.2"),
    Case(
      header: "<166>1 2013-11-16T01:28:50.500Z ciscoasa ASA - - - ", time: "2013-11-16T01:28:50.500Z",
      device: "ciscoasa", hasZone: true),
    Case(header: "<166>2013-11-16T01:28:50Z: ", time: "2013-11-16T01:28:50Z", device: nil, hasZone: true),
    Case(
      header: "<166>2013-11-16T01:28:50Z ciscoasa : ", time: "2013-11-16T01:28:50Z", device: "ciscoasa", hasZone: true),
    Case(
      header: "2013-11-16T02:28:50.254+01:00 local4.err pg122d-vpn116 ", time: "2013-11-16T01:28:50.254Z",
      device: "pg122d-vpn116", hasZone: true),
    Case(
      header: "2013-11-16T02:28:51+0100 fw01 Nov 16 2013 01:28:50: ", time: "2013-11-16T01:28:51Z", device: "fw01",
      hasZone: true),
    Case(
      header: "2013-11-16 01:28:50\tLocal4.Info\t10.1.1.2\t", time: "2013-11-16T01:28:50Z", device: "10.1.1.2"),
    Case(header: "Nov 16 2013 02:28:50 CET: ", time: "2013-11-16T01:28:50Z", device: nil, hasZone: true),
    Case(header: "Nov 16 2013 01:28:50 UTC: ", time: "2013-11-16T01:28:50Z", device: nil, hasZone: true),
    Case(
      header: "<166>:Nov 15 21:28:50.034 EDT: ", time: "1972-11-16T01:28:50.034Z", device: nil, hasZone: true,
      hasYear: false),
    Case(header: "Nov 16 2013 01:28:50 CST: ", time: "2013-11-16T01:28:50Z", device: nil),
    Case(header: "Nov 16 2013 01:28:50 localhost CiscoASA[999]: ", time: "2013-11-16T01:28:50Z", device: "localhost"),
    Case(header: "*Nov 16 2013 01:28:50: ", time: "2013-11-16T01:28:50Z", device: nil),
    Case(header: "Feb 30 2013 25:28:50 fw01 ", time: nil, device: nil),
  ]

  @Test("shows the time and the device, however collectors wrote it", arguments: cases)
  func readsHeader(_ expected: Case) throws {
    let observation = try #require(try Reading(expected.header + message + "\r\n").observations.first)
    #expect(observation.time?.written == expected.time.map { Timestamp($0) })
    #expect(observation.time?.hasZone == expected.time.map { _ in expected.hasZone })
    #expect(observation.time?.hasYear == expected.time.map { _ in expected.hasYear })
    if expected.time != nil { #expect(observation.subject.device == expected.device) }
    #expect(observation.subject.user == "u")
  }

  @Test(
    "The tag is known with its class, as FTD's, and without its colon",
    arguments: [
      "%ASA-svc-6-722022:", "%FTD-6-722022:", "%ASA-6-722022", "%PIX-6-722022:",
    ])
  func readsTag(_ tag: String) throws {
    #expect(try Reading(message.replacing("%ASA-6-722022:", with: tag)).events == [.established(.tls)])
  }

  @Test("A log without years goes on into the next one, and lines out of order do not")
  func rollsOver() throws {
    let times = [
      "Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:58", "Jan  1 00:00:02", "Mar  1 00:00:00", "Feb 28 23:59:59",
    ]
    let reading = try Reading(times.map { "\($0) fw01 \(message)" }.joined(separator: "\n"))
    #expect(
      reading.observations.map { $0.time?.written }
        == [
          "1972-12-31T23:59:59Z", "1973-01-01T00:00:01Z", "1972-12-31T23:59:58Z", "1973-01-01T00:00:02Z",
          "1973-03-01T00:00:00Z", "1973-02-28T23:59:59Z",
        ].map { Timestamp($0) })
  }
}
