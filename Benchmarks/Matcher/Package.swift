// swift-tools-version: 6.2
import PackageDescription

// Measures the compiled matcher by itself: swift run -c release --package-path Benchmarks/Matcher matcher-benchmark RULES
let package = Package(
    name: "matcher-benchmark",
    dependencies: [.package(name: "siloscope", path: "../..")],
    targets: [
        .executableTarget(
            name: "matcher-benchmark", dependencies: [.product(name: "Sigma", package: "siloscope")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
