import Correlation
import Testing

@testable import CaseBundle

@Suite("Logs in cases")
struct LogPrivacyTests {
  /// A gateway's log full of names, and the note's large packet.
  private static let log = """
    Nov 23 2026 20:16:50 secretgw1 : %ASA-6-722033: Group <secretgroup> User <secretuser> IP <198.51.100.10> First TCP SVC connection established for SVC session.
    Nov 23 2026 20:16:50 secretgw1 : %ASA-4-722051: Group <secretgroup> User <secretuser> IP <198.51.100.10> IPv4 Address <10.77.66.55> IPv6 address <::> assigned to session
    Nov 23 2026 20:17:10 secretgw1 : %ASA-6-722036: Group <secretgroup> User <secretuser> IP <198.51.100.10> Transmitting large packet 1418 (threshold 1347).
    Nov 23 2026 20:17:50 secretgw1 : %ASA-4-722037: Group <secretgroup> User <secretuser> IP <198.51.100.10> SVC closing connection: secretreason.
    Nov 23 2026 20:17:51 secretgw1 : %ASA-6-722032: Group <secretgroup> User <secretuser> IP <198.51.100.10> New TCP SVC connection replacing old connection.
    Nov 23 2026 20:17:51 secretgw1 : %ASA-6-722033: Group <secretgroup> User <secretother> IP <192.0.2.99> First TCP SVC connection established for SVC session.

    """

  private static let secrets = ["secret", "10.77.66.55", "198.51.100.10", "192.0.2.99"]

  @Test("no byte of an anonymised case holds a user, a group, a device, an address or a reason out of a log")
  func anonymous() throws {
    let scratch = Scratch()
    let path = scratch.file("secretfile.log", Array(Self.log.utf8))
    let bundle = try Samples.bundle([Samples.captures[0]], privacy: Samples.anonymous(), logs: [path])
    for entry in bundle {
      let text = String(decoding: entry.bytes, as: UTF8.self)
      for secret in Self.secrets { #expect(!text.contains(secret), "\(secret) in \(entry.name)") }
    }
    let report = try #require(bundle.first { $0.name == "report.json" })
    #expect(String(decoding: report.bytes, as: UTF8.self).contains("user-"), "the alias is there")
  }

  @Test("a case names the logs it was made with")
  func named() throws {
    let scratch = Scratch()
    let path = scratch.file("asa.log", Array(Self.log.utf8))
    let bundle = try Samples.bundle([Samples.captures[0]], logs: [path])
    let manifest = String(decoding: try #require(bundle.first { $0.name == "manifest.json" }).bytes, as: UTF8.self)
    #expect(manifest.contains("asa.log"))
    #expect(manifest.contains("log_files"))
    let report = String(decoding: try #require(bundle.first { $0.name == "report.json" }).bytes, as: UTF8.self)
    #expect(report.contains("secretuser"), "what is looked for is there to begin with")
  }

  @Test("a case of logs alone has no packets and is one all the same")
  func logsAlone() throws {
    let scratch = Scratch()
    let path = scratch.file("asa.log", Array(Self.log.utf8))
    #expect(
      try Samples.bundle([], logs: [path]).map(\.name).sorted() == [
        "README.txt", "manifest.json", "report.html", "report.json", "report.md", "report.txt",
      ])
  }
}
