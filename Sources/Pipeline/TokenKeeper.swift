package import Channels
package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Keeps access tokens fresh: one renewal at a time for everybody, the new pair on disk before anything else.
///
/// A platform's refresh token may be good for one use only (Zalo), so an answer that is lost costs a person's time:
/// the raw answer is written to a rescue file and synced as soon as it is there, and taken up at the next start.
package actor TokenKeeper: Service {
    /// A connection whose tokens expire.
    package struct Account: Sendable {
        package var connection: ConnectionID
        package var account: String
        package var channel: any Channel
        /// The first pair, from the configuration.
        package var seed: TokenSeed?

        package init(connection: ConnectionID, account: String, channel: any Channel, seed: TokenSeed?) {
            self.connection = connection
            self.account = account
            self.channel = channel
            self.seed = seed
        }
    }

    /// What the configuration gives to begin with.
    package struct TokenSeed: Sendable, Equatable {
        package var access: String?
        package var refresh: String?

        package init(access: String?, refresh: String?) {
            self.access = access
            self.refresh = refresh
        }
    }

    private let store: Store
    private let transport: any Transport
    private let rescue: RescueFile
    private let clock: any WallClock
    private let owner: String
    private let logger: Logger
    private let accounts: [ConnectionID: Account]
    private var current: [ConnectionID: StoredToken] = [:]
    private var renewals: [ConnectionID: Task<Void, Never>] = [:]
    private var restUntil: [ConnectionID: Instant] = [:]

    /// Renewed when this share of the lifetime has passed.
    static let renewAfter = 0.8
    static let lifetimeOfSeed = Duration.seconds(20 * 3600)

    package init(
        store: Store, accounts: [Account], transport: any Transport, rescueDirectory: String, clock: any WallClock,
        owner: String, logger: Logger
    ) {
        self.store = store
        self.accounts = Dictionary(accounts.map { ($0.connection, $0) }, uniquingKeysWith: { first, _ in first })
        self.transport = transport
        self.clock = clock
        self.owner = owner
        self.logger = logger
        rescue = RescueFile(directory: rescueDirectory)
    }

    /// Takes up rescued answers and the configured first pairs. Before the first send.
    package func prepare() async throws {
        for account in accounts.values { try await prepare(account) }
    }

    /// Whether this connection's tokens expire and can be renewed.
    nonisolated package func canRenew(_ connection: ConnectionID) -> Bool { accounts[connection] != nil }

    /// The token to use now; nil for connections without expiring tokens, or when there is none.
    package func token(for connection: ConnectionID) async -> String? {
        guard accounts[connection] != nil else { return nil }
        if let renewal = renewals[connection] { await renewal.value }
        return current[connection]?.access
    }

    /// Gets a new pair, unless somebody already replaced `used`. Waits for a renewal that is under way.
    package func renew(_ connection: ConnectionID, insteadOf used: String?) async {
        guard let account = accounts[connection] else { return }
        if let renewal = renewals[connection] { return await renewal.value }
        if let used, let now = current[connection], now.access != used { return }
        if let until = restUntil[connection], clock.now() < until { return }
        let renewal = Task(executorPreference: Machine.executor) { await self.refresh(account, insteadOf: used) }
        renewals[connection] = renewal
        await renewal.value
        renewals[connection] = nil
    }

    package func run() async throws {
        await Machine.untilShutdown {
            while !Task.isCancelled {
                await self.renewWhatIsDue()
                try? await Machine.sleep(for: .seconds(60))
            }
        }
    }

    private func renewWhatIsDue() async {
        let now = clock.now()
        for (connection, token) in current {
            let life = max(0, token.expiresAt.since(token.refreshedAt).wholeMilliseconds)
            let due = token.refreshedAt + .milliseconds(Int64(Double(life) * Self.renewAfter))
            if now >= due { await renew(connection, insteadOf: token.access) }
        }
    }

    private func prepare(_ account: Account) async throws {
        if let answer = rescue.read(account.connection) {
            logger.warning("a rescued token answer is taken up", metadata: ["connection": "\(account.connection)"])
            if case .success(let pair) = account.channel.readRefresh(answer) { try await keep(pair, of: account) }
            rescue.remove(account.connection)
        }
        current[account.connection] = try await load(account)
        guard let seed = account.seed, seed.refresh != nil || seed.access != nil else { return }
        // A pair that an operator put into the configuration after an authorisation replaces what is stored; the
        // fingerprint tells it from the one that was taken up before.
        let fingerprint = RescueFile.fingerprint(of: seed.refresh ?? seed.access ?? "")
        let isKnown = rescue.lastSeed(account.connection) == fingerprint
        let expires = clock.now() + (seed.access == nil ? Duration.zero : Self.lifetimeOfSeed)
        let now = clock.now()
        try await store.write { tx in
            try tx.takeUpSeed(
                connection: account.connection, account: account.account, mark: fingerprint, isKnown: isKnown,
                access: seed.access ?? "", refresh: seed.refresh, expiresAt: expires, now: now)
        }
        current[account.connection] = try await load(account)
    }

    private func load(_ account: Account) async throws -> StoredToken? {
        try await store.read { tx in try tx.token(connection: account.connection, account: account.account) }
    }

    private func keep(_ pair: TokenPair, of account: Account) async throws {
        let now = clock.now()
        _ = try await store.write { tx in
            try tx.saveToken(
                connection: account.connection, account: account.account, access: pair.accessToken,
                refresh: pair.refreshToken, expiresAt: now + pair.lifetime, now: now)
        }
    }

    private func refresh(_ account: Account, insteadOf used: String?) async {
        do {
            let now = clock.now()
            let claimed = try await store.write(.queue) { [owner] tx in
                try tx.claimTokenRefresh(
                    connection: account.connection, account: account.account, owner: owner, leaseFor: .seconds(60), now: now)
            }
            // Another process is at it, or was: what it stored is what counts.
            current[account.connection] = try await load(account)
            guard claimed else {
                restUntil[account.connection] = now + .seconds(1)
                return
            }
            if let stored = current[account.connection], used == nil || stored.access == used {
                await exchange(stored, of: account)
            }
            try await store.write(.queue) { [owner] tx in
                try tx.releaseTokenRefresh(connection: account.connection, account: account.account, owner: owner)
            }
        } catch {
            logger.error(
                "a token could not be renewed", metadata: ["connection": "\(account.connection)", "reason": "\(InboxWorkers.code(error))"])
            restUntil[account.connection] = clock.now() + .seconds(5)
        }
    }

    private func exchange(_ stored: StoredToken, of account: Account) async {
        guard let refreshToken = stored.refresh, let call = account.channel.refreshCall(refreshToken: refreshToken) else {
            alarm(account, "no_refresh_token", rest: .seconds(600))
            return
        }
        do {
            let answer = try await transport.perform(call)
            rescue.save(answer, account.connection)
            switch account.channel.readRefresh(answer) {
            case .success(let pair):
                try await keep(pair, of: account)
                rescue.remove(account.connection)
                current[account.connection] = try await load(account)
                restUntil[account.connection] = nil
                count(account, "renewed")
                logger.info("a token was renewed", metadata: ["connection": "\(account.connection)"])
            case .failure(let refusal) where refusal.isTransient:
                rescue.remove(account.connection)
                count(account, "transient")
                restUntil[account.connection] = clock.now() + .seconds(5)
            case .failure(let refusal):
                rescue.remove(account.connection)
                alarm(account, "refused_\(refusal.code)", rest: .seconds(600))
            }
        } catch let failure as TransportFailure where failure.mayHaveActed {
            // The single-use token may be spent and its successor lost: only a person can mend that for certain.
            alarm(account, "answer_lost_\(failure.code)", rest: .seconds(30))
        } catch let failure as TransportFailure {
            count(account, failure.code)
            restUntil[account.connection] = clock.now() + .seconds(5)
        } catch {
            // The pair is in the rescue file; the next start takes it up.
            alarm(account, "not_stored_\(InboxWorkers.code(error))", rest: .seconds(5))
        }
    }

    private func alarm(_ account: Account, _ code: String, rest: Duration) {
        count(account, "failed")
        restUntil[account.connection] = clock.now() + rest
        logger.critical(
            "a token could not be renewed: authorise the account again and put the new pair into the configuration (README, “Connect a Zalo OA”)",
            metadata: ["connection": "\(account.connection)", "reason": "\(code)"])
    }

    private func count(_ account: Account, _ outcome: String) {
        Counter(
            label: "nhipcau_token_renewals_total",
            dimensions: [("connection", account.connection.rawValue), ("outcome", outcome)]
        ).increment()
    }
}
