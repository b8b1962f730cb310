import ArgumentParser
import Core
import Foundation
import JSON
import Programmes
import Store

extension BroadcastCommand {
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How far a broadcast has come, by outcome and reason; without a number, the latest ones.")

        @Argument(help: "Its number, for example TB-7K4M-92QX.")
        var number: String?

        @Option(help: "Write what became of each person into this table (CSV), or - for standard output. No names, no text.")
        var recipients: String?

        @Flag(help: "Follow it until everybody has an outcome.")
        var wait = false

        @Flag(help: "Print one JSON object per broadcast.")
        var json = false

        @Option(help: "The configuration file.")
        var config: String?

        mutating func validate() throws {
            if number == nil, recipients != nil || wait { throw ValidationError("Name the broadcast: TB-….") }
        }

        func run() async throws {
            try await Assembly.withStore(config) { _, store in
                guard let number else { return try await showLatest(store) }
                let broadcast = try await BroadcastCommand.broadcast(number, in: store)
                if wait { try await BroadcastCommand.follow(broadcast, in: store) }
                if let recipients {
                    try await BroadcastCommand.writeRecipients(of: broadcast.id, to: recipients, in: store)
                    if recipients == "-" { return }
                }
                let (now, progress) = try await BroadcastCommand.state(broadcast.id, in: store)
                Console.data(json ? progress.json(of: now).compactText : progress.table(of: now))
            }
        }

        private func showLatest(_ store: Store) async throws {
            let broadcasts = try await store.read { tx in try tx.broadcasts(limit: 20) }
            if broadcasts.isEmpty, !json { Console.words("No broadcast was written down yet.") }
            for broadcast in broadcasts {
                let (_, progress) = try await BroadcastCommand.state(broadcast.id, in: store)
                Console.data(json ? progress.json(of: broadcast).compactText : progress.line(of: broadcast))
            }
        }
    }

    static func state(_ id: BroadcastID, in store: Store) async throws -> (Broadcast, BroadcastProgress) {
        let (broadcast, progress) = try await store.read { tx in (try tx.broadcast(id), try tx.progress(of: id)) }
        guard let broadcast else { throw StoreError.missing("broadcast") }
        return (broadcast, progress)
    }

    /// Says how it goes until it is over, on standard error.
    static func follow(_ broadcast: Broadcast, in store: Store) async throws {
        var said = ""
        while true {
            let (now, progress) = try await state(broadcast.id, in: store)
            let line = progress.line(of: now)
            if line != said { Console.words(line) }
            said = line
            let isEnding = now.status == .cancelled && progress.open > 0
            if (now.status == .done || now.status == .cancelled) && !isEnding { return }
            try await Task.sleep(for: .seconds(1))
        }
    }

    static func writeRecipients(of id: BroadcastID, to file: String, in store: Store) async throws {
        var output: FileHandle?
        if file != "-" {
            // Only for this user: who was written to is nobody else's business.
            guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
                let opened = FileHandle(forWritingAtPath: file)
            else {
                Console.words("\(file): cannot be written. Check the path.")
                throw Exit.failed
            }
            output = opened
        }
        func write(_ lines: [String]) throws {
            let text = lines.joined(separator: "\n")
            if let output { try output.write(contentsOf: Data((text + "\n").utf8)) } else { Console.data(text) }
        }
        try write(["conversation,channel,outcome,reason,time"])
        var last: ConversationID?
        while true {
            let page = try await store.read { [last] tx in try tx.recipients(of: id, after: last, limit: 1_000) }
            guard let end = page.last else { return }
            last = end.conversation
            try write(
                page.map { recipient in
                    CSVTable.line([
                        recipient.conversation.rawValue, recipient.channel.rawValue, recipient.outcome.rawValue, recipient.reason,
                        recipient.at?.iso8601InVietnam ?? "",
                    ])
                })
        }
    }
}
