import Channels
import Content
import Core
import Dialogue
import Logging
import Pipeline
import Programmes
import Sealing
import ServiceLifecycle
@testable import Store
import Understanding

/// One run of the program, put together as the program does it, on the world's database, clock and platforms.
///
/// When it dies, nothing that it still tries has any effect: its database and its network are gone for it.
final class SimulatedProcess: EngineWatcher, Transport, @unchecked Sendable {
    // Unchecked because only the one thread of the run touches it.

    let owner: String
    private unowned let world: World
    private(set) var isDead = false
    /// False until the database is open: what the start does is not spoiled.
    private var isArmed = false
    private(set) var isReady = false
    private(set) var startedAt = Int64.max
    private var work: Task<Void, Never>?
    private var inbox: Inbox?

    init(owner: String, world: World) {
        self.owner = owner
        self.world = world
    }

    func start() throws {
        let store = try Store(
            WatchedEngine(base: world.engine, watcher: self, sabotage: world.sabotage), file: nil, isTemporary: false,
            KeyRing(master: world.stage.master),
            world.machine, StoreLimits(), seed: world.random.next(),
            threads: StoreThreads(
                runner: { [world] work in world.machine.schedule(in: world.databaseDelay()) { work() } }, pause: { _ in }))
        isArmed = true
        let machine = world.machine
        work = Machine.$standIn.withValue(machine) {
            Task(executorPreference: machine) { await self.live(store) }
        }
    }

    /// As `serve` does: leases of those who are gone, tokens, then the services until the end.
    private func live(_ store: Store) async {
        let (machine, stage) = (world.machine, world.stage)
        let channels = world.channels(of: self)
        let signals = Signals()
        let inbox = Inbox(store: store, clock: machine, arrivals: signals.arrivals) { event in
            guard let text = event.text, event.heard.kind == .message else { return .reply }
            let triage = stage.interpreter.triage(text)
            return triage.level >= .s2 || triage.ask ? .safety : .reply
        }
        let tokens = TokenKeeper(
            store: store, accounts: world.tokenAccounts(channels), transport: self, rescueDirectory: world.directory + "/tokens",
            clock: machine, owner: owner, logger: Stage.logger)
        do {
            let now = machine.now()
            try await store.write { tx in try tx.releaseLeasesOfEarlierProcesses(now: now) }
            try await tokens.prepare()
        } catch {
            return world.die(self)
        }
        let processor = EventProcessor(
            store: store, interpreter: stage.interpreter, dialogue: stage.dialogue, clock: machine, isThirdParty: { _ in true })
        var services: [any NamedService] = [
            RetentionService(store: store, policy: RetentionPolicy(), clock: machine, logger: Stage.logger),
            Dispatcher(
                store: store, channels: channels, transport: self, tokens: tokens, signals: signals, clock: machine, owner: owner,
                logger: Stage.logger, concurrency: world.sendsAtOnce),
            DutyService(
                store: store, replies: stage.catalogue.replies, mail: .init(connection: Stage.mail, account: Stage.mailAccount),
                signals: signals, clock: machine, logger: Stage.logger),
            TimerService(store: store, signals: signals, clock: machine, logger: Stage.logger),
            BroadcastService(
                store: store, rules: Stage.rules, pace: world.pace, signals: signals, clock: machine, owner: owner,
                logger: Stage.logger),
            InboxWorkers(
                store: store, processor: processor, signals: signals, clock: machine, owner: owner, logger: Stage.logger, concurrency: 8),
        ]
        if store.isShared {
            services.append(Presence(store: store, signals: signals, clock: machine, owner: owner, logger: Stage.logger))
        }
        self.inbox = inbox
        isReady = true
        startedAt = world.machine.milliseconds
        await withDiscardingTaskGroup { [services] group in
            group.addTask { try? await tokens.run() }
            for service in services { group.addTask { try? await service.run() } }
        }
    }

    /// Everything in memory is lost, at once.
    func die() {
        guard !isDead else { return }
        isDead = true
        isReady = false
        work?.cancel()
    }

    // MARK: What the platforms want of it

    /// Answers 200, 503, or nothing when it died meanwhile.
    func receive(
        _ events: [InboundEvent], on connection: ConnectionID, channel: ChannelKind, _ answer: @escaping @Sendable (Int?) -> Void
    ) {
        guard let inbox, isReady else { return answer(nil) }
        let machine = world.machine
        Machine.$standIn.withValue(machine) {
            _ = Task(executorPreference: machine) {
                do {
                    _ = try await inbox.accept(events, on: connection, channel: channel)
                    answer(self.isDead ? nil : 200)
                } catch {
                    answer(self.isDead ? nil : 503)
                }
            }
        }
    }

    // MARK: What it wants of the platforms

    func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        if isDead { throw .cancelled }
        if world.diesNow(.beforeCall) {
            world.die(self)
            throw .cancelled
        }
        let meeting = world.platform.meet(call, of: self)
        do { try await world.machine.sleep(for: .milliseconds(meeting.delay)) } catch {
            world.platform.end(meeting, heard: false)
            throw .cancelled
        }
        if isDead || world.diesNow(.afterCall) {
            world.die(self)
            world.platform.end(meeting, heard: false)
            throw .cancelled
        }
        world.platform.end(meeting, heard: true)
        return try meeting.result.get()
    }

    // MARK: What the database does to it

    func beforeRead() throws {
        guard isArmed else { return }
        if isDead { throw StoreError.closed }
        if let refusal = world.refusal(share: 4) { throw refusal }
    }

    func beforeWrite() throws -> CommitFate {
        guard isArmed else { return .good }
        if isDead { throw StoreError.closed }
        if let refusal = world.refusal(share: 1) { throw refusal }
        return world.fate()
    }

    func failure(_ fate: CommitFate) throws -> any Error {
        switch fate {
        case .dieBeforeCommit, .dieAfterCommit:
            world.die(self)
            return StoreError.closed
        case .contendBeforeCommit: return StoreError.contended
        case .good, .failAfterCommit: return StoreError.unreachable(place: "simulation", detail: "gone")
        }
    }

    func committed(_ statements: [WatchedConnection.Statement]) { world.committed(statements, by: self) }
}
