import Correlation
import Foundation
import Testing

/// What a capture lacks is no failure of the tunnel.
@Suite("Damaged captures")
struct DamagedCapturesTests {
  static let healthy = SampleCapturesTests.Sample.all.filter { $0.files.count == 1 && $0.must.isEmpty }

  private static let attempts = 8

  @Test("a healthy tunnel raises no alarm, whatever its capture lost", arguments: healthy)
  func noFalseAlarm(sample: SampleCapturesTests.Sample) throws {
    let capture = try #require(ClassicPcap(Files.sample(sample.files[0])))
    var random = SeededNumbers(sample.files[0].utf8.reduce(5_381) { $0 &* 33 &+ UInt64($1) })
    for _ in 0..<Self.attempts {
      var damaged = DamagedCapture(capture)
      for damage in DamagedCapture.Damage.allCases.shuffled(using: &random).prefix(
        Int.random(in: 1...3, using: &random))
      {
        damaged.suffer(damage, &random)
      }
      try ClassicPcap.withFiles([("damaged.pcap", damaged.bytes)]) { paths in
        let outcome = Files.analyse(paths)
        #expect(outcome.problems.isEmpty)
        #expect(outcome.report.falseAlarms(sample.may).isEmpty, "\(damaged.history)")
      }
    }
  }

  @Test("a SYN that was captured behind the data it begins is no new session")
  func lateSYN() throws {
    let original = Files.sample("idle-legacy-client.pcap")
    var packets = try #require(ClassicPcap(original)).damageable
    // Of IPv4 without options: the protocol and the flags of TCP.
    let tcp = packets.indices.filter { packets[$0].frame.count >= 54 && packets[$0].frame[23] == 6 }
    let syn = try #require(tcp.first { packets[$0].frame[47] & 0x12 == 0x02 })
    // The handshake is done, and the first data was sent.
    let place = try #require(tcp.filter { $0 > syn }.dropFirst(19).first)
    var late = packets.remove(at: syn)
    late.microseconds = packets[place - 1].microseconds
    packets.insert(late, at: place)
    func sessions(_ paths: [String]) -> [Int] {
      Files.analyse(paths).report.tunnels.flatMap(\.channels).map(\.sessions.count)
    }
    try ClassicPcap.withFiles([("late.pcap", ClassicPcap.capture(of: packets))]) { paths in
      #expect(sessions(paths) == sessions([original]))
    }
  }

  @Test("there are healthy samples of every family")
  func complete() {
    for prefix in ["wireguard", "openvpn", "ipsec", "pulse", "globalprotect", "restarted"] {
      #expect(Self.healthy.contains { $0.files[0].hasPrefix(prefix) }, "\(prefix)")
    }
  }
}
