import Channels
import Core
import Foundation
import JSON
import Pipeline
import Store

/// Reads lines, brings them into the inbox, waits until they have had their effect, prints what is new.
struct Conversation {
    let session: TerminalSession
    let inbox: Inbox
    let store: Store
    let json: Bool

    func run() async throws {
        let isInteractive = isatty(STDIN_FILENO) == 1
        if isInteractive, !json {
            Console.words("Gõ tin nhắn rồi nhấn Enter; số thứ tự chọn nút; Ctrl-D để kết thúc. (Type a message; Ctrl-D ends.)")
        }
        var cursor: Int64 = 0
        var number = 0
        while true {
            if isInteractive, !json { prompt() }
            guard let line = await Self.nextLine() else { break }
            number += 1
            do {
                let event = try TerminalDecoder.decode(
                    line, format: json && line.contains("{") ? .objects : .plain, number: number, person: session.address.person,
                    at: SystemClock().now())
                guard let event else { continue }
                _ = try await inbox.accept([event], on: session.address.connection, channel: .terminal)
                try await waitUntilQuiet()
                cursor = try await printNew(after: cursor)
            } catch let error as JSONError {
                Console.words("line \(number): \(error.message)")
            }
        }
    }

    private func prompt() {
        FileHandle.standardError.write(Data("› ".utf8))
    }

    /// Reading blocks, so it happens on a thread of its own.
    private static func nextLine() async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: readLine(strippingNewline: true)) }
        }
    }

    /// Until nothing of this conversation is waiting any more.
    private func waitUntilQuiet() async throws {
        let conversation = session.conversation
        while try await store.read({ tx in try tx.hasWaitingEvents(conversation) }) {
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    private func printNew(after cursor: Int64) async throws -> Int64 {
        var cursor = cursor
        let conversation = session.conversation
        while true {
            let messages = try await store.read { [cursor] tx in try tx.pullMessages(conversation, after: cursor, limit: 50) }
            guard let last = messages.last else { return cursor }
            for message in messages { show(message) }
            cursor = last.cursor
            try await store.write { tx in try tx.acknowledgePull(conversation, upTo: last.cursor, now: SystemClock().now()) }
        }
    }

    private func show(_ message: PullMessage) {
        if json {
            return Console.data(ChatEvent(id: String(message.cursor), message.message, at: message.createdAt).json.compactText)
        }
        Console.data(TerminalRenderer.text(message.message) + "\n")
    }
}
