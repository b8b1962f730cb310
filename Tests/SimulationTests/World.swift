import Channels
import Core
import Foundation
import Pipeline
import Programmes
import Sealing
@testable import Store

/// How often what goes wrong, in a thousand, drawn anew for each run: some runs are calm, some are terrible.
struct Faults {
    var network = 0
    var webhooks = 0
    /// Death at a commit or a call.
    var deaths = 0
    /// The database says no.
    var database = 0

    init(_ random: inout SeededRandom) {
        network = random.pick([0, 60, 200, 450])
        webhooks = random.pick([0, 80, 300])
        deaths = random.pick([0, 3, 10, 25])
        database = random.pick([0, 10, 60])
    }
}

/// One whole run from one seed: a database, the processes on it, the platforms, the people, and what went wrong.
final class World: @unchecked Sendable {
    // Unchecked because the one thread of the run is its only user.

    enum Moment { case beforeCall, afterCall }

    static let greatestPeople = 10
    static func name(_ number: Int) -> String { "\(1_000 + number)" }

    let seed: UInt64
    let stage: Stage
    let machine: SimulatedMachine
    let ledger: Ledger
    let directory: String
    let engine: any StorageEngine
    var random: SeededRandom
    private(set) var faults: Faults
    private(set) var isFaulty = true
    private(set) lazy var platform = Platform(world: self)
    private(set) lazy var people = People(world: self)
    private lazy var doors = makeChannels()
    private(set) var processes: [SimulatedProcess] = []
    private(set) var faultCounts: [String: Int] = [:]
    private(set) var deaths = 0
    private(set) var longestSafetyWait: Int64 = 0
    private(set) var traced: [String] = []
    let sabotage: Sabotage?
    let sendsAtOnce: Int
    let length: Int64
    let hasBroadcast: Bool
    let pace: BroadcastPace
    private let processCount: Int
    private let peopleCount: Int
    private var refuses = 0
    private var isLost = false
    private var configuredPair = ("a0", "r0")

    init(seed: UInt64, stage: Stage, engine: any StorageEngine, directory: String, processes: Int, sabotage: Sabotage? = nil) {
        self.sabotage = sabotage
        self.seed = seed
        self.stage = stage
        self.engine = engine
        self.directory = directory
        random = SeededRandom(seed: seed)
        machine = SimulatedMachine(start: Stage.start, seed: random.next())
        ledger = Ledger(clock: machine)
        faults = Faults(&random)
        sendsAtOnce = random.pick([2, 8, 64])
        // Now and then everybody comes at once.
        length = random.happens(250) ? random.within(4_000...15_000) : random.within(120_000...1_200_000)
        hasBroadcast = random.happens(500)
        var pace = BroadcastPace()
        (pace.page, pace.batch, pace.window) = (4, 3, 6)
        self.pace = pace
        processCount = processes
        peopleCount = 2 + random.below(World.greatestPeople - 2)
    }

    // MARK: The run

    /// - Returns: whether everything came to rest.
    func run() -> Bool {
        for (conversation, person) in (try? knownPeople()) ?? [] { ledger.adopt(conversation: conversation, person: person) }
        people.begin(count: peopleCount)
        for number in 0..<processCount { startProcess(number) }
        if random.happens(400) { machine.schedule(in: random.within(1_000...length)) { self.platform.spoilToken() } }
        let end = machine.milliseconds + length
        machine.run(until: end) { isGivenAway }
        isFaulty = false
        trace("faults end")
        // Forms that nobody answered run out, pages are repeated, failed sends come again.
        // Some runs see the class itself, with what reminds of it.
        let calm = end + (sabotage == nil && random.happens(80) ? 3 * 24 : 1) * 3_600_000
        machine.run(until: calm + (sabotage == nil ? 12 : 1) * 3_600_000) { isGivenAway || machine.milliseconds >= calm && isQuiet }
        let isAtRest = isQuiet
        for process in processes { process.die() }
        machine.run(until: machine.milliseconds)
        return isAtRest
    }

    /// What was broken on purpose has been found; the rest of the run would say nothing new.
    private var isGivenAway: Bool { sabotage != nil && !ledger.violations.isEmpty }

    private var isQuiet: Bool { people.unconfirmed == 0 && ledger.waitingEvents == 0 && ledger.openMessages == 0 }

