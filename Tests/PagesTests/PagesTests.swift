import Foundation
import Testing

/// Pages for operators name what is in the program, all of it, and nothing else.
@Suite("Pages")
struct PagesTests {
    private static let project = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    private static func sources() throws -> [String] {
        let root = project.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        let swift = files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        return try swift.map { try String(contentsOf: $0, encoding: .utf8) }
    }

    /// What stands in backticks at the beginning of a table's rows, under a heading.
    private static func rows(_ page: String, under heading: String) throws -> Set<String> {
        let start = try #require(page.firstRange(of: "\n## \(heading)\n"), "no section “\(heading)”").upperBound
        let section = page[start...].prefix(upTo: page[start...].firstRange(of: "\n## ")?.lowerBound ?? page.endIndex)
        var names: Set<String> = []
        for line in section.split(separator: "\n") where line.hasPrefix("| `") {
            let cell = line.dropFirst(2).prefix { $0 != "|" }
            names.formUnion(cell.matches(of: /`([^`]+)`/).map { String($0.output.1) })
        }
        return names
    }

    @Test("every metric of the program is explained, under the name that Prometheus sees, and no other")
    func metrics() throws {
        let labels = Set(try Self.sources().flatMap { $0.matches(of: /"(nhipcau_[a-z_]+)"/).map { String($0.output.1) } })
        #expect(labels.count > 20)
        let explained = try Self.rows(try Self.text("docs/operations.md"), under: "Metrics")
            .reduce(into: Set<String>()) { $0.insert(String($1.prefix { $0 != "{" })) }
        for label in labels.sorted() {
            #expect(["", "_total", "_seconds"].contains { explained.contains(label + $0) }, "\(label) is not explained")
        }
        for name in explained.sorted() {
            let possible = [name, String(name.trimmingSuffix("_total")), String(name.trimmingSuffix("_seconds"))]
            #expect(possible.contains(where: labels.contains), "\(name) is not in the program")
        }
    }

    @Test("every log line of level warning and above is explained, and no other")
    func logLines() throws {
        var lines: Set<String> = []
        for source in try Self.sources() {
            lines.formUnion(source.matches(of: /logger\.(?:warning|error|critical)\(\s*"([^"\\]+)/).map { String($0.output.1) })
            lines.formUnion(source.matches(of: /[^A-Za-z]report\(error,\s*"([^"\\]+)/).map { String($0.output.1) })
        }
        #expect(lines.count > 10)
        let explained = try Self.rows(try Self.text("docs/operations.md"), under: "Log lines")
        for line in lines.subtracting(explained).sorted() { Issue.record("“\(line)” is not explained") }
        for line in explained.subtracting(lines).sorted() { Issue.record("“\(line)” is not in the program") }
    }

    @Test("every dependency has its reason and its licence")
    func dependencies() throws {
        let page = try Self.text("docs/dependencies.md")
        let declared = try Self.text("Package.swift").matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/).map { String($0.output.1) }
        #expect(Set(declared) == (try Self.rows(page, under: "Swift packages, linked statically")))
        var installed: Set<String> = []
        let setup = try Self.text(".ci/setup")
        for list in setup.matches(of: /(?m)^(?:build|tests)=\(([^)]*)\)/) {
            installed.formUnion(list.output.1.split(separator: " ").map(String.init))
        }
        installed.formUnion(setup.matches(of: /missing\+=\(([a-z0-9.+-]+)\)/).map { String($0.output.1) })
        #expect(installed == (try Self.rows(page, under: "Debian packages")))
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
