// swift-tools-version: 6.2
import PackageDescription

/// The fuzzers' executable, apart from the program's package so that nobody else builds it: `script/fuzz` does, with
/// libFuzzer and the address sanitizer. The targets themselves are in `Targets`, a target of the program's package.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "tunnelscope", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: [.product(name: "FuzzTargets", package: "tunnelscope")],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableExperimentalFeature("Lifetimes"),
        // libFuzzer brings its own main.
        .unsafeFlags(["-parse-as-library"]),
      ])
  ]
)