    private func knownPeople() throws -> [(String, String)] {
        let all = SQLStatement("SELECT id, connection, person FROM conversations ORDER BY id LIMIT 1000")
        return try engine.read { connection in
            try connection.rows(all, [:]).map { (try $0.text(0), "\(try $0.text(1))/\(try $0.text(2))") }
        }
    }

    private func startProcess(_ number: Int) {
        let process = SimulatedProcess(owner: "process\(number).\(deaths)", world: self)
        if processes.indices.contains(number) { processes[number] = process } else { processes.append(process) }
        trace("start \(process.owner)")
        do { try process.start() } catch { violate("a process could not start: \(error)") }
    }

    func die(_ process: SimulatedProcess) {
        guard !process.isDead, let number = processes.firstIndex(where: { $0 === process }) else { return }
        process.die()
        deaths += 1
        trace("death of \(process.owner)")
        machine.schedule(in: random.within(500...15_000)) { self.startProcess(number) }
    }

    func trace(_ text: String) { traced.append("\(machine.milliseconds - Stage.start.milliseconds) \(text)") }

    func violate(_ text: String) {
        trace("VIOLATION \(text)")
        ledger.violate(text)
    }

    // MARK: What goes wrong

    func noteFault(_ kind: String) { faultCounts[kind, default: 0] += 1 }

    func diesNow(_ moment: Moment) -> Bool {
        guard isFaulty, random.happens(faults.deaths) else { return false }
        noteFault(moment == .beforeCall ? "death before a call" : "death after a call")
        return true
    }

    /// - Parameter share: how much rarer than for writes.
    func refusal(share: Int) -> StoreError? {
        guard isFaulty else { return nil }
        if refuses > 0 {
            refuses -= 1
        } else {
            guard random.happens(faults.database), random.below(share) == 0 else { return nil }
            refuses = random.below(4)
        }
        noteFault("database refuses")
        return random.pick([.busy, .unreachable(place: "simulation", detail: "gone"), .diskFull])
    }

    func fate() -> CommitFate {
        guard isFaulty else { return .good }
        if random.happens(faults.deaths) {
            let isBefore = random.happens(500)
            noteFault(isBefore ? "death before a commit" : "death after a commit")
            return isBefore ? .dieBeforeCommit : .dieAfterCommit
        }
        guard random.happens(faults.database) else { return .good }
        let isBefore = random.happens(600)
        noteFault(isBefore ? "contention" : "commit whose answer is lost")
        return isBefore ? .contendBeforeCommit : .failAfterCommit
    }

    func databaseDelay() -> Int64 { isFaulty && random.happens(faults.database) ? random.within(20...3_000) : random.within(0...2) }

    /// An operator is told, and some time later there is a new pair in the configuration and the program is started anew.
    func tokenIsLost() {
        guard !isLost else { return }
        isLost = true
        noteFault("token lost")
        machine.schedule(in: random.within(20_000...120_000)) { [self] in
            platform.authoriseAgain()
            configuredPair = (platform.access, platform.refresh)
            isLost = false
            for process in processes { die(process) }
        }
    }

    /// Safety waits for nobody: where database and processes are well, it goes as soon as somebody looks.
    func noteSafety(_ message: Ledger.Message, by process: SimulatedProcess) {
        let isCalm = !isFaulty || (faults.database == 0 && faults.deaths == 0 && !isLost)
        let since = max(message.freeSince, process.startedAt, lastRenewal)
        guard isCalm, since < .max, machine.milliseconds >= since else { return }
        longestSafetyWait = max(longestSafetyWait, machine.milliseconds - since)
        if machine.milliseconds - since > Self.safetyPatience {
            violate("safety message \(message.id) waited for \(machine.milliseconds - since) ms")
        }
    }

    /// How often the sender looks without being called, and some room.
    static let safetyPatience: Int64 = 1_200
    private(set) var lastRenewal: Int64 = 0
    func noteRenewal() { lastRenewal = machine.milliseconds + 15_000 }

    // MARK: What was committed

    func committed(_ statements: [WatchedConnection.Statement], by process: SimulatedProcess) {
        let before = ledger.violations.count
        for statement in statements where statement.kind != .returnAbandoned {
            let id = statement.text("id") ?? statement.text("conversation") ?? ""
            trace("\(process.owner) \(statement.kind) \(id.suffix(6)) \(statement.text("key") ?? "")")
        }
        ledger.commit(statements)
        for violation in ledger.violations[before...] { trace("VIOLATION \(violation)") }
    }

