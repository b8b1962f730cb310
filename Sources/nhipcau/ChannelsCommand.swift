import ArgumentParser
import Channels
import Core
import JSON

struct ChannelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "Shows what each channel makes of requests, messages and answers; connects one.",
        discussion: "Needs no database, and only connect needs the configuration. FILE may be - for standard input.",
        subcommands: [List.self, Connect.self, Parse.self, Render.self, Read.self])
}

extension ChannelsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The kinds of channels and what they can do.")

        @Flag(help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let list = ChannelContract.list()
            guard !json, let rows = (try? JSONValue(parsing: list))?.arrayValue else { return Console.data(list) }
            for row in rows {
                let members = row.objectValue?.members ?? []
                Console.data(members.map { "\($0.key) \($0.value.stringValue ?? $0.value.compactText)" }.joined(separator: " · "))
            }
        }
    }

    struct Parse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a webhook request would be answered, and what would be stored.")

        @Argument(help: "The kind of channel, for example zalo_oa.")
        var kind: String

        @Option(help: "The request, or an array of them, as JSON.")
        var request: String

        @Flag(help: "The output is JSON in any case.")
        var json = false

        mutating func validate() throws { try checkKind(kind) }

        func run() async throws {
            try answer(request) { try ChannelContract.parse(kind: kind, json: $0, now: SystemClock().now()) }
        }
    }

    struct Render: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The calls that a message would become.")

        @Argument(help: "The kind of channel, for example zalo_oa.")
        var kind: String

        @Option(help: "The message, or an array of them, as JSON.")
        var message: String

        @Flag(help: "The output is JSON in any case.")
        var json = false

        mutating func validate() throws { try checkKind(kind) }

        func run() async throws {
            try answer(message) { try ChannelContract.render(kind: kind, json: $0) }
        }
    }

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What a platform's answer to a send means.")

        @Argument(help: "The kind of channel, for example zalo_oa.")
        var kind: String

        @Option(help: "The answer, or an array of them, as JSON.")
        var answer: String

        @Flag(help: "The output is JSON in any case.")
        var json = false

        mutating func validate() throws { try checkKind(kind) }

        func run() async throws {
            try nhipcau.answer(answer) { try ChannelContract.read(kind: kind, json: $0) }
        }
    }
}

/// Reads the file, prints the answer; broken input is told with its field and ends with 2.
private func answer(_ file: String, _ body: ([UInt8]) throws -> String) throws {
    let input = try Console.read(file)
    do {
        Console.data(try body(input))
    } catch let error as ChannelError {
        Console.words("\(file): \(error.message)")
        throw Exit.brokenInput
    }
}

func checkKind(_ kind: String) throws {
    guard ChannelKind(rawValue: kind) == nil else { return }
    let known = ChannelKind.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("There is no channel kind “\(kind.prefix(40))”. Known: \(known).")
}
