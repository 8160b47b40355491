import Foundation
import Testing

/// The short form of script/live-acceptance: real openconnect and ocserv in network namespaces.
@Suite("Live capture of a real tunnel")
struct LiveAcceptanceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL

  private static let tools = ["openconnect", "ocserv", "certtool", "nft", "tcpdump"]

  /// The first tool that is missing; nil when all are there.
  private static let missing = tools.first { tool in
    !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
  }

  @Test(
    "says on both ends that DTLS is never answered, and nothing of a healthy tunnel",
    .enabled(if: Namespace.isAvailable, "no network namespaces: needs root, iproute2 and python3"),
    .enabled(if: missing == nil, "openconnect, ocserv, certtool, nft or tcpdump is missing"))
  func acceptance() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Namespace.python))
    process.arguments = [
      Self.root.appending(path: "script/live-acceptance").path, "--short", "--program", try #require(Namespace.program),
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}
