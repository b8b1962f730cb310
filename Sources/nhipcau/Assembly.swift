import ArgumentParser
import Channels
import Config
import Content
import Core
import Dialogue
import Foundation
import Logging
import Outbound
import Pipeline
import Programmes
import Sealing
import ServiceLifecycle
import Store
import Understanding

/// Puts the parts together. Every command takes from here what it needs, so that all run the same program.
struct Assembly {
    let home: Home
    let settings: Settings
    let isDemo: Bool
    /// Tells one run of the program from another in leases.
    let owner: String

    init(home: Home, settings: Settings, isDemo: Bool = false) {
        self.home = home
        self.settings = settings
        self.isDemo = isDemo
        var random = SystemRandom()
        owner = IdentifierSource().make(Identifier<Assembly>.self, at: SystemClock().now(), random: &random).rawValue
    }

    /// Loads the settings; prints what is wrong and ends with 1 when they cannot be used.
    static func load(configuration: String?, isDemo: Bool = false) throws -> Assembly {
        let home = Home(configuration: configuration)
        do {
            return Assembly(home: home, settings: try home.settings(), isDemo: isDemo)
        } catch {
            Console.words("The configuration cannot be used:\n\(error)")
            throw Exit.failed
        }
    }

    // MARK: Content and understanding

    /// Loads `intents/`; prints every mistake and ends with `failure` when it cannot be used.
    func catalogue(failure: Int32 = 1) throws -> Catalogue {
        do {
            let catalogue = try ContentLoader.load(
                directory: home.path(settings.content.intents), handlers: Dialogue.handlers,
                commonReplyKeys: Dialogue.commonReplyKeys
            ).catalogue
            for language in settings.languages where catalogue.replies.variants[language] == nil {
                Console.words(
                    "languages: “\(language.rawValue)” has no replies in \(settings.content.intents)/.\n    → "
                        + "Write replies.\(language.rawValue).yml in each folder, or remove it from languages.")
                throw ExitCode(failure)
            }
            return catalogue
        } catch let error as ContentLoadError {
            Console.words("The content in \(settings.content.intents)/ cannot be used:")
            for problem in error.errors { Console.words("  \(problem)") }
            throw ExitCode(failure)
        }
    }

    /// Trains, or takes the cached model of the same content.
    func interpreter(_ catalogue: Catalogue, cached: Bool = true) throws -> Interpreter {
        do {
            return try Interpreter.make(from: catalogue, cache: cached ? home.path(settings.content.models) : nil)
        } catch {
            Console.words("The model could not be trained: \(error)")
            throw Exit.failed
        }
    }

    func dialogue(_ catalogue: Catalogue) -> Dialogue {
        // While the service runs, an answer with a gap is better than none; `intents check` and the tests refuse it.
        var forService = catalogue
        forService.replies.missingValues = .leaveEmpty
        return Dialogue(catalogue: forService, policies: policies, hotlines: hotlines)
    }

    var policies: Policies {
        let given = settings.policies
        let days = given.deskHours.mapValues { [OpeningHours.Stretch(opens: $0.lowerBound, closes: $0.upperBound)] }
        return Policies(
            botName: given.botName, isDemo: isDemo, provinceName: given.provinceName, deskName: given.schoolDesk,
            deskPhone: given.schoolDeskPhone, deskHours: OpeningHours(days: days), formExpiry: given.formExpiry,
            draftKept: given.draftKept, ownerPause: given.ownerPause, publicURL: publicURL)
    }

    var hotlines: [Hotline] {
        guard !settings.hotlines.isEmpty else { return Hotline.national }
        return settings.hotlines.map { Hotline(number: $0.number, name: $0.name, owner: $0.owner, verified: $0.verified) }
    }

    // MARK: Store

