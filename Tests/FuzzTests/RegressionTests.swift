import Dissection
import Foundation
import Testing

@testable import FuzzTargets

/// Inputs that once broke something, and those that the fuzzers begin with: each runs through its target for ever.
@Suite("Fuzz targets")
struct RegressionTests {
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// "target/name" of every file under a folder of Fuzz.
  private static func inputs(in folder: String) -> [String] {
    let folder = packageRoot.appendingPathComponent("Fuzz/\(folder)").path
    return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { $0.contains("/") }.sorted()
  }

  static let regressions = inputs(in: "Regressions")
  /// What nights of fuzzing left: inputs that reach more than the seeds do.
  static let corpora = inputs(in: "Corpora")

  @Test("an input that a night of fuzzing kept is read by its target", arguments: corpora)
  func kept(name: String) throws {
    let target = try #require(FuzzTarget.named(String(name.prefix { $0 != "/" })), "no target of that name")
    _ = target.run([UInt8](try Data(contentsOf: Self.packageRoot.appendingPathComponent("Fuzz/Corpora/\(name)"))))
  }

  @Test("an input that once broke something does no more", arguments: regressions)
  func regression(name: String) throws {
    let target = try #require(FuzzTarget.named(String(name.prefix { $0 != "/" })), "no target of that name")
    let file = Self.packageRoot.appendingPathComponent("Fuzz/Regressions/\(name)")
    // A broken promise ends the process, and with it the test.
    _ = target.run([UInt8](try Data(contentsOf: file)))
  }

  @Test(
    "what the fuzzers begin with is read by its target",
    arguments: [
      "nat-rebind-client", "ipv6-shrink-gateway", "shrink-client", "openvpn-idle-client", "ipsec-idle-client",
    ])
  func seeds(capture: String) throws {
    let file = Self.packageRoot.appendingPathComponent("Captures/\(capture).pcap")
    let seeds = SeedCutting.seeds(of: [UInt8](try Data(contentsOf: file)), named: capture)
    var kinds: Set<String> = []
    for seed in seeds where kinds.insert("\(seed.target) \(seed.kind)").inserted {
      let target = try #require(FuzzTarget.named(seed.target))
      let done = target.run(seed.bytes)
      // A target that makes nothing of a valid input tests nothing; an analysis that finds nothing returns 0.
      if !["file", "capture", "case", "shapes"].contains(seed.target) { #expect(done != 0, "\(seed.name)") }
    }
    #expect(
      Set(seeds.map(\.target)).isSuperset(of: [
        "pcap", "pcapng", "link-layer", "ip", "transport", "tracking", "decapsulation", "hex-dump", "snoop",
      ]))
  }

  @Test("the fuzzers begin with an example of every carrier and of every link type that is looked into")
  func carriers() throws {
    let file = Self.packageRoot.appendingPathComponent("Captures/blocked-client.pcap")
    let seeds = SeedCutting.seeds(of: [UInt8](try Data(contentsOf: file)), named: "blocked-client")
    var carriers: Set<Carrier> = []
    var linkTypes: Set<Int> = []
    for seed in seeds where seed.target == "decapsulation" {
      let place = Int(seed.bytes[0])
      let frame = Array(seed.bytes.dropFirst())
      guard
        case .packet(let inner) = unsafe Decapsulation.innermost(
          of: frame.span.bytes, linkType: HeaderTargets.linkTypes[place])
      else { continue }
      linkTypes.insert(place)
      carriers.formUnion(inner.carriers.carriers)
    }
    #expect(carriers == Set(Carrier.allCases))
    #expect(linkTypes == Set(HeaderTargets.linkTypes.indices))
  }

  /// A sample capture, a classic little-endian file, as the bytes of a packet sequence.
  private static func sequence(ofSample name: String) throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: packageRoot.appendingPathComponent("Captures/\(name).pcap")))
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    func milliseconds(_ at: Int) -> Int { word(at) * 1_000 + word(at + 4) / 1_000 }
    var sequence: [UInt8] = [0]
    var (at, last) = (24, milliseconds(24))
    while at + 16 <= bytes.count {
      let kept = word(at + 8)
      for field in [min(milliseconds(at) - last, Int(Int16.max)), word(at + 12) - kept, kept] {
        sequence += [UInt8(field >> 8 & 255), UInt8(field & 255)]
      }
      sequence += bytes[(at + 16)..<(at + 16 + kept)]
      (at, last) = (at + 16 + kept, milliseconds(at))
    }
    return sequence
  }

  @Test(
    "the same packets give the same findings in every shape",
    arguments: [
      "blocked-client", "shrink-client", "refused-later-client", "ipsec-dpd-loop-client", "ipsec-wrong-psk-client",
      "openvpn-stalled-client", "openvpn-tcp-refused-client", "wireguard-unanswered-client", "technote-inside",
    ])
  func shapes(sample: String) throws {
    let found = ShapesTarget.difference(of: try Self.sequence(ofSample: sample))
    #expect(found.0 == nil)
    #expect(found.findings > 0)
  }

  @Test("a packet sequence comes back from its own bytes, and any bytes are one")
  func sequences() {
    var random = SplitMix(state: 1)
    for length in [0, 1, 6, 7, 8, 100, 5_000] {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let sequence = PacketSequence(bytes)
      #expect(PacketSequence(sequence.bytes) == sequence)
    }
  }

  @Test("a mutation leaves the lengths of the IP and UDP headers true")
  func mutation() throws {
    let file = Self.packageRoot.appendingPathComponent("Captures/blocked-client.pcap")
    let seeds = SeedCutting.seeds(of: [UInt8](try Data(contentsOf: file)), named: "blocked")
    let seed = try #require(seeds.first { $0.target == "capture" })
    var changed = 0
    for number in 0..<200 {
      var sequence = PacketSequence(seed.bytes)
      let before = sequence
      var mutation = PacketMutation(seed: UInt64(number))
      mutation.apply(to: &sequence, limit: 65_536) { bytes, most in
        Array((bytes + [1, 2, 3]).prefix(most))
      }
      if sequence != before { changed += 1 }
      for (old, new) in zip(before.packets, sequence.packets) where new.frame.count > 34 && new.frame != old.frame {
        guard sequence.packets.count == before.packets.count, new.missing == old.missing, new.frame[14] >> 4 == 4,
          new.frame.count != old.frame.count
        else { continue }
        #expect(Int(new.frame[16]) << 8 | Int(new.frame[17]) == new.frame.count - 14)
      }
    }
    #expect(changed > 150)
  }

  @Test("every target has a name of its own and says what it is for")
  func names() {
    #expect(Set(FuzzTarget.all.map(\.name)).count == FuzzTarget.all.count)
    #expect(FuzzTarget.all.allSatisfy { !$0.summary.isEmpty })
  }
}
