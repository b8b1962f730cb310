import Channels
import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Sealing
import Testing

@testable import Web

@Suite("Reporters: parts")
struct ReporterPartsTests {
    private static let start = Instant(milliseconds: 1_000_000)

    private func opened() -> MailboxSessions.Opened {
        MailboxSessions.Opened(report: CaseID("case"), key: .make())
    }

    // MARK: Sessions

    @Test("A session lives as long as it is used, and its key is forgotten when it is not")
    func idle() throws {
        let sessions = MailboxSessions(capacity: 10, idle: .seconds(60), spent: SpentForms(capacity: 100))
        let secret = try #require(sessions.begin(opened(), word: "w", at: Self.start))
        #expect(sessions.find(secret, at: Self.start + .seconds(59)) != nil)
        #expect(sessions.find(secret, at: Self.start + .seconds(118)) != nil)
        sessions.sweep(at: Self.start + .seconds(177))
        #expect(sessions.count == 1)
        sessions.sweep(at: Self.start + .seconds(178))
        #expect(sessions.count == 0)
        #expect(sessions.find(secret, at: Self.start + .seconds(178)) == nil)
    }

    @Test("One more than there may be closes the idlest")
    func bounded() throws {
        let sessions = MailboxSessions(capacity: 2, idle: .seconds(60), spent: SpentForms(capacity: 100))
        let secrets = try (0..<3).map { try #require(sessions.begin(opened(), word: "w\($0)", at: Self.start + .seconds($0))) }
        #expect(sessions.count == 2)
        #expect(secrets.map { sessions.find($0, at: Self.start + .seconds(3)) != nil } == [false, true, true])
    }

    @Test("Leaving forgets one, stopping forgets all and begins none")
    func end() throws {
        let sessions = MailboxSessions(capacity: 10, idle: .seconds(60), spent: SpentForms(capacity: 100))
        let one = try #require(sessions.begin(opened(), word: "v", at: Self.start))
        let two = try #require(sessions.begin(opened(), word: "w", at: Self.start))
        #expect(one != two)
        sessions.end(one)
        sessions.end("unknown")
        #expect(sessions.find(one, at: Self.start) == nil)
        #expect(sessions.find(two, at: Self.start) != nil)
        sessions.closeAll()
        #expect(sessions.count == 0)
        #expect(sessions.begin(opened(), word: "w", at: Self.start) == nil)
    }

    @Test("A form counts as sent once, unless it is taken back")
    func forms() throws {
        let sessions = MailboxSessions(capacity: 10, idle: .seconds(60), spent: SpentForms(capacity: 100))
        let secret = try #require(sessions.begin(opened(), word: "w", at: Self.start))
        #expect(sessions.send([1], in: secret))
        #expect(!sessions.send([1], in: secret))
        sessions.takeBack([1], in: secret)
        #expect(sessions.send([1], in: secret))
        #expect(!sessions.send([2], in: "unknown"))
    }

    @Test("A form whose session has ended opens nothing again; while it is open it may be sent twice")
    func replay() throws {
        let sessions = MailboxSessions(capacity: 10, idle: .seconds(60), spent: SpentForms(capacity: 100))
        let one = try #require(sessions.begin(opened(), word: "w", at: Self.start))
        let two = try #require(sessions.begin(opened(), word: "w", at: Self.start))
        sessions.end(one)
        #expect(sessions.begin(opened(), word: "w", at: Self.start) == nil)
        #expect(sessions.find(two, at: Self.start) != nil)
        _ = try #require(sessions.begin(opened(), word: "v", at: Self.start))
        #expect(sessions.begin(opened(), word: "v", at: Self.start + .seconds(60)) == nil)
    }

    @Test("Spent forms are remembered up to a bound, the youngest surely")
    func spent() {
        let spent = SpentForms(capacity: 10)
        for number in 0..<100 {
            #expect(!spent.isSpent("\(number)"))
            spent.spend("\(number)")
            #expect(spent.isSpent("\(number)"))
        }
        #expect(spent.isSpent("96"))
        #expect(!spent.isSpent("50"))
    }

    // MARK: Receipts

    @Test("The same link and word make the same receipt in every process; another link, word or installation makes another")
    func receipts() throws {
        let master = MasterKey.random()
        let source = ReceiptSource(keys: KeyRing(master: master))
        let one = source.receipt(token: "t", word: "w")
        let same = ReceiptSource(keys: KeyRing(master: master)).receipt(token: "t", word: "w")
        #expect(one.code == same.code)
        #expect(one.pin == same.pin)
        let others = [
            source.receipt(token: "t", word: "v"), source.receipt(token: "u", word: "w"),
            ReceiptSource(keys: KeyRing(master: .random())).receipt(token: "t", word: "w"),
        ]
        for other in others { #expect(other.code != one.code) }
    }

    @Test("A page is fresh for ten minutes, and never when its word is not ours")
    func freshness() {
        let source = ReceiptSource(keys: KeyRing(master: .random()))
        let word = source.word(at: Self.start)
        #expect(source.isFresh(word, at: Self.start))
        #expect(source.isFresh(word, at: Self.start + .seconds(600)))
        #expect(!source.isFresh(word, at: Self.start + .seconds(601)))
        #expect(!source.isFresh(word, at: Self.start - .seconds(1)))
        for word in ["", ".", "x.y", "99999999999999999999.x", "-1.x"] { #expect(!source.isFresh(word, at: Self.start)) }
    }

    // MARK: Waiting

    @Test("Who finds all seats taken is turned away at once; a seat is free again afterwards, also after an error")
    func seats() async throws {
        struct Failed: Error {}
        let room = WaitingRoom(seats: 1)
        let inner = await room.admit { await room.admit { 1 } == nil }
        #expect(inner == true)
        await #expect(throws: Failed.self) { try await room.admit { throw Failed() } }
        #expect(await room.admit { 2 } == 2)
    }

    @Test("An attempt that turned out well is given back")
    func givenBack() {
        let limiter = RateLimiter<String>(burst: 2, interval: .seconds(10), capacity: 100)
        for _ in 0..<5 {
            #expect(limiter.take("a", at: Self.start) == nil)
            limiter.giveBack("a", at: Self.start)
        }
        for _ in 0..<2 { #expect(limiter.take("a", at: Self.start) == nil) }
        #expect(limiter.take("a", at: Self.start) != nil)
        limiter.giveBack("b", at: Self.start)
        #expect(limiter.take("b", at: Self.start) == nil)
    }

    @Test("Guesses at one code from many sources run dry, but never lock the code, whether it exists or not")
    func manySources() throws {
        let guesses = GuessLimits(WebLimits())
        func attempt(_ address: String, _ code: [UInt8]? = [1]) -> GuessLimits.Attempt {
            GuessLimits.Attempt(source: IPAddress(address)?.source, code: code)
        }
        var admitted = 0
        for number in 0..<2_000 {
            let from = attempt("203.0.\(number % 20).\(number / 20)")
            if case .go = guesses.take(from, at: Self.start) { admitted += 1 }
        }
        #expect(admitted == 30 + 20 * 2, "thirty by all together, then two from each of twenty neighbourhoods")
        let fresh = attempt("198.51.100.7")
        for _ in 0..<5 {
            #expect(guesses.take(fresh, at: Self.start) == .go(.wary))
            guesses.giveBack(fresh, .wary, at: Self.start)
        }
        for _ in 0..<2 { #expect(guesses.take(fresh, at: Self.start) == .go(.wary), "openings make no room for guesses") }
        #expect(guesses.take(fresh, at: Self.start) == .wait(.seconds(3 * 3600)))
        #expect(guesses.take(attempt("198.51.100.7", [2]), at: Self.start) == .go(.ordinary), "another code is another matter")
        #expect(guesses.take(attempt("198.51.100.7", nil), at: Self.start) == .go(.ordinary))
        let six = (0..<10).map { guesses.take(attempt("2001:db8:7:\($0)::1"), at: Self.start) }
        #expect(six.filter { $0 == .go(.wary) }.count == 2)
        let later = Self.start + .seconds(100)
        #expect(guesses.take(attempt("198.51.100.250"), at: later) == .wait(.seconds(3 * 3600 - 100)))
    }

    // MARK: Reading requests

    @Test("A form is read as browsers write it")
    func form() {
        let fields = FormFields(Array("do=send&t=%C4%91%C6%B0%E1%BB%A3c+%E1%BA%A1%0D%0A%2B%26%3D&s=".utf8))
        #expect(fields?["do"] == "send")
        #expect(fields?["t"] == "được ạ\r\n+&=")
        #expect(fields?["s"] == "")
        #expect(fields?["x"] == nil)
        #expect(FormFields([])?.count == 0)
    }

    @Test(
        "What is no form of ours is not read",
        arguments: ["a", "a=1&", "&a=1", "=1", "A=1", "a=1&a=2", "a=%", "a=%4", "a=%G0", "a=%FF", "a=%00", "a%31=1", "á=1"])
    func notForm(text: String) { #expect(FormFields(Array(text.utf8)) == nil) }

    @Test("A form has at most sixteen fields")
    func fields() {
        let many = (0..<17).map { "a\($0)=1" }
        #expect(FormFields(Array(many.prefix(16).joined(separator: "&").utf8))?.count == 16)
        #expect(FormFields(Array(many.joined(separator: "&").utf8)) == nil)
    }

    @Test(
        "English only when the browser prefers it",
        arguments: [
            ("", false), ("vi-VN,vi;q=0.9,en;q=0.8", false), ("en", true), ("en-US,en;q=0.9", true),
            ("fr-FR,en;q=0.7", true), ("fr", false), ("en;q=0.5,vi;q=0.6", false), ("en;q=x", false), (";;,,", false),
            ("EN ; q=1 , vi;q=0.1", true),
        ])
    func language(header: String, expected: Bool) { #expect(AcceptedLanguage.prefersEnglish(header) == expected) }

    @Test(
        "A form counts as ours when the browser says so, or when nothing speaks against it",
        arguments: [
            ("same-origin", "null", true), ("none", nil, true), ("cross-site", nil, false), ("same-site", nil, false),
            ("cross-site", "https://nhipcau.example", false), (nil, nil, true), (nil, "null", true),
            (nil, "https://nhipcau.example", true), (nil, "HTTPS://Nhipcau.Example", true), (nil, "http://inside:8080", true),
            (nil, "https://evil.example", false), (nil, "https://nhipcau.example.evil", false), (nil, "", false),
        ] as [(String?, String?, Bool)])
    func origin(site: String?, origin: String?, expected: Bool) throws {
        var head = HTTPRequest(method: .post, scheme: nil, authority: "inside:8080", path: "/r")
        if let site { head.headerFields[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site }
        head.headerFields[.origin] = origin
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        #expect(SameOrigin(publicURL: "https://nhipcau.example/").allows(request) == expected)
    }

    @Test("Times are told in Viet Nam's time")
    func times() {
        let at = Instant(milliseconds: 1_795_000_000_000)
        #expect(ReporterPages.time(at, inEnglish: false) == "18:06, 18/11/2026")
        #expect(ReporterPages.time(at, inEnglish: true) == "18:06, 18 November 2026")
    }
}
