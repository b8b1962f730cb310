import ArgumentParser
import Channels
import Content
import Core
import Dialogue
import Foundation
import JSON
import Logging
import Outbound
import Pipeline
import ServiceLifecycle
import Store

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "A conversation in the terminal, through the real pipeline.",
        discussion: """
            Without --config everything lives in a temporary database with the demonstration classes. With --json every
            line is an object: {"id","text"} or {"id","payload"} in, {"id","kind","text","buttons","at"} out; a line
            that is not an object is taken as text.
            """)

    enum Speaker: String, ExpressibleByArgument, CaseIterable { case parent, pupil, teacher, staff, admin }
    enum Tongue: String, ExpressibleByArgument, CaseIterable { case vi, en }

    @Option(name: .customLong("as"), help: "Who is speaking.")
    var speaker = Speaker.parent

    @Option(help: "The language to begin with.")
    var language = Tongue.vi

    @Flag(help: "One JSON object per line, in and out.")
    var json = false

    @Option(help: "Use this configuration and its database.")
    var config: String?

    func run() async throws {
        let assembly = try Assembly.load(configuration: config, isDemo: config == nil)
        let catalogue = try assembly.catalogue()
        let interpreter = try assembly.interpreter(catalogue)
        let store = try config == nil ? assembly.temporaryStore() : assembly.store()
        if config == nil { try await assembly.sealTemporaryReports(store) } else { try await assembly.sealReports(store) }
        // When a service already runs on this database, its workers do the work and we only bring and fetch.
        let isServedElsewhere = config != nil && !Self.canServe(store)
        if !isServedElsewhere { try await store.write { tx in try tx.releaseLeasesOfEarlierProcesses(now: SystemClock().now()) } }
        let channels = try assembly.channels()
        let transport = try assembly.transport()
        var logger = Logger(label: "nhipcau") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let running = assembly.pipeline(
            store: store, catalogue: catalogue, interpreter: interpreter, channels: channels, transport: transport,
            logger: logger)
        if config == nil { try await assembly.seedDemo(store, catalogue, now: SystemClock().now()) }
        let session = try await openSession(store)
        let conversation = Conversation(session: session, inbox: running.inbox, store: store, json: json)
        let group = ServiceGroup(
            configuration: .init(
                services: (isServedElsewhere ? [] : running.services).map { .init(service: $0) } + [.init(service: Idle())],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await conversation.run()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await transport.shutdown(grace: .seconds(1))
        await store.close()
    }

    private static func canServe(_ store: Store) -> Bool {
        do {
            try store.lockForServing()
            return true
        } catch { return false }
    }

    /// A new person for each run, with the role and language that were asked for.
    private func openSession(_ store: Store) async throws -> TerminalSession {
        var random = SystemRandom()
        let person = IdentifierSource().make(ConversationID.self, at: SystemClock().now(), random: &random).rawValue
        let address = ConversationAddress(
            connection: ConnectionID(ChannelKind.terminal.rawValue), channel: .terminal, account: "", person: person)
        var state = ConversationState()
        state.language = Language(rawValue: language.rawValue)
        let bytes = try state.encoded()
        let id = try await store.write { [role = speaker.rawValue] tx in
            let id = try tx.findOrCreateConversation(address, now: SystemClock().now())
            try tx.setRole(role, of: id)
            try tx.saveState(bytes, of: id)
            return id
        }
        return TerminalSession(conversation: id, address: address)
    }
}

/// The person at the terminal.
struct TerminalSession: Sendable {
    let conversation: ConversationID
    let address: ConversationAddress
}

/// Keeps a service group alive that has nothing else to do.
private struct Idle: Service {
    func run() async throws { try? await gracefulShutdown() }
}
