// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, in the order the data walks through them. An arrow (a dependency) goes one way only:
// see docs/architecture.md.

/// Strictness that every target of ours is built with.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// The Bytes room: the only one with pointers. `Lifetimes` lets it hand out spans of what it owns.
let bytes: [SwiftSetting] = strict + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "siloscope",
    products: [
        .executable(name: "siloscope", targets: ["siloscope"]),
        .library(name: "EVTX", targets: ["EVTX"]),
        .library(name: "Sigma", targets: ["Sigma"]),
        .library(name: "Executables", targets: ["Executables"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    ],
    targets: [
        // Bytes: mapped files, cursors, text kernels; Patterns: regular expressions (PCRE2) behind a bound; Archives:
        // members of archives (libarchive), one after another.
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .target(name: "Bytes", path: "Sources/Bytes/Core", swiftSettings: bytes),
        .target(name: "Patterns", dependencies: ["CPCRE2"], path: "Sources/Bytes/Patterns", swiftSettings: bytes),
        .target(name: "Archives", dependencies: ["CArchive"], path: "Sources/Bytes/Archives", swiftSettings: bytes),

        // The libraries that stand on their own.
        .target(name: "EVTX", dependencies: ["Bytes"], swiftSettings: strict),
        .target(name: "Executables", dependencies: ["Bytes"], swiftSettings: strict),
        .target(
            name: "Sigma", dependencies: ["Bytes", "Patterns", yams], swiftSettings: strict, plugins: ["EmbedContent"]),

        // Source → Event → Context → Rules → Alert → Sink
        .target(name: "Events", dependencies: ["Bytes"], swiftSettings: strict),
        .target(
            name: "Formats", dependencies: ["Archives", "Bytes", "Events", "EVTX", "Executables", yams],
            swiftSettings: strict,
            plugins: ["EmbedContent"]),
        .target(name: "Context", dependencies: ["Bytes", "Events"], swiftSettings: strict),
        .target(
            name: "Strategies", dependencies: ["Sigma", yams], swiftSettings: strict, plugins: ["EmbedContent"]),
        .target(
            name: "Engine",
            dependencies: [
                "Bytes", "EVTX", "Events", "Executables", "Formats", "Context", "Sigma", "Strategies", crypto, yams,
            ],
            swiftSettings: strict),
        .target(
            name: "Sinks", dependencies: ["Bytes", "Events", "Executables", "Context", "Engine"],
            swiftSettings: strict),
        .executableTarget(
            name: "siloscope",
            dependencies: [
                "Bytes", "EVTX", "Executables", "Sigma", "Events", "Formats", "Context", "Strategies", "Engine",
                "Sinks", arguments,
            ],
            swiftSettings: strict),

        // Content is data: the plugin compiles Taxonomy/, FieldMaps/ and Strategies/ into the targets that use them.
        .executableTarget(name: "embed-content", swiftSettings: strict),
        .plugin(name: "EmbedContent", capability: .buildTool(), dependencies: ["embed-content"]),

        .target(name: "TestKit", dependencies: ["Bytes", "Events"], path: "Tests/TestKit", swiftSettings: strict),
        .testTarget(name: "BytesTests", dependencies: ["Bytes", "Patterns", "TestKit"], swiftSettings: strict),
        .testTarget(name: "EVTXTests", dependencies: ["EVTX", "Bytes", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "ExecutablesTests", dependencies: ["Executables", "Bytes", "TestKit"], swiftSettings: strict),
        .testTarget(name: "SigmaTests", dependencies: ["Sigma", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "FormatsTests", dependencies: ["Formats", "Archives", "Events", "EVTX", "Bytes", "TestKit"],
            swiftSettings: strict),
        .testTarget(
            name: "ContextTests", dependencies: ["Context", "Events", "Bytes", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "StrategiesTests", dependencies: ["Strategies", "Engine", "Sigma", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Sinks", "Context", "Executables", "Formats", "Sigma", "Events", "EVTX", "Bytes", "TestKit",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["siloscope", "EVTX", "Bytes", "TestKit"], swiftSettings: strict),
    ]
)