    /// The message of this text that the process has in its hands.
    func heldMessage(_ message: OutboundMessage, at address: ConversationAddress, by process: SimulatedProcess) -> String? {
        let held = ledger.messages(of: "\(address.connection)/\(address.person)").filter { candidate in
            if case .inFlight(process.owner, _) = candidate.state { true } else { false }
        }
        if held.count < 2 { return held.first?.id }
        return held.first { content(of: $0) == message }?.id
    }

    func content(of message: Ledger.Message) -> OutboundMessage? {
        let vault = KeyVault(ring: KeyRing(master: stage.master))
        return try? engine.read { connection in
            try ReadTransaction(connection: connection, vault: vault, began: machine.now())
                .readableMessage(message.sealed, id: MessageID(message.id))
        }
    }

    /// The case that a page asks somebody to take.
    func caseOf(_ message: Ledger.Message) -> String? {
        content(of: message)?.buttons.first?.payload.split(separator: "=").last.map(String.init)
    }

    // MARK: What came of it

    static let expectedDeeds = [
        "broadcast messages", "cancelled places", "cases", "dead letters", "enrolments", "messages in parts", "opt-outs", "pages",
        "places on waiting lists", "promotions", "reminders", "renewals of tokens", "timers", "unclear ends kept", "withdrawn messages",
    ]

    var deeds: [String: Int] {
        var deeds: [String: Int] = [:]
        func count(_ deed: String, _ number: Int = 1) { deeds[deed, default: 0] += number }
        for message in ledger.messages.values {
            switch message.key {
            case "broadcasts.message": count("broadcast messages")
            case "classes.cancel.done": count("cancelled places")
            case "classes.enrol.done": count("enrolments")
            case "classes.enrol.waiting_done": count("places on waiting lists")
            case "classes.promoted": count("promotions")
            case "classes.reminder": count("reminders")
            case "broadcasts.stopped": count("opt-outs")
            case "reports.page", "reports.page_mail": count("pages")
            default: break
            }
            if (platform.parts[message.id] ?? 1) > 1 { count("messages in parts") }
            switch message.state {
            case .settled(SendState.dead, _): count("dead letters")
            case .settled(SendState.ambiguous, _): count("unclear ends kept")
            case .settled(SendState.withdrawn, _): count("withdrawn messages")
            default: break
            }
        }
        count("cases", ledger.caseByEvent.values.flatMap(\.self).count)
        count("timers", ledger.events.values.filter { $0.kind == "timer" }.count)
        count("renewals of tokens", platform.renewals)
        return deeds
    }

    // MARK: Platforms

    func anyProcess() -> SimulatedProcess? {
        let ready = processes.filter(\.isReady)
        return ready.isEmpty ? nil : random.pick(ready)
    }

    func door(_ connection: ConnectionID) -> any Channel { doors[connection] ?? TerminalChannel(ChannelSettings(id: connection)) }

    private func makeChannels() -> [ConnectionID: any Channel] {
        [
            Stage.zalo: ZaloOAChannel(
                ChannelSettings(
                    id: Stage.zalo, secrets: ["app_id": "app", "app_secret": "geheim", "oa_secret_key": "key"],
                    options: ["address": Stage.zaloAccount, "max_characters": "400"])),
            Stage.telegram: TelegramChannel(
                ChannelSettings(
                    id: Stage.telegram, secrets: ["auth_token": "7001:abc", "secret_token": "s"],
                    options: ["address": Stage.telegramAccount])),
            Stage.mail: MailChannel(
                MailRenderer(
                    ChannelSettings(id: Stage.mail, baseURL: "smtps://mail.test:465", options: ["from": Stage.mailAccount]),
                    clock: machine, makeID: { _ in "id" })),
        ]
    }

    /// With limits so low that they are reached.
    func channels(of process: SimulatedProcess) -> [ConnectionID: any Channel] {
        doors.mapValues { channel in
            var capability = channel.capability
            if channel.kind != .mail { capability.sendsPerSecond = World.sendsPerSecond * (sabotage == .ratesAreTripled ? 3 : 1) }
            return WatchedChannel(base: channel, capability: capability, process: process, world: self)
        }
    }

    static let sendsPerSecond = 3.0

    func tokenAccounts(_ channels: [ConnectionID: any Channel]) -> [TokenKeeper.Account] {
        channels[Stage.zalo].map {
            [
                TokenKeeper.Account(
                    connection: Stage.zalo, account: Stage.zaloAccount, channel: $0,
                    seed: .init(access: configuredPair.0, refresh: configuredPair.1))
            ]
        } ?? []
    }
}
