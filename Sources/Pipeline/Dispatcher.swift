package import Channels
package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store
import Synchronization

/// Carries outbox rows to the platforms. What to do about an outcome is ``Dispatch``'s decision; here it is done.
///
/// At graceful shutdown nothing new is taken; calls in flight are finished and settled.
package struct Dispatcher: NamedService {
    private let store: Store
    private let channels: [ConnectionID: any Channel]
    private let transport: any Transport
    private let tokens: TokenKeeper
    private let signals: Signals
    private let clock: any WallClock
    private let owner: String
    private let logger: Logger
    private let concurrency: Int
    private let dispatch = Shared(Dispatch())

    /// Longer than any call's deadline and wait together, so that a row is never sent twice at once.
    static let lease = Duration.seconds(60)
    static let poll = Duration.seconds(1)
    /// A wait for the rate limit that is longer than this gives the row back instead of holding it.
    static let longestHold = Duration.seconds(2)
    /// Places beside the others that only the safety lane may take: it must not wait for a platform that is slow to take
    /// what is less urgent.
    static let safetyPlaces = 8

    package init(
        store: Store, channels: [ConnectionID: any Channel], transport: any Transport, tokens: TokenKeeper,
        signals: Signals, clock: any WallClock, owner: String, logger: Logger, concurrency: Int = 64
    ) {
        self.store = store
        self.channels = channels
        self.transport = transport
        self.tokens = tokens
        self.signals = signals
        self.clock = clock
        self.owner = owner
        self.logger = logger
        self.concurrency = concurrency
    }

    package func run() async throws {
        let slots = Slots(concurrency + Self.safetyPlaces)
        await Stopping.run(wake: { signals.departures.notify() }) { await work(slots, until: $0) }
    }

    private func work(_ slots: Slots, until stopping: Stopping) async {
        let kinds = ChannelKind.allCases.filter { $0 != .web && $0 != .terminal }
        await withDiscardingTaskGroup { group in
            while !stopping.isRequested {
                let free = await slots.waitForFree()
                if stopping.isRequested || Task.isCancelled { break }
                let (claimed, wait) = await claim(free, kinds)
                for send in claimed {
                    slots.take()
                    group.addTask {
                        await deliver(send)
                        slots.free()
                        // The next message of this conversation may go now.
                        signals.departures.notify()
                    }
                }
                if claimed.count < free { await signals.departures.wait(atMost: wait) }
            }
        }
    }

    private func claim(_ free: Int, _ kinds: [ChannelKind]) async -> ([ClaimedSend], Duration) {
        let now = clock.now()
        let limit = max(0, free - Self.safetyPlaces)
        do {
            return try await store.write(.queue) { [owner] tx in
                let claimed = try tx.claimSends(
                    limit: limit, safetyBeside: free - limit, owner: owner, leaseFor: Self.lease, now: now, channels: kinds)
                // What waits for a place is not looked for again before there is one.
                if limit == 0 { return (claimed, Self.poll) }
                let next = try tx.nextSendDue(channels: kinds).map { max($0.since(now), .milliseconds(20)) }
                return (claimed, min(next ?? Self.poll, Self.poll))
            }
        } catch {
            logger.report(error, "messages could not be claimed")
            return ([], Self.poll)
        }
    }

    private func deliver(_ send: ClaimedSend) async {
        let account = Dispatch.AccountKey(connection: send.address.connection, account: send.address.account)
        if send.wasInterrupted { Counter(label: "nhipcau_sends_interrupted_total").increment() }
        if let expires = send.expires, expires <= clock.now() {
            await settle(send, Dispatch.Conclusion(settlement: .dead(code: "expired")), account)
            return
        }
        guard let channel = channels[send.address.connection] else {
            await settle(send, Dispatch.Conclusion(settlement: .dead(code: "connection_removed")), account)
            return
        }
        // Before the rate is asked: what has been let through must not gather while a token is renewed.
        let token = await tokens.token(for: send.address.connection)
        switch channel.render(send.message, to: send.address, token: token) {
        case .calls(let calls): await perform(calls, of: send, account, channel, token: token)
        case .pull: await settle(send, Dispatch.Conclusion(settlement: .accepted(externalID: nil)), account)
        case .impossible(let code): await settle(send, Dispatch.Conclusion(settlement: .dead(code: code)), account)
        }
    }

    /// Waits for the account's rate; gives the row back when that takes too long.
    private func admitted(_ send: ClaimedSend, _ account: Dispatch.AccountKey, _ capability: Capability) async -> Bool {
        var held = Duration.zero
        while true {
            let now = clock.now()
            let processes = signals.processes.with { $0 }
            let wait = dispatch.with {
                $0.admit(
                    account, lane: send.lane, sendsPerSecond: capability.sendsPerSecond,
                    person: capability.sendsPerSecondToPerson.map { (send.address.person, $0) }, processes: processes, now: now)
            }
            guard let wait else { return true }
            held += wait
            if held > Self.longestHold || Task.isCancelled {
                await settle(send, Dispatch.Conclusion(settlement: .postpone(until: now + wait)), account)
                return false
            }
            try? await Machine.sleep(for: wait)
        }
    }

    private func perform(
        _ calls: [HTTPCall], of send: ClaimedSend, _ account: Dispatch.AccountKey, _ channel: any Channel, token: String?
    ) async {
        for part in min(send.nextPart, max(0, calls.count - 1))..<calls.count {
            // To the platform each part is a message.
            guard await admitted(send, account, channel.capability) else { return }
            let started = ContinuousClock.now
            let result: Result<HTTPAnswer, TransportFailure>
            do {
                result = .success(try await transport.perform(calls[part]))
            } catch {
                result = .failure(error)
            }
            if case .failure(.cancelled) = result {
                // Stopped by ourselves before an answer: the lease ends by itself and the row is marked interrupted.
                dispatch.with { $0.abandoned(account, now: clock.now()) }
                return
            }
            var report = channel.read(result)
            // A fixed token cannot be renewed: somebody has to look at the account.
            if report.outcome == .tokenInvalid, !tokens.canRenew(account.connection) { report.outcome = .accountPaused }
            Timer(label: "nhipcau_send_seconds", dimensions: [("connection", account.connection.rawValue)])
                .record(duration: started.duration(to: .now))
            Counter(
                label: "nhipcau_sends_total",
                dimensions: [("connection", account.connection.rawValue), ("outcome", report.outcome.rawValue)]
            ).increment()
            let attempt = Dispatch.Attempt(
                account: account, person: send.address.person, lane: send.lane, number: send.attempt, part: part, parts: calls.count,
                characters: send.message.text.unicodeScalars.count)
            var random = Machine.chance()
            let now = clock.now()
            let conclusion = dispatch.with { $0.conclude(attempt, report, now: now, random: &random) }
            await settle(send, conclusion, account, usedToken: token)
            guard case .part = conclusion.settlement else { return }
        }
    }

    /// Writes an outcome down. It happened, so this is tried until the database takes it.
    private func settle(
        _ send: ClaimedSend, _ conclusion: Dispatch.Conclusion, _ account: Dispatch.AccountKey, usedToken: String? = nil
    ) async {
        for attempt in 0..<60 {
            let now = clock.now()
            do {
                try await store.write { tx in
                    try tx.settle(send.id, conclusion.settlement, now: now)
                    for effect in conclusion.effects {
                        switch effect {
                        case .pauseAccount(let until, let code):
                            try tx.pauseAccount(
                                connection: account.connection, account: account.account, until: until, reason: code, now: now)
                        case .stopContact: try tx.setSubscribed(false, of: send.conversation)
                        case .renewToken, .alarm: break
                        }
                    }
                }
                break
            } catch {
                logger.report(error, "an outcome could not be written")
                if let error = error as? StoreError, !error.isRetryable { break }
                try? await Machine.sleep(for: .milliseconds(100 << min(attempt, 5)))
                if Task.isCancelled { break }
            }
        }
        await act(on: conclusion, account, usedToken: usedToken)
    }

    private func act(on conclusion: Dispatch.Conclusion, _ account: Dispatch.AccountKey, usedToken: String?) async {
        if case .dead(let code) = conclusion.settlement {
            Counter(label: "nhipcau_dead_letters_total", dimensions: [("connection", account.connection.rawValue)]).increment()
            logger.warning("a message could not be delivered", metadata: ["connection": "\(account.connection)", "reason": "\(code)"])
        }
        for effect in conclusion.effects {
            switch effect {
            case .renewToken: await tokens.renew(account.connection, insteadOf: usedToken)
            case .alarm(let code):
                logger.error(
                    "an account cannot send until somebody looks at it",
                    metadata: ["connection": "\(account.connection)", "reason": "\(code)"])
            case .pauseAccount(_, let code):
                logger.warning("an account rests", metadata: ["connection": "\(account.connection)", "reason": "\(code)"])
            case .stopContact: break
            }
        }
    }
}
