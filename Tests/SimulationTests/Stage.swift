import Channels
import Content
import Core
import Dialogue
import Foundation
import Logging
import PrivatePostgres
import Programmes
import Sealing
import Store
import Testing
import Understanding

/// What all runs share: the real content, one trained model, and a database with classes and people, to be copied.
struct Stage: Sendable {
    static let zalo = ConnectionID("zalo")
    static let telegram = ConnectionID("telegram")
    static let mail = ConnectionID("mail")
    static let zaloAccount = "oa1"
    static let telegramAccount = "7001"
    static let mailAccount = "truc@tinh.test"
    static let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
    /// Tuesday, 24 November 2026, 9:00.
    static let start = CivilDate(year: 2026, month: 11, day: 24)?.at(hour: 9) ?? Instant(milliseconds: 0)
    static let rules = SendingRules(connections: [
        zalo: .init(channel: .zaloOA, window: .seconds(7 * 86_400)), telegram: .init(channel: .telegram, window: nil),
        mail: .init(channel: .mail, window: nil),
    ])
    /// Seats of each class.
    static let seats = ["KNS-1": 2, "KNS-2": 40]

    let catalogue: Catalogue
    let interpreter: Interpreter
    let dialogue: Dialogue
    let master: MasterKey
    let file: String

    static let shared: Result<Stage, any Error> = Result { try Stage() }

    private init() throws {
        var catalogue = try ContentLoader.load(
            directory: Self.intents, handlers: Dialogue.handlers, commonReplyKeys: Dialogue.commonReplyKeys
        ).catalogue
        catalogue.replies.missingValues = .leaveEmpty
        self.catalogue = catalogue
        var training = catalogue.training
        // A third of the examples is enough for what people say here, and trained in a moment.
        training.examples = training.examples.enumerated().filter { $0.offset % 3 == 0 || $0.element.intent.hasPrefix("broadcasts") }
            .map(\.element)
        interpreter = try Interpreter.make(training: training, gazetteer: catalogue.gazetteer, triage: catalogue.triage)
        dialogue = Dialogue(catalogue: catalogue)
        master = MasterKey.random()
        let directory = Self.memory + "/nhipcau-simulation-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: Stage.directory) }
        file = directory + "/template.sqlite"
    }

    static var directory: String { memory + "/nhipcau-simulation-\(ProcessInfo.processInfo.processIdentifier)" }

    /// Where files cost no disk.
    private static let memory =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path

    private static let intents: String = {
        var parts = #filePath.split(separator: "/").map(String.init)
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/") + "/intents"
    }()

    /// Makes the template; once, before the first run.
    func prepare(_ location: DatabaseLocation) async throws {
        let store = try Store.open(location, keys: KeyRing(master: master), clock: ManualClock(Self.start), seed: 1)
        let now = Self.start
        let offers = Self.seats.sorted { $0.key < $1.key }.map { Self.offer($0.key, seats: $0.value) }
        let key = SealingPrivateKey.make().publicKey
        try await store.write { tx in
            try tx.setSealingKey(.duty, key, by: .program, now: now)
            for offer in offers { try tx.upsertClass(offer) }
            try tx.saveSendingRules(Self.rules)
            _ = try tx.saveOrganisations(
                [
                    OrganisationEntry(code: "TH", name: "Sở", kind: .province),
                    OrganisationEntry(code: "X1", name: "Xã A", kind: .commune, parent: "TH", commune: "14758"),
                    OrganisationEntry(code: "THCS", name: "Trường A", kind: .school, parent: "X1", commune: "14758"),
                ], now: now)
            try tx.addPeople(
                (0..<World.greatestPeople).map { number in
                    let isZalo = number % 2 == 0
                    return PersonEntry(
                        connection: isZalo ? Self.zalo : Self.telegram, account: isZalo ? Self.zaloAccount : Self.telegramAccount,
                        person: World.name(number), role: "parent", organisation: "THCS")
                }, now: now)
            for (login, connection, account, person) in [
                ("tinh", Self.zalo, Self.zaloAccount, "900"), ("xa", Self.telegram, Self.telegramAccount, "901"),
            ] {
                guard let place = try tx.organisation(code: "TH")?.id else { throw StoreError.missing("organisation") }
                let id = StaffID(login)
                try tx.addStaff(
                    StaffMember(
                        id: id, login: login, name: "Người trực", roles: [.safeguarding, .sender], organisation: place,
                        email: "\(login)@tinh.test", createdAt: now), key: nil, by: .operator, now: now)
                let code = try tx.inviteStaff(id, by: .operator, now: now).code
                let conversation = try tx.findOrCreateConversation(
                    ConversationAddress(
                        connection: connection, channel: connection == Self.zalo ? .zaloOA : .telegram, account: account, person: person),
                    now: now)
                try tx.redeemLink(code: code, of: id, for: conversation, now: now)
            }
        }
        await store.close()
    }

    private static func offer(_ code: String, seats: Int) -> ClassOffer {
        let day: Int64 = 86_400
        return ClassOffer(
            id: ClassID("class-\(code)"), code: code, title: "Kỹ năng an toàn dưới nước", topic: "drowning", commune: "14758",
            venue: "Nhà văn hoá", sessions: [.init(start: start + .seconds(3 * day), end: start + .seconds(3 * day + 7_200))],
            grades: 1...9, capacity: seats, fee: 0, organiser: "Trung tâm", instructor: "Cô Hà", safeguardingContact: "0237",
            licence: nil, registrationCloses: start + .seconds(2 * day))
    }
}
