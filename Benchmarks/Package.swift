// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building Tunnelscope needs nothing that only measuring does.
let package = Package(
  name: "tunnelscope-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "tunnelscope", path: ".."),
    // Without its interposers, which are not needed to measure time and instructions.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Pieces",
      dependencies: [
        .product(name: "TunnelscopeStages", package: "tunnelscope"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Pieces",
      swiftSettings: [
        .swiftLanguageMode(.v6), .strictMemorySafety(), .enableExperimentalFeature("Lifetimes"),
      ],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
