import FoundationEssentials
import FuzzEntries
import Testing

/// A broken promise or a trap ends the test process; the input that did it is then left in the temporary directory as
/// `nhipcau-fuzz-test-ENTRY` (docs/fuzzing.md).
@Suite("Readers take any bytes", .serialized)
struct FuzzTests {
    @Test("every entry has seeds, and every folder of seeds an entry")
    func seedsAreComplete() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Seeds.root + "/corpus")
        #expect(folders.sorted() == FuzzEntry.all.map(\.name).sorted())
        for entry in FuzzEntry.all { #expect(!Seeds.files(of: entry.name, in: "corpus").isEmpty, "\(entry.name)") }
    }

    @Test("seeds and earlier findings are read", arguments: FuzzEntry.all.map(\.name))
    func seedsAreRead(name: String) throws {
        let entry = try #require(FuzzEntry.all.first { $0.name == name })
        let files = Seeds.files(of: name, in: "corpus") + Seeds.files(of: name, in: "found")
        let trial = Trial(entry)
        defer { trial.forget() }
        for bytes in files + [[]] { trial.run(bytes) }
    }

    @Test("seeds with changes are read", arguments: FuzzEntry.all.map(\.name))
    func mutationsAreRead(name: String) throws {
        let entry = try #require(FuzzEntry.all.first { $0.name == name })
        let seeds = Seeds.files(of: name, in: "corpus")
        try #require(!seeds.isEmpty)
        var mutator = Mutator(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        let trial = Trial(entry)
        defer { trial.forget() }
        for _ in 0..<Self.rounds(of: name) {
            let seed = seeds[mutator.number(below: seeds.count)]
            trial.run(mutator.mutation(of: seed, with: seeds[mutator.number(below: seeds.count)]))
        }
    }

    /// Readers of whole files take longer in a debug build, and whole conversations much longer.
    private static func rounds(of name: String) -> Int {
        switch name {
        case "intake": 60
        case "model-file": 150
        case "settings", "environment", "interpreter", "entity-reader", "mail-render": 300
        default: name.hasPrefix("content-") ? 300 : 1_500
        }
    }
}

/// Keeps the input while it is read, because afterwards there may be no process to ask.
private struct Trial {
    private let entry: FuzzEntry
    private let place: URL

    init(_ entry: FuzzEntry) {
        self.entry = entry
        place = FileManager.default.temporaryDirectory.appendingPathComponent("nhipcau-fuzz-test-" + entry.name)
    }

    func run(_ bytes: [UInt8]) {
        try? Data(bytes).write(to: place)
        bytes.withUnsafeBytes(entry.run)
    }

    func forget() { try? FileManager.default.removeItem(at: place) }
}

/// The files under `Fuzz/`.
private enum Seeds {
    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Fuzz"

    static func files(of entry: String, in kind: String) -> [[UInt8]] {
        let folder = root + "/" + kind + "/" + entry
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))).map { Array($0) }
        }
    }
}
