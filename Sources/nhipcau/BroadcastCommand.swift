import ArgumentParser
import Channels
import Core
import Foundation
import JSON
import Programmes
import Store
import Understanding

struct BroadcastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broadcast", abstract: "One message to many people: who would get it, send it, watch it, stop it.",
        discussion: "What is written down here is sent by `nhipcau serve`, at the platforms' pace. Replies overtake it.",
        subcommands: [Preview.self, Send.self, Status.self, Pause.self, Resume.self, Cancel.self])

    /// Counts by the rules of the configured connections.
    static func preview(_ audience: Audience, _ assembly: Assembly, _ store: Store) async throws -> AudiencePreview {
        let rules = assembly.sendingRules(try assembly.channels())
        return try await store.write { tx in
            try tx.saveSendingRules(rules)
            return try tx.preview(audience, now: SystemClock().now())
        }
    }

    static func broadcast(_ number: String, in store: Store) async throws -> Broadcast {
        guard let broadcast = try await store.read({ tx in try tx.broadcast(number: number) }) else {
            Console.words("There is no broadcast “\(number)”: nhipcau broadcast status shows the latest.")
            throw Exit.failed
        }
        return broadcast
    }
}

extension BroadcastCommand {
    struct Preview: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts who would be reached, by channel, before anything is sent.")

        @OptionGroup var who: AudienceOptions

        @Flag(help: "Print one JSON object.")
        var json = false

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            try await Assembly.withStore(config) { assembly, store in
                let preview = try await BroadcastCommand.preview(try await who.audience(in: store), assembly, store)
                Console.data(json ? preview.json.compactText : preview.table)
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes back what waits. What is in flight goes on to its end.")
        @OptionGroup var target: BroadcastTarget
        func run() async throws { try await target.command(.pause) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Goes on with a paused broadcast.")
        @OptionGroup var target: BroadcastTarget
        func run() async throws { try await target.command(.resume) }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes back what waits, for good.")
        @OptionGroup var target: BroadcastTarget
        func run() async throws { try await target.command(.cancel) }
    }
}

/// Which broadcast a command is about.
struct BroadcastTarget: ParsableArguments {
    @Argument(help: "Its number, for example TB-7K4M-92QX.")
    var number: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: "The configuration file.")
    var config: String?

    func command(_ command: Programmes.BroadcastCommand) async throws {
        try await Assembly.withStore(config) { _, store in
            let found = try await BroadcastCommand.broadcast(number, in: store)
            let id = found.id
            if found.status == .done || (found.status == .cancelled && command != .cancel) {
                Console.words("It is over (\(found.status.rawValue)): nhipcau broadcast status \(found.number)")
                throw Exit.failed
            }
            try await store.write { tx in try tx.commandBroadcast(id, command, by: .operator, now: SystemClock().now()) }
            let broadcast = try await BroadcastCommand.broadcast(number, in: store)
            let facts: JSONValue = ["number": .string(broadcast.number), "status": .string(broadcast.status.rawValue)]
            Console.data(json ? facts.compactText : "\(broadcast.number) \(broadcast.status.rawValue)")
        }
    }
}
