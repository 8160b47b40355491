import Benchmark
import Observations
import Reporting

/// Each piece of the program by itself, over the packets of the sample captures. One operation is one pass; divide by
/// the number in the name for the cost of a packet, view or observation.
let benchmarks: @Sendable () -> Void = {
  unsafe Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock, .instructions, .cpuTotal, .peakMemoryResident], timeUnits: .microseconds,
    warmupIterations: 3, maxDuration: .seconds(2))
  let samples = Samples.load()

  Benchmark("reader: \(samples.packets) packets of \(samples.paths.count) files") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(Samples.countPackets(samples.paths)) }
  }
  dissectorBenchmarks(samples)
  trackerBenchmarks(samples)

  let observations = samples.observations
  Benchmark("correlation: \(observations.count) observations absorbed") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(Samples.correlator(of: observations)) }
  }
  let correlator = Samples.correlator(of: observations)
  Benchmark("rules: a report of \(observations.count) observations") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(correlator.report(captures: samples.descriptions)) }
  }
  let report = correlator.report(captures: samples.descriptions)
  let generator = Generator(name: "tunnelscope", version: "0")
  for format in ReportFormat.allCases {
    Benchmark("report: \(format.rawValue), \(report.findings.count) findings") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(try? format.render(report, generator: generator)) }
    }
  }
}
