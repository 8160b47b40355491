// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same language rules; warnings stop the build in CI.
let rules: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
  ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
  name: "tunnelscope",
  products: [
    .executable(name: "tunnelscope", targets: ["tunnelscope"]),
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
    // For Benchmarks/, a package of its own.
    .library(
      name: "TunnelscopeStages",
      targets: ["Observations", "Capture", "Dissection", "Families", "Tracking", "Correlation", "Reporting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CPcap", path: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

    .target(name: "Observations", swiftSettings: rules),
    .target(name: "CProgramArguments"),
    .target(
      name: "FileNames", dependencies: [.product(name: "SystemPackage", package: "swift-system")], swiftSettings: rules),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: rules),
    .target(name: "Threads", swiftSettings: rules),
    .target(name: "Cryptography", dependencies: ["CNettle"], swiftSettings: rules),
    .target(
      name: "Capture", dependencies: ["FileNames", "Observations", "Threads", "Gzip", "CArchive"], swiftSettings: rules),
    .target(
      name: "LiveCapture",
      dependencies: [
        "FileNames", "Observations", "Capture", "CPcap", "CLinux",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: rules),
    .target(name: "Confinement", dependencies: ["FileNames", "CLinux", "CSeccomp"], swiftSettings: rules),
    .target(name: "PacketFilter", dependencies: ["CPcap"], swiftSettings: rules),
    .target(name: "Logs", dependencies: ["FileNames", "Observations", "Gzip", "CArchive"], swiftSettings: rules),
    .target(name: "Dissection", dependencies: ["Observations"], swiftSettings: rules),
    .target(
      name: "Families",
      dependencies: [
        "Observations", "Dissection", "Logs", "Correlation",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ], swiftSettings: rules),
    .target(
      name: "Tracking",
      dependencies: ["Observations", "Capture", "Dissection", "Families"], swiftSettings: rules),
    .target(
      name: "ObservationStreams",
      dependencies: ["FileNames", "Observations", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: rules),
    .target(
      name: "Correlation",
      dependencies: ["Observations", .product(name: "Algorithms", package: "swift-algorithms")], swiftSettings: rules),
    .target(
      name: "Reporting",
      dependencies: [
        "Observations", "Correlation", "Cryptography",
      ],
      // In the program itself, which works wherever it is copied; a bundle of resources would have to lie beside it.
      resources: [.embedInCode("Resources")], swiftSettings: rules),
    .target(
      name: "Analysis",
      dependencies: [
        "FileNames", "Observations", "ObservationStreams", "Capture", "Logs", "PacketFilter", "Families", "Tracking",
        "Correlation",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: rules),
    .target(
      name: "CaseBundle",
      dependencies: [
        "FileNames", "Observations", "Capture", "Dissection", "Families", "Analysis", "Correlation", "Reporting",
        "Cryptography", "CArchive",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: rules),
    .target(
      name: "Output",
      dependencies: ["FileNames", "Reporting", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: rules),
    .target(
      name: "LiveSession",
      dependencies: [
        "FileNames", "Observations", "Capture", "LiveCapture", "Analysis", "Correlation", "Families", "Reporting",
        "CaseBundle", "Confinement", "Output", "Threads", "CLinux",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: rules),
    .executableTarget(
      name: "tunnelscope",
      dependencies: [
        "Observations", "ObservationStreams", "Capture", "LiveCapture", "PacketFilter", "Correlation", "Families",
        "Reporting", "Analysis", "CaseBundle", "Confinement", "Output", "LiveSession", "CLinux", "CProgramArguments",
        "FileNames",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: rules),
    // What the fuzzers of Fuzz/ call, here so that tests call it too.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Analysis", "Capture", "CaseBundle", "Correlation", "Dissection", "Families", "Logs", "ObservationStreams",
        "Observations", "Reporting", "Tracking", "CLinux",
      ], path: "Fuzz/Targets", swiftSettings: rules),

    .executableTarget(
      name: "live-memory", dependencies: ["Analysis", "Capture", "LiveCapture", "Observations", "CPcap"],
      path: "Benchmarks/LiveMemory", swiftSettings: rules),

    .testTarget(name: "FileNamesTests", dependencies: ["FileNames"], swiftSettings: rules),
    .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: rules),
    .testTarget(name: "ObservationsTests", dependencies: ["Observations"], swiftSettings: rules),
    .testTarget(
      name: "CaptureTests", dependencies: ["Capture", "Observations", "CArchive"], swiftSettings: rules),
    .testTarget(
      name: "LogsTests", dependencies: ["Logs", "Families", "Observations", "CArchive"], exclude: ["Fixtures"],
      swiftSettings: rules
    ),
    .testTarget(
      name: "PacketFilterTests", dependencies: ["PacketFilter"], swiftSettings: rules),
    .testTarget(
      name: "DissectionTests", dependencies: ["Dissection", "Capture", "Observations"], swiftSettings: rules),
    .testTarget(
      name: "TrackingTests",
      dependencies: ["Tracking", "Families", "Correlation", "Capture", "Dissection", "Observations"],
      swiftSettings: rules),
    .testTarget(
      name: "FamiliesTests", dependencies: ["Correlation", "Families", "Logs", "Observations"], swiftSettings: rules),
    .testTarget(
      name: "ObservationStreamsTests",
      dependencies: [
        "ObservationStreams", "Observations", .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: rules),
    .testTarget(
      name: "CorrelationTests", dependencies: ["Correlation", "Families", "Logs", "Observations"],
      swiftSettings: rules),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting", "Correlation", "Families", "Observations"],
      exclude: ["Frames", "browse.py", "validate.py"], swiftSettings: rules),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "Capture", "Correlation", "ObservationStreams", "Observations", "Reporting"],
      exclude: ["Golden"], swiftSettings: rules),
    .testTarget(
      name: "CaseBundleTests",
      dependencies: [
        "CaseBundle", "Analysis", "Capture", "Correlation", "Dissection", "Observations", "Reporting",
        "CArchive", "Cryptography",
      ], swiftSettings: rules),
    .testTarget(
      name: "LiveCaptureTests",
      dependencies: ["LiveCapture", "Capture", "Observations"], swiftSettings: rules),
    .testTarget(
      name: "OutputTests",
      dependencies: ["Output", .product(name: "SystemPackage", package: "swift-system")], swiftSettings: rules),
    // These run the built program, which the package's tests are built with.
    .testTarget(
      name: "LiveSessionTests",
      dependencies: [
        "LiveSession", "Analysis", "Capture", "CaseBundle", "Correlation", "LiveCapture", "Observations", "Output",
        "Reporting", "Tracking",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      exclude: ["replay.py"], swiftSettings: rules),
    .testTarget(name: "FuzzTests", dependencies: ["Dissection", "FuzzTargets"], swiftSettings: rules),
    .testTarget(name: "CommandLineTests", swiftSettings: rules),
  ]
)
