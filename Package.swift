// swift-tools-version: 6.2
import PackageDescription

// The module graph has no cycle and follows docs/ARCHITECTURE.md; `make tidy` compares
// every `import` with the dependencies declared here.

/// Settings shared by all of our own Swift targets.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let certificateReloading = Target.Dependency.product(name: "NIOCertificateReloading", package: "swift-nio-extras")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsCore = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "nhipcau",
    products: [
        .executable(name: "nhipcau", targets: ["nhipcau"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // System libraries, behind headers of our own.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CLinear", linkerSettings: [.linkedLibrary("linear")]),
        .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),

        // The modules, from the inside out.
        .target(name: "Core", swiftSettings: strict),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "Config", dependencies: ["Core", yams], swiftSettings: strict),
        .target(name: "Programmes", dependencies: ["Core"], swiftSettings: strict),
        .target(name: "Content", dependencies: ["Core", yams, mustache], swiftSettings: strict),
        .target(name: "Understanding", dependencies: ["Core", "JSON", "Content", "CLinear"], swiftSettings: strict),
        .target(name: "Dialogue", dependencies: ["Core", "Programmes", "Content"], swiftSettings: strict),
        .target(name: "Sealing", dependencies: ["Core", crypto, cryptoExtras], swiftSettings: strict),
        .target(name: "Channels", dependencies: ["Core", "JSON", crypto], swiftSettings: strict),
        .target(name: "Store", dependencies: ["Core", "CPostgres", "Programmes", "Sealing", grdb], swiftSettings: strict),
        .target(name: "Outbound", dependencies: ["Core", "CCurl"], swiftSettings: strict),
        .target(
            name: "Pipeline",
            dependencies: [
                "Core", "Programmes", "Content", "Understanding", "Dialogue", "Channels", "Sealing", "Store",
                logging, metrics, lifecycle,
            ], swiftSettings: strict),
        .target(
            name: "TLS",
            dependencies: ["Core", nioCore, nioSSL, certificateReloading, x509, logging, metricsCore, lifecycle],
            swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Core", "JSON", "Programmes", "Content", "Understanding", "Channels", "Sealing", "Store", "Pipeline",
                hummingbird, hummingbirdCore, nioCore, nioHTTP1, nioHTTPTypes, httpTypes, mustache, logging, metrics,
                metricsCore, lifecycle, crypto,
            ], swiftSettings: strict),
        .executableTarget(
            name: "nhipcau",
            dependencies: [
                "Core", "JSON", "Config", "Programmes", "Content", "Understanding", "Dialogue", "Channels",
                "Sealing", "Store", "Outbound", "Pipeline", "TLS", "Web", argumentParser, logging, metrics, metricsCore, lifecycle,
                unixSignals, yams,
            ], swiftSettings: strict),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "Core", "JSON", "CCurl", "Programmes", "Content", "Understanding", "Dialogue", "Channels", "Sealing", "Store",
                "Pipeline", "Outbound", "Web", "Loopback", "FakeZalo", "PrivatePostgres", grdb, hummingbird, httpTypes, lifecycle,
                logging,
            ], path: "Benchmarks/Bench", swiftSettings: strict),

        // Tests mirror the sources.
        .testTarget(name: "CoreTests", dependencies: ["Core"], swiftSettings: strict),
        .testTarget(name: "PagesTests", swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(name: "ConfigTests", dependencies: ["Core", "Config"], swiftSettings: strict),
        .testTarget(name: "ProgrammesTests", dependencies: ["Core", "Programmes"], swiftSettings: strict),
        .testTarget(name: "ContentTests", dependencies: ["Core", "Content"], swiftSettings: strict),
        .testTarget(
            name: "UnderstandingTests", dependencies: ["Core", "JSON", "Content", "Understanding", yams],
            swiftSettings: strict),
        .testTarget(
            name: "DialogueTests", dependencies: ["Core", "Programmes", "Content", "Dialogue"], swiftSettings: strict),
        .testTarget(name: "SealingTests", dependencies: ["Core", "Sealing"], swiftSettings: strict),
        .testTarget(name: "ChannelsTests", dependencies: ["Core", "JSON", "Channels", crypto], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Core", "Programmes", "Sealing", "Store", "PrivatePostgres"],
            swiftSettings: strict),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Core", "Programmes", "Content", "Understanding", "Dialogue", "Channels", "Sealing", "Store", "Pipeline", logging,
            ], swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Core", "JSON", "Programmes", "Content", "Understanding", "Dialogue", "Channels", "Sealing", "Store", "Pipeline",
                "PrivatePostgres", logging, lifecycle, crypto,
            ], swiftSettings: strict),
        .testTarget(
            name: "OutboundTests", dependencies: ["Core", "CCurl", "Channels", "Outbound", "Loopback"], swiftSettings: strict),
        // The second engine, for tests: a server in a temporary directory.
        .target(
            name: "PrivatePostgres", dependencies: ["CPostgres"], path: "Tests/PrivatePostgres", swiftSettings: strict),
        // Peers for tests and benchmarks, on loopback: a server that misbehaves, and a platform that is strict.
        .target(name: "Loopback", path: "Tests/Loopback", swiftSettings: strict),
        .target(
            name: "FakeZalo", dependencies: ["Core", "JSON", "Loopback", crypto], path: "Tests/FakeZalo",
            swiftSettings: strict),
        .testTarget(
            name: "FakeZaloTests", dependencies: ["Core", "JSON", "Channels", "Outbound", "FakeZalo"],
            swiftSettings: strict),
        .target(
            name: "FakeTelegram", dependencies: ["Core", "JSON", "Loopback"], path: "Tests/FakeTelegram", swiftSettings: strict),
        .testTarget(
            name: "FakeTelegramTests", dependencies: ["Core", "JSON", "Channels", "Outbound", "Loopback", "FakeTelegram"],
            swiftSettings: strict),
        // Readers given any bytes at all, for `make fuzz` and for the tests that replay what it found.
        .target(
            name: "FuzzEntries",
            dependencies: [
                "Core", "JSON", "Config", "Programmes", "Content", "Understanding", "Dialogue", "Channels", "Sealing", "Store", "Outbound",
                "Web", crypto,
            ], path: "Fuzz/FuzzEntries", swiftSettings: strict),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzEntries"], swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Core", "JSON", "Programmes", "Channels", "Sealing", "Store", "Pipeline", "TLS", "Web", hummingbird, hummingbirdCore,
                httpTypes, nioCore, nioPosix, nioSSL, logging, metricsCore, lifecycle,
            ], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Core", "JSON", "Programmes", "Sealing", "Store", "Outbound", "Loopback", "FakeZalo", "FakeTelegram", "PrivatePostgres",
                "nhipcau",
            ], swiftSettings: strict),
    ]
)

// Only for `Fuzz/build`: the fuzzing program, and the fuzzer's counters in all of our own code.
if Context.environment["NHIPCAU_FUZZ"] != nil {
    // Pipeline reads nothing from outside by itself; counters that stay at zero cost time in each run.
    for target in package.targets where target.swiftSettings != nil && target.name != "Pipeline" {
        target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer"]))
    }
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "nhipcau-fuzz", dependencies: ["FuzzEntries", "CFuzzer"], path: "Fuzz/Driver", swiftSettings: strict,
            linkerSettings: [
                .unsafeFlags(
                    ["-sanitize=fuzzer", "-use-ld=lld"]
                        + ["cmp", "const_cmp"].flatMap { kind in
                            [1, 2, 4, 8].flatMap { ["-Xlinker", "--wrap=__sanitizer_cov_trace_\(kind)\($0)"] }
                        })
            ]),
    ]
}