    /// Opens the configured database, making it and its key at the first start.
    func store() throws -> Store {
        try refuseStrangers()
        do {
            let keyFile = home.path(settings.database.keyFile)
            for path in [keyFile, databasePath] {
                try FileManager.default.createDirectory(
                    at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
            let key = try MasterKey.loadOrCreate(at: keyFile)
            var limits = StoreLimits()
            limits.waitingEvents = settings.database.inboxLimit
            limits.mailsDuty = dutyMail != nil
            return try Store.open(try databaseLocation(), keys: KeyRing(master: key) { try? MasterKey.load(from: keyFile) }, limits: limits)
        } catch let error as StoreError {
            Console.words("The database cannot be opened: \(error.text)")
            throw Exit.failed
        } catch let error as SealingError {
            Console.words("The key file cannot be used: \(error.text)")
            throw Exit.failed
        } catch {
            Console.words("The directories for the database and its key cannot be made: \(error.localizedDescription)")
            throw Exit.failed
        }
    }

    /// Where the configuration keeps the data.
    ///
    /// - Throws: `StoreError` for a server's address that is none.
    func databaseLocation() throws(StoreError) -> DatabaseLocation {
        guard let server = settings.database.server else { return .sqlite(path: databasePath) }
        return try DatabaseLocation(url: server.url, password: server.password)
    }

    /// The file of an embedded database; also tells the directory for what is kept beside it.
    var databasePath: String { home.path(settings.database.path) }

    /// The database in words for people, without a password.
    var databasePlace: String {
        if case .postgres(let address)? = try? databaseLocation() { return address.description }
        return home.shown(databasePath)
    }

    /// A database that lives as long as the process.
    func temporaryStore() throws -> Store { try Store.open(.temporary, keys: KeyRing(master: MasterKey.random())) }

    var retention: RetentionPolicy {
        let keep = settings.database.retention
        var policy = RetentionPolicy()
        policy.contentDays = Self.days(keep.content)
        policy.deskDays = Self.days(keep.deskItems)
        policy.enrolmentDays = Self.days(keep.enrolments)
        return policy
    }

    private static func days(_ duration: Duration) -> Int { max(1, Int(duration.components.seconds / 86_400)) }

    /// libcurl as the configuration wants it. Plain HTTP is only spoken when the operator wrote an `http:` address.
    func transport() throws -> CurlTransport {
        var configuration = CurlTransport.Configuration()
        configuration.allowsPlainHTTP = settings.connections.contains { connection in
            [connection.baseURL, connection.tokenURL].contains { $0?.hasPrefix("http:") == true }
        }
        do { return try CurlTransport(configuration) } catch {
            Console.words("libcurl could not be started: \(error)")
            throw Exit.failed
        }
    }

    // MARK: Demonstration data

    /// The made-up classes of `config/demo/classes.csv`, moved to the present week.
    func demoClasses(_ catalogue: Catalogue, now: Instant) throws -> [ClassOffer] {
        let path = home.path("config/demo/classes.csv")
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            Console.words("\(home.shown(path)): the demonstration classes cannot be read.")
            throw Exit.failed
        }
        let sheet = ClassSheet(
            text, topics: Set(catalogue.gazetteer.topics.map(\.id)),
            communes: Set(catalogue.gazetteer.communes.map(\.code)), isDemo: true)
        guard sheet.problems.isEmpty else {
            for problem in sheet.problems {
                Console.words("\(home.shown(path)):\(problem.line): \(problem.column): \(problem.message)\n    → \(problem.mend)")
            }
            throw Exit.failed
        }
        return sheet.shifted(toWeekOf: CivilTime(now).date)
    }

    func seedDemo(_ store: Store, _ catalogue: Catalogue, now: Instant) async throws {
        let classes = try demoClasses(catalogue, now: now)
        let organisations = try demoOrganisations(catalogue)
        try await store.write { tx in
            for offer in classes { try tx.upsertClass(offer) }
            // Where there are real ones, made-up ones would stand in the way.
            if try tx.organisations(after: nil, limit: 1).isEmpty { try tx.saveOrganisations(organisations, by: .program, now: now) }
        }
    }

    // MARK: Channels

    /// The configured connections, and the two that need no configuration.
    func channels() throws -> [ConnectionID: any Channel] {
        var channels: [ConnectionID: any Channel] = [:]
        for connection in settings.connections {
            let channelSettings = ChannelSettings(
                id: connection.id, baseURL: connection.baseURL, tokenURL: connection.tokenURL,
                secrets: connection.secrets, options: connection.options)
            do {
                channels[connection.id] = try ChannelRegistry.make(connection.kind, settings: channelSettings)
            } catch {
                Console.words("Connection “\(connection.id)”: \(error)")
                throw Exit.failed
            }
        }
        for kind in [ChannelKind.web, .terminal] {
            let id = ConnectionID(kind.rawValue)
            channels[id] = try ChannelRegistry.make(kind, settings: ChannelSettings(id: id))
        }
        return channels
    }

    func tokenAccounts(_ channels: [ConnectionID: any Channel]) -> [TokenKeeper.Account] {
        settings.connections.compactMap { connection in
            guard let channel = channels[connection.id], channel.refreshCall(refreshToken: "-") != nil else { return nil }
            return TokenKeeper.Account(
                connection: connection.id, account: connection.options["address"]?.split(separator: ",").first.map(String.init) ?? "",
                channel: channel,
                seed: .init(access: connection.secrets["access_token"], refresh: connection.secrets["refresh_token"]))
        }
    }

    // MARK: Pipeline

    /// The inner services in the order in which they start; they stop in the opposite order.
    func pipeline(
        store: Store, catalogue: Catalogue, interpreter: Interpreter, channels: [ConnectionID: any Channel],
        transport: any Transport, logger: Logger, clock: any WallClock = SystemClock()
    ) -> Running {
        let signals = Signals()
        let inbox = Inbox(store: store, clock: clock, arrivals: signals.arrivals) { event in
            guard let text = event.text, event.heard.kind == .message else { return .reply }
            let triage = interpreter.triage(text)
            return triage.level >= .s2 || triage.ask ? .safety : .reply
        }
        let processor = EventProcessor(
            store: store, interpreter: interpreter, dialogue: dialogue(catalogue), clock: clock,
            isThirdParty: { channels[$0.connection]?.capability.isThirdParty ?? true })
        let tokens = TokenKeeper(
            store: store, accounts: tokenAccounts(channels), transport: transport,
            rescueDirectory: URL(filePath: databasePath).deletingLastPathComponent().path + "/tokens", clock: clock,
            owner: owner, logger: logger)
        let workers = InboxWorkers(
            store: store, processor: processor, signals: signals, clock: clock, owner: owner, logger: logger)
        let timers = TimerService(store: store, signals: signals, clock: clock, logger: logger)
        let dispatcher = Dispatcher(
            store: store, channels: channels, transport: transport, tokens: tokens, signals: signals, clock: clock,
            owner: owner, logger: logger)
        let retention = RetentionService(store: store, policy: retention, clock: clock, logger: logger)
        let duty = DutyService(
            store: store, replies: catalogue.replies, mail: dutyMail, signals: signals, clock: clock, logger: logger)
        let watch = DatabaseWatch(store: store, clock: clock, logger: logger)
        let clockWatch = ClockWatch(store: store, clock: clock, logger: logger)
        let presence = Presence(store: store, signals: signals, clock: clock, owner: owner, logger: logger)
        let feedWatch = FeedWatch(
            store: store, feed: signals.feed, connections: [ChannelKind.web, .terminal].map { ConnectionID($0.rawValue) },
            clock: clock, logger: logger)
        let broadcasts = BroadcastService(
            store: store, rules: sendingRules(channels), signals: signals, clock: clock, owner: owner, logger: logger)
        return Running(
            signals: signals, inbox: inbox, tokens: tokens,
            services: [watch, clockWatch, presence, tokens, retention, dispatcher, duty, timers, broadcasts, workers, feedWatch])
    }

    /// The pipeline's parts that others talk to.
    struct Running {
        let signals: Signals
        let inbox: Inbox
        let tokens: TokenKeeper
        let services: [any Service]
    }
}
