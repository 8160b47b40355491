import Benchmark
import Observations
import Tracking

/// Tracking with all that is below it, over captures in which one of the trackers has most to do.
func trackerBenchmarks(_ samples: Samples) {
  let kinds = [
    ("TLS and DTLS sessions", "blocked-client.pcap"), ("DTLS data", "restarted-client.pcap"),
    ("retransmissions", "technote-black-hole-inside.pcap"), ("path MTU", "shrink-client.pcap"),
    ("IPv6", "ipv6-refused-client.pcap"),
  ]
  for (kind, name) in kinds {
    let paths = samples.paths.filter { $0.hasSuffix("/\(name)") }
    track("\(kind), \(Samples.countPackets(paths)) packets", paths)
  }
  track("all samples, \(samples.packets) packets", samples.paths)
}

private func track(_ name: String, _ paths: [String]) {
  Benchmark("reading and tracking: \(name)") { benchmark in
    for _ in benchmark.scaledIterations {
      for path in paths {
        var tracker = PointTracker(point: 0)
        Samples.read(path) { batch, window, linkTypes in
          tracker.read(batch, 0..<batch.count, window: window, linkTypes: linkTypes, capture: 0)
        }
        tracker.finish()
        blackHole(tracker.takeObservations())
      }
    }
  }
}
