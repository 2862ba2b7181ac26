// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode with complete checking, and warnings that stop the build.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "mailmill",
    products: [
        .executable(name: "mailmill", targets: ["mailmill"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(name: "PostgresClient", dependencies: ["CLibPQ", log, lifecycle], swiftSettings: strict),
        .target(
            name: "PostgresServer",
            dependencies: ["PostgresClient", "CLinux", log, lifecycle, crypto, systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "MailEvents",
            dependencies: ["CPCRE2"],
            resources: [.embedInCode("Classification/Rules/bounce-rules.toml")],
            swiftSettings: strict
        ),
        .target(name: "Accounts", dependencies: ["CArgon2", crypto], swiftSettings: strict),
        .target(
            name: "Store",
            dependencies: ["PostgresClient", "MailEvents", "Accounts", log, lifecycle, crypto],
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .target(
            name: "Collector",
            dependencies: [
                "MailEvents", "CBzip2", "CLinux", "CLzma", "CZlib", "CZstd", log, lifecycle, crypto, subprocess,
                systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "WebConsole",
            dependencies: [
                "Store", "Accounts", log, lifecycle, crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "mailmill",
            dependencies: [
                "PostgresClient", "PostgresServer", "MailEvents", "Accounts", "Store", "Collector", "WebConsole",
                "CLinux",
                log, lifecycle, signals, crypto, systemPackage, "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Resources/samples")],
            swiftSettings: strict
        ),

        .target(name: "LogGenerator", path: "Benchmarks/LogGenerator", swiftSettings: strict),
        .target(
            name: "ReplyGenerator",
            dependencies: ["MailEvents"],
            path: "Benchmarks/ReplyGenerator",
            resources: [.embedInCode("replies.txt")],
            swiftSettings: strict
        ),
        .target(
            name: "BenchmarkSupport",
            dependencies: ["PostgresClient", "PostgresServer", "Store", "LogGenerator", log, systemPackage],
            path: "Benchmarks/BenchmarkSupport",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ParseBenchmark",
            dependencies: ["MailEvents", "LogGenerator", "BenchmarkSupport"],
            path: "Benchmarks/ParseBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ClassifyBenchmark",
            dependencies: ["MailEvents", "ReplyGenerator", "BenchmarkSupport"],
            path: "Benchmarks/ClassifyBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "IngestBenchmark",
            dependencies: [
                "Collector", "MailEvents", "PostgresClient", "PostgresServer", "Store", "LogGenerator",
                "BenchmarkSupport", log, systemPackage,
            ],
            path: "Benchmarks/IngestBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ReceptionBenchmark",
            dependencies: [
                "Collector", "MailEvents", "WebConsole", "LogGenerator", "BenchmarkSupport", log, systemPackage,
            ],
            path: "Benchmarks/ReceptionBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ImportBenchmark",
            dependencies: ["BenchmarkSupport", "LogGenerator", "PostgresClient", "PostgresServer", systemPackage],
            path: "Benchmarks/ImportBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "MemoryBenchmark",
            dependencies: ["BenchmarkSupport", systemPackage],
            path: "Benchmarks/MemoryBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "LatencyBenchmark",
            dependencies: ["PostgresServer", "LogGenerator", "BenchmarkSupport", systemPackage],
            path: "Benchmarks/LatencyBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "DashboardBenchmark",
            dependencies: [
                "MailEvents", "PostgresClient", "PostgresServer", "Store", "LogGenerator", "BenchmarkSupport", log,
            ],
            path: "Benchmarks/DashboardBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "HistoryBenchmark",
            dependencies: ["PostgresClient", "PostgresServer", "BenchmarkSupport", systemPackage],
            path: "Benchmarks/HistoryBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "RetentionBenchmark",
            dependencies: ["PostgresClient", "PostgresServer", "Store", "BenchmarkSupport", log],
            path: "Benchmarks/RetentionBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FoldBenchmark",
            dependencies: ["PostgresClient", "PostgresServer", "Store", "BenchmarkSupport", log],
            path: "Benchmarks/FoldBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "MigrationBenchmark",
            dependencies: [
                "MailEvents", "PostgresClient", "PostgresServer", "Store", "LayoutFixtures", "LogGenerator",
                "BenchmarkSupport", log,
            ],
            path: "Benchmarks/MigrationBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "SoakBenchmark",
            dependencies: ["PostgresClient", "PostgresServer", "LogGenerator", "BenchmarkSupport", systemPackage],
            path: "Benchmarks/SoakBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "TraceBenchmark",
            dependencies: ["MailEvents", "PostgresClient", "PostgresServer", "Store", "BenchmarkSupport", log],
            path: "Benchmarks/TraceBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "UpgradeBenchmark",
            dependencies: ["PostgresServer", "BenchmarkSupport", systemPackage],
            path: "Benchmarks/UpgradeBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "DatabaseStartBenchmark",
            dependencies: ["PostgresServer", "BenchmarkSupport"],
            path: "Benchmarks/DatabaseStartBenchmark",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "BackupBenchmark",
            dependencies: ["PostgresServer", "BenchmarkSupport", systemPackage],
            path: "Benchmarks/BackupBenchmark",
            swiftSettings: strict
        ),

        .testTarget(
            name: "MailEventsTests",
            dependencies: ["MailEvents", "LogGenerator", "ReplyGenerator"],
            resources: [.copy("Corpus"), .copy("Fixtures")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "server-launcher",
            dependencies: ["PostgresServer", log, lifecycle, signals, systemPackage],
            path: "Tests/PostgresServerTests/Launcher",
            swiftSettings: strict
        ),
        .testTarget(name: "AccountsTests", dependencies: ["Accounts", "LogGenerator", crypto], swiftSettings: strict),
        .target(
            name: "CollectorFixtures",
            dependencies: ["Collector", "MailEvents", log, systemPackage],
            path: "Tests/CollectorFixtures",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "collector-probe",
            dependencies: ["Collector", "CollectorFixtures", "MailEvents", log, lifecycle],
            path: "Tests/CollectorProbe",
            swiftSettings: strict
        ),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "Collector", "CollectorFixtures", "MailEvents", "collector-probe", "CZlib", "CZstd",
                log, lifecycle, crypto, subprocess, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ConsoleStandIns",
            dependencies: ["WebConsole", "Store", "Accounts", crypto],
            path: "Tests/ConsoleStandIns",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "console-preview",
            dependencies: ["ConsoleStandIns", "WebConsole", "Store", "Accounts", log, lifecycle],
            path: "Tests/ConsolePreview",
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebConsoleTests",
            dependencies: [
                "ConsoleStandIns", "WebConsole", "Store", "Accounts", log, lifecycle, crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ScratchPostgres",
            dependencies: ["PostgresClient", "Store", log],
            path: "Tests/ScratchPostgres",
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresClientTests",
            dependencies: ["PostgresClient", "ScratchPostgres", log],
            swiftSettings: strict
        ),
        .target(
            name: "LayoutFixtures",
            dependencies: ["PostgresClient"],
            path: "Tests/LayoutFixtures",
            resources: [.copy("SQL")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Store", "PostgresClient", "MailEvents", "Accounts", "ScratchPostgres", "LayoutFixtures",
                "LogGenerator", log, crypto,
            ],
            exclude: ["Contract/report_v1.released"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresServerTests",
            dependencies: ["PostgresServer", "PostgresClient", "server-launcher", log, lifecycle, systemPackage],
            exclude: ["Launcher"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MailmillTests",
            dependencies: ["mailmill", "Collector", "PostgresServer", "Store", "MailEvents", log],
            swiftSettings: strict
        ),
        .testTarget(name: "EndToEndTests", dependencies: ["mailmill", "LogGenerator"], swiftSettings: strict),
    ]
)
