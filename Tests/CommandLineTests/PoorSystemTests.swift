import Foundation
import Testing

/// Systems that lack what there usually is.
@Suite("Poor systems")
struct PoorSystemTests {
  private static let blocked = Program.sample("blocked-client.pcap")

  static let canMount =
    (try? Program.shell("unshare -m sh -c 'mount -t tmpfs none /proc'"))?.status == 0

  // Needs root and mount namespaces; elsewhere the test shows as skipped.
  @Test("without /proc the program works as with it", .enabled(if: canMount, "needs to mount over /proc"))
  func withoutProc() throws {
    let result = try Program.shell(
      "unshare -m sh -c 'mount -t tmpfs none /proc && exec \"$PROGRAM\" analyze \"\(Self.blocked)\"'")
    #expect(result.status == 1)
    #expect(try result.output == Program.run("analyze", Self.blocked).output)
  }

  /// A stack so large that no further thread gets one; the first has its own already.
  private static let noThreads = "ulimit -s 100000000000"
  static let canForbidThreads = (try? Program.shell(noThreads))?.status == 0

  @Test(
    "where no thread can be made one thread does all, whatever --threads says",
    .enabled(if: canForbidThreads, "needs no limit of the stack"),
    .disabled(if: Program.isSanitized, "a sanitizer makes a thread of its own"), arguments: [[], ["--threads", "8"]])
  func withoutThreads(options: [String]) throws {
    let result = try Program.shell(
      "\(Self.noThreads); timeout 60 \"$PROGRAM\" analyze '\(Self.blocked)' \(options.joined(separator: " "))")
    #expect(result.status == 1)
    #expect(try result.output == Program.run("analyze", Self.blocked).output)
  }
}
