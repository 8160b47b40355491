import Foundation
import Testing

@Suite("tunnelscope compare")
struct CompareTests {
  private let broken = Program.sample("blocked-client.pcap")
  private let healthy = Program.sample("restarted-client.pcap")

  @Test("a fix gives 0, and what was wrong is gone")
  func fixed() throws {
    let result = try Program.run("compare", broken, healthy)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("Fixed: all 3 findings are gone.\n"))
  }

  @Test("what remains or is new gives 1")
  func notFixed() throws {
    #expect(try Program.run("compare", broken, Program.sample("once-client.pcap")).status == 1)
    let new = try Program.run("compare", healthy, broken)
    #expect(new.status == 1)
    #expect(new.output.hasPrefix("Something is wrong that was not seen before. 3 findings are new.\n"))
  }

  @Test("captures that cannot show it prove nothing, and say so")
  func unproven() throws {
    let result = try Program.run(
      "compare", broken, Program.sample("technote-black-hole-inside.pcap"), "--format", "json")
    #expect(result.output.contains("\"status\": \"not-seen\""))
    #expect(!result.output.contains("\"status\": \"gone\""))
    #expect(result.output.contains("the later captures show no tunnel from 198.51.100.10 to 203.0.113.20"))
  }

  @Test("each side may hold several captures")
  func several() throws {
    let before = ["client", "gateway"].map { Program.sample("blocked-\($0).pcap") }
    let result = try Program.run(["compare"] + before + ["--after", healthy])
    #expect(result.status == 0)
    #expect(result.output.contains("The earlier captures are from 2 capture points"))
    let other = try Program.run(["compare", healthy, "--after"] + before)
    #expect(other.status == 1)
  }

  @Test(
    "sides that cannot be told apart are a usage error",
    arguments: [
      ["compare"], ["compare", "a"], ["compare", "a", "b", "c"], ["compare", "-", "-"], ["compare", "--after", "a"],
    ])
  func usage(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }

  @Test("a side that cannot be read gives its error and no comparison")
  func unreadable() throws {
    for files in [[broken, "/no/such/file.pcap"], ["/no/such/file.pcap", broken]] {
      let result = try Program.run(["compare"] + files)
      #expect(result.status == 66)
      #expect(result.output.isEmpty)
      #expect(result.errors == "tunnelscope: error: /no/such/file.pcap: no such file\n")
    }
  }

  @Test("the comparison goes into a file on request")
  func outputFile() throws {
    try TemporaryFolder.with { folder in
      let result = try Program.run("compare", broken, healthy, "-o", folder("comparison.txt"))
      #expect(result.status == 0)
      #expect(result.output.isEmpty)
      #expect(try folder.text("comparison.txt").hasPrefix("Fixed"))
    }
  }

  @Test("what is analysed is narrowed on both sides")
  func narrowed() throws {
    let other = try Program.run("compare", broken, healthy, "--client", "192.0.2.1")
    #expect(other.status == 2, "nothing was compared")
    #expect(other.output.hasPrefix("Nothing to compare: the selection left nothing"))
    let own = try Program.run("compare", broken, healthy, "--client", "198.51.100.10")
    #expect(own.output.hasPrefix("Fixed"))
  }
}
