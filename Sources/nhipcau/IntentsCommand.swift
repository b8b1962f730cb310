import ArgumentParser
import Config
import Content
import Core
import Dialogue
import Foundation
import JSON
import Understanding

struct IntentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intents", abstract: "Checks, tests and measures the content.",
        subcommands: [Check.self, Test.self, Evaluate.self])
}

extension IntentsCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks for mistakes in intents/ and says where they are and how to mend them.")

        @Flag(help: "Print one JSON object.")
        var json = false

        @Flag(help: "Warnings count as findings too.")
        var strict = false

        @Option(help: "The configuration file.")
        var config: String?

        @Argument(help: "The directory to check. Default: the configured one.")
        var directory: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let path = directory.map { assembly.home.current($0) } ?? assembly.home.path(assembly.settings.content.intents)
            var problems: [ContentProblem] = []
            var counts: (intents: Int, examples: Int, tests: Int)?
            do {
                let loaded = try ContentLoader.load(
                    directory: path, handlers: Dialogue.handlers, commonReplyKeys: Dialogue.commonReplyKeys)
                problems = loaded.warnings
                let catalogue = loaded.catalogue
                counts = (catalogue.flows.count, catalogue.training.examples.count, catalogue.conversations.count)
            } catch {
                problems = error.problems
            }
            let errors = problems.count { $0.severity == .error }
            report(problems, counts, errors: errors)
            if errors > 0 || (strict && !problems.isEmpty) { throw Exit.failed }
        }

        private func report(_ problems: [ContentProblem], _ counts: (intents: Int, examples: Int, tests: Int)?, errors: Int) {
            if json {
                var object = JSONObject()
                object["errors"] = .number(JSONNumber(errors))
                object["warnings"] = .number(JSONNumber(problems.count - errors))
                object["problems"] = .array(problems.map(\.json))
                return Console.data(JSONValue.object(object).compactText)
            }
            for problem in problems { Console.data("\(problem)") }
            let found = "\(errors) errors, \(problems.count - errors) warnings"
            Console.words(
                counts.map { "\($0.intents) intents, \($0.examples) examples, \($0.tests) conversations: \(found)." } ?? "\(found).")
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Plays the conversations of tests.yml.")

        @Flag(help: "Print one JSON object per conversation.")
        var json = false

        @Option(help: "Only conversations whose name contains this.")
        var filter: String?

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config, isDemo: true)
            let catalogue = try assembly.catalogue(failure: 2)
            let tests = catalogue.conversations.filter { filter.map($0.name.contains) ?? true }
            guard !tests.isEmpty else {
                Console.words("There is no conversation to test.")
                throw Exit.nothingToTest
            }
            let interpreter = try assembly.interpreter(catalogue)
            let dialogue = Dialogue(catalogue: catalogue, policies: assembly.policies, hotlines: assembly.hotlines)
            var failed = 0
            for test in tests {
                let classes = try assembly.demoClasses(catalogue, now: test.at)
                let tester = ConversationTester(dialogue: dialogue, offers: classes) { interpreter.read($0, at: $1) }
                let outcome = tester.run(test)
                if !outcome.passed { failed += 1 }
                report(test, outcome)
            }
            Console.words("\(tests.count - failed) passed, \(failed) failed")
            if failed > 0 { throw Exit.failed }
        }

        private func report(_ test: ConversationTest, _ outcome: ConversationTester.Result) {
            if json {
                var object = JSONObject()
                object["name"] = .string(test.name)
                object["file"] = .string(test.location.file)
                object["line"] = .number(JSONNumber(test.location.line))
                object["passed"] = .bool(outcome.passed)
                object["differences"] = .array(outcome.differences.map { JSONValue.string("\($0)") })
                return Console.data(JSONValue.object(object).compactText)
            }
            guard !outcome.passed else { return }
            Console.data("✘ \(test.location): \(test.name)")
            for difference in outcome.differences { Console.data("    \(difference)") }
        }
    }

    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Trains on one set and measures on another.",
            discussion: "FILE is Rasa NLU YAML, a directory of it, or JSONL {\"text\",\"intent\"} (null or \"oos\": out of scope).")

        @Option(name: .customLong("train"), help: "What to train on. Default: the content.")
        var trainingFile: String?

        @Option(name: .customLong("test"), help: "What to measure on.")
        var testFile: String

        @Flag(help: "Print one JSON object.")
        var json = false

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let training = try trainingFile.map { try Self.rows($0, assembly.home) } ?? Self.contentRows(assembly)
            let test = try Self.rows(testFile, assembly.home)
            guard !test.isEmpty else {
                Console.words("\(testFile): nothing to test.")
                throw Exit.nothingToTest
            }
            let result: Evaluation
            do { result = try Evaluation.run(train: training, test: test, teencode: Self.teencode(assembly)) } catch {
                Console.words("Not possible: \(error)")
                throw Exit.brokenInput
            }
            guard !json else { return Console.data(result.json.compactText) }
            Console.data(result.json.prettyText)
        }

        private static func rows(_ path: String, _ home: Home) throws -> [Evaluation.Row] {
            do {
                let loaded = try TrainingDataLoader.load(home.current(path))
                for warning in loaded.warnings { Console.words("\(warning)") }
                return loaded.rows.map { Evaluation.Row(text: $0.text, intent: $0.intent) }
            } catch {
                let bytes = FileManager.default.contents(atPath: home.current(path))
                if let bytes, bytes.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }) {
                    Console.words("\(path): nothing to test.")
                    throw Exit.nothingToTest
                }
                for problem in error.errors { Console.words("\(problem)") }
                throw Exit.brokenInput
            }
        }

        /// The short forms that the content knows; measuring on other people's files works without content too.
        private static func teencode(_ assembly: Assembly) -> [String: String] {
            let loaded = try? ContentLoader.load(
                directory: assembly.home.path(assembly.settings.content.intents), handlers: Dialogue.handlers,
                commonReplyKeys: Dialogue.commonReplyKeys)
            return loaded?.catalogue.gazetteer.teencode ?? [:]
        }

        private static func contentRows(_ assembly: Assembly) throws -> [Evaluation.Row] {
            try assembly.catalogue(failure: 2).training.examples.map { Evaluation.Row(text: $0.text, intent: $0.intent) }
        }
    }
}

extension ContentProblem {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["severity"] = .string(severity.rawValue)
        object["file"] = .string(location.file)
        object["line"] = .number(JSONNumber(location.line))
        object["message"] = .string(message)
        object["mend"] = .string(mend)
        return .object(object)
    }
}
