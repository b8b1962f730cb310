import Core
import Programmes
import Store
import Testing

@Suite("Classes and enrolments")
struct RecordsTests {
    @Test("are answered exactly as the records in memory answer", arguments: TestEngine.allCases, 0..<6)
    func agreement(engine: TestEngine, seed: Int) async throws {
        try await withStore(engine) { fixture in
            var world = RandomWorld(seed: UInt64(seed), now: fixture.now)
            let guardians = [try await fixture.conversation("a"), try await fixture.conversation("b")]
            let offers = world.offers(count: 60)
            var memory = MemoryRecords(offers: offers)
            try await fixture.store.write { for offer in offers { try $0.upsertClass(offer) } }
            for step in 0..<120 {
                guard let change = world.change(step, records: memory, guardians: guardians) else { continue }
                memory.apply(change)
                try await fixture.apply([change], in: guardians[0])
            }
            let expected = memory
            let queries = (0..<150).map { _ in world.query() }
            try await fixture.store.read { stored in
                for query in queries {
                    #expect(try stored.classes(query) == expected.classes(query))
                    let communes = try stored.communesWithClasses(topic: query.topic, openAt: query.openAt)
                    let wanted = expected.communesWithClasses(topic: query.topic, openAt: query.openAt)
                    #expect(communes.map(\.commune) == wanted.map(\.commune))
                    #expect(communes.map(\.count) == wanted.map(\.count))
                }
                for offer in offers {
                    #expect(try stored.listing(offer.id) == expected.listing(offer.id))
                    let typed = offer.code.lowercased().split(separator: "-").joined(separator: " ")
                    #expect(try stored.listing(code: typed) == expected.listing(code: typed))
                    #expect(try stored.firstWaiting(in: offer.id) == expected.firstWaiting(in: offer.id))
                }
                for guardian in guardians {
                    #expect(try stored.enrolments(guardian: guardian) == expected.enrolments(guardian: guardian))
                }
                #expect(try stored.listing(ClassID("none")) == nil)
                #expect(try stored.listing(code: "") == nil)
            }
        }
    }

    @Test("replace a class and keep its enrolments", arguments: TestEngine.allCases)
    func replacing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            var offer = fixture.offer("c1")
            try await fixture.store.write { [offer] in try $0.upsertClass(offer) }
            try await fixture.apply([.enrol(fixture.enrolment("e1", in: "c1", guardian: id))], in: id)
            offer.title = "Tên mới"
            offer.sessions = []
            offer.licence = "12/GP"
            try await fixture.store.write { [offer] in try $0.upsertClass(offer) }
            let listing = try await fixture.store.read { try $0.listing(ClassID("c1")) }
            #expect(listing == ClassListing(offer: offer, seatsTaken: 1, waiting: 0))
            #expect(try await fixture.store.read { try $0.allClasses(limit: 5) } == [listing].compactMap(\.self))
            #expect(try await fixture.store.read { try $0.enrolments(in: ClassID("c1")) }.count == 1)
        }
    }

    @Test("refuse a code that another class has, however it is written", arguments: TestEngine.allCases)
    func codes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let first = fixture.offer("c1", code: "KNS-12")
            let second = fixture.offer("c2", code: "kns 12")
            try await fixture.store.write { try $0.upsertClass(first) }
            let error = await #expect(throws: StoreError.self) {
                try await fixture.store.write { try $0.upsertClass(second) }
            }
            #expect(error?.code == "conflict")
        }
    }

    @Test("keep the order of children who came in the same millisecond", arguments: TestEngine.allCases)
    func ties(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let offer = fixture.offer("c1")
            try await fixture.store.write { try $0.upsertClass(offer) }
            let names = ["z", "a", "m", "b"]
            try await fixture.apply(
                names.map { .enrol(fixture.enrolment($0, in: "c1", guardian: id, child: $0, status: .waiting)) }, in: id
            )
            #expect(try await fixture.store.read { try $0.enrolments(guardian: id) }.map(\.childName) == names)
            #expect(try await fixture.store.read { try $0.firstWaiting(in: ClassID("c1")) }?.childName == "z")
        }
    }
}

/// Random classes, queries and changes, repeatable from a seed and full of edges.
private struct RandomWorld {
    private var random: SeededRandom
    private let now: Instant

    init(seed: UInt64, now: Instant) {
        random = SeededRandom(seed: seed)
        self.now = now
    }

    private mutating func number(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    private mutating func pick<T>(_ values: [T]) -> T { values[number(values.count)] }
    /// A whole number of hours around now, so that values meet exactly now and then.
    private mutating func time() -> Instant { now + .seconds((number(40) - 15) * 3600) }

    mutating func offers(count: Int) -> [ClassOffer] {
        (0..<count).map { index in
            let sessions = (0..<number(4)).map { _ in
                let start = time()
                return ClassOffer.Session(start: start, end: start + .seconds(3600))
            }.sorted { $0.start < $1.start }
            let lowest = number(10)
            return ClassOffer(
                id: ClassID("c\(index)"), code: "KNS-\(index * 7 % 61)", title: "Lớp \(index)",
                topic: pick(["drowning", "fire", "online"]), commune: pick(["14758", "14761", "14764", "15001"]),
                venue: "", sessions: sessions, grades: lowest...(lowest + number(4)), capacity: number(4),
                fee: number(2) * 50_000, organiser: "", instructor: "", safeguardingContact: "",
                licence: pick([nil, "12/GP"]), registrationCloses: time(), isCancelled: number(6) == 0,
                isDemo: number(2) == 0)
        }
    }

    mutating func query() -> ClassQuery {
        let spans: [TimeSpan?] = [
            nil, TimeSpan(from: nil, to: nil, grain: .day), TimeSpan(from: time(), to: nil, grain: .day),
            TimeSpan(from: nil, to: time(), grain: .day), TimeSpan(from: time(), to: time(), grain: .day),
        ]
        return ClassQuery(
            topic: pick([nil, "drowning", "fire", "none"]), commune: pick([nil, nil, "14758", "15001"]),
            during: pick(spans), grade: pick([nil, nil, 0, 5, 12]), openAt: time(), limit: pick([0, 1, 5, 100]))
    }

    mutating func change(_ step: Int, records: MemoryRecords, guardians: [ConversationID]) -> Change? {
        let living = records.enrolments.filter { $0.status != .cancelled }
        if number(4) == 0, let enrolment = living.isEmpty ? nil : pick(living) {
            if enrolment.status == .waiting, records.listing(enrolment.classID)?.isFull == false {
                return .promote(enrolment.id)
            }
            return .cancelEnrolment(enrolment.id)
        }
        let id = ClassID("c\(number(60))")
        let isFull = records.listing(id)?.isFull ?? true
        return .enrol(
            Enrolment(
                id: EnrolmentID("e\(step)"), classID: id, guardian: pick(guardians), childName: "Bé \(step)",
                grade: Grade(number: number(13), suffix: pick([nil, "A1"])), status: isFull ? .waiting : .enrolled,
                createdAt: now + .milliseconds(step)))
    }
}
