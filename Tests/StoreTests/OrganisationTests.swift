import Core
import Programmes
import Store
import Testing

@Suite("Organisations and their people")
struct OrganisationTests {
    static let tree = [
        OrganisationEntry(code: "THCS-A", name: "Trường A", kind: .school, parent: "X1", commune: "14797"),
        OrganisationEntry(code: "X1", name: "Phường Hạc Thành", kind: .commune, parent: "TH", commune: "14797"),
        OrganisationEntry(code: "TH", name: "Sở", kind: .province),
        OrganisationEntry(code: "TH-2", name: "Hội khuyến học", kind: .association),
        OrganisationEntry(code: "THCS-B", name: "Trường B", kind: .school, parent: "X1", commune: "14797"),
    ]

    private func codesUnder(_ code: String, _ fixture: StoreFixture) async throws -> [String] {
        try await fixture.store.read { tx in
            guard let root = try tx.organisation(code: code) else { return [] }
            return try tx.organisations(under: root.id, limit: 100).map(\.code)
        }
    }

    @Test("everything below an organisation is found, and nothing beside it whose code begins alike", arguments: TestEngine.allCases)
    func subtree(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            let saved = try await fixture.store.write { tx in
                let saved = try tx.saveOrganisations(Self.tree, now: now)
                return [saved.added, saved.changed]
            }
            #expect(saved == [5, 0])
            #expect(try await codesUnder("th", fixture) == ["X1", "TH", "THCS-A", "THCS-B"])
            #expect(try await codesUnder("TH-2", fixture) == ["TH-2"])
            #expect(try await codesUnder("X1", fixture) == ["X1", "THCS-A", "THCS-B"])
            try await fixture.store.read { tx in
                let school = try #require(try tx.organisation(code: "thcs-a"))
                let province = try #require(try tx.organisation(code: "TH"))
                let other = try #require(try tx.organisation(code: "TH-2"))
                #expect(try tx.organisation(school.id) == school)
                #expect(try tx.organisation(ofCommune: "14797")?.code == "X1")
                #expect(try tx.organisation(ofCommune: "99999") == nil)
                #expect(try tx.ancestors(of: school.id).map(\.code) == ["THCS-A", "X1", "TH"])
                #expect(try tx.isOrganisation(school.id, under: province.id))
                #expect(try tx.isOrganisation(school.id, under: school.id))
                #expect(try !tx.isOrganisation(province.id, under: school.id))
                #expect(try !tx.isOrganisation(other.id, under: province.id))
                #expect(try tx.organisations(after: "TH", limit: 2).map(\.code) == ["TH-2", "THCS-A"])
                #expect(try tx.organisations(under: OrganisationID("none"), limit: 9).isEmpty)
            }
        }
    }

    @Test("saving the same again changes nothing; moving one moves what is below it", arguments: TestEngine.allCases)
    func moving(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            let moved = OrganisationEntry(code: "X1", name: "Phường", kind: .commune, parent: "TH-2", commune: "14797")
            let results = try await fixture.store.write { tx in
                try [Self.tree, Self.tree, [moved]].map { entries in
                    let saved = try tx.saveOrganisations(entries, now: now)
                    return [saved.added, saved.changed]
                }
            }
            #expect(results == [[5, 0], [0, 0], [0, 3]])
            #expect(try await codesUnder("TH", fixture) == ["TH"])
            #expect(Set(try await codesUnder("TH-2", fixture)) == ["TH-2", "X1", "THCS-A", "THCS-B"])
        }
    }

    @Test("a circle and an unknown parent leave everything as it was", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            try await fixture.store.write { try $0.saveOrganisations(Self.tree, now: now) }
            for entry in [
                OrganisationEntry(code: "TH", name: "Sở", kind: .province, parent: "THCS-A"),
                OrganisationEntry(code: "NEW", name: "N", kind: .centre, parent: "NONE"),
            ] {
                await #expect(throws: StoreError.self) {
                    try await fixture.store.write { try $0.saveOrganisations([entry], now: now) }
                }
            }
            #expect(try await codesUnder("TH", fixture).count == 4)
            #expect(try await fixture.store.read { try $0.organisation(code: "NEW") } == nil)
        }
    }

    @Test("people are added once, get conversations where they have none, and stay opted out", arguments: TestEngine.allCases)
    func people(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            let known = try await fixture.conversation("an")
            let people = [
                PersonEntry(
                    connection: StoreFixture.zalo, account: "oa", person: "an", role: "parent", organisation: "THCS-A", schoolClass: "6A"),
                PersonEntry(connection: StoreFixture.zalo, account: "oa", person: "an", role: "teacher", organisation: "THCS-B"),
                PersonEntry(connection: StoreFixture.zalo, account: "oa", person: "bình", role: "parent", organisation: "THCS-A"),
            ]
            let imports = try await fixture.store.write { tx in
                try tx.saveSendingRules(BroadcastTests.rules)
                try tx.saveOrganisations(Self.tree, now: now)
                try tx.setSubscribed(false, of: known)
                return [try tx.addPeople(people, now: now), try tx.addPeople(people, now: now)]
            }
            #expect(imports.map(\.conversations) == [1, 0] && imports.map(\.memberships) == [3, 0] && imports.map(\.known) == [0, 3])
            try await fixture.store.read { tx in
                #expect(try tx.conversation(known)?.subscribed == false)
                let other = try #require(try tx.findConversation(fixture.address("bình")))
                #expect(try tx.conversation(other)?.subscribed == true)
                #expect(try tx.conversation(other)?.address.channel == .zaloOA)
                #expect(Set(try tx.memberships(of: known).map(\.role)) == ["parent", "teacher"])
                var exported: [PersonRecord] = []
                while let page = try Optional(tx.people(after: exported.last?.membership, limit: 2)), !page.isEmpty { exported += page }
                #expect(exported.count == 3)
                #expect(
                    Set(exported.map { "\($0.address.person) \($0.organisationCode) \($0.membership.schoolClass)" })
                        == ["an THCS-A 6A", "an THCS-B ", "bình THCS-A "])
            }
            await #expect(throws: StoreError.missing("organisation")) {
                try await fixture.store.write { tx in
                    try tx.addPeople(
                        [
                            people[2],
                            PersonEntry(connection: StoreFixture.zalo, account: "oa", person: "x", role: "parent", organisation: "NO"),
                        ],
                        now: now)
                }
            }
            let gone = try #require(try await fixture.store.read { try $0.memberships(of: known).first })
            #expect(try await fixture.store.write { [try $0.removeMembership(gone), try $0.removeMembership(gone)] } == [true, false])
        }
    }
}
