import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Programmes
import Synchronization
import Testing

@testable import Web

@Suite("Reporters: what their pages look like", .timeLimit(.minutes(5)))
struct ReporterPageTests {
    /// Every page in every state, by a name for it.
    private static func everyPage(_ configure: (inout WebSettings) -> Void = { _ in }) async throws -> [(String, String)] {
        var settings = WebSettings()
        configure(&settings)
        let pages = try ReporterPages(settings: settings)
        let at = Instant(milliseconds: 1_795_000_000_000)
        let notices: [ReporterPages.Notice?] = [
            nil, .wrong, .busy, .ended, .unreadable, .limited(minutes: 7), .sent, .empty, .long, .failed, .fast,
        ]
        let lines = [
            ReporterPages.Line(isOwn: false, text: "Chào em", at: at), ReporterPages.Line(isOwn: true, text: "Dạ", at: at),
        ]
        var found: [(String, String)] = []
        for inEnglish in [false, true] {
            found.append(("gone", try await text(pages.gone(inEnglish: inEnglish))))
            for notice in [nil, ReporterPages.Notice.busy] {
                found.append(("offer", try await text(pages.offer(word: "w", notice: notice, inEnglish: inEnglish))))
            }
            let receipt = pages.receipt(code: "TH-7K4M-92QX", pin: "482915", word: "w", address: "a.example/r", inEnglish: inEnglish)
            found.append(("receipt", try await text(receipt)))
            for notice in notices {
                for draft in [nil, "nháp"] {
                    found.append(("enter", try await text(pages.enter(notice: notice, draft: draft, inEnglish: inEnglish))))
                    var contents: [ReporterPages.Content?] = [nil]
                    for status in CaseSummary.Status.allCases {
                        contents += [
                            ReporterPages.Content(status: status, lines: []), ReporterPages.Content(status: status, lines: lines),
                        ]
                    }
                    for content in contents {
                        let mailbox = ReporterPages.Mailbox(
                            session: "s", form: "f", content: content, notice: notice, draft: draft)
                        found.append(("mailbox", try await text(pages.mailbox(mailbox, inEnglish: inEnglish))))
                    }
                }
            }
        }
        return found
    }

    private static func text(_ response: Response) async throws -> String {
        let collected = Collected()
        try await response.body.write(CollectingWriter(collected: collected))
        return String(buffer: collected.bytes.withLock { $0 })
    }

    @Test("Every page in every state is complete, has the way out and the emergency numbers, and one harmless title")
    func complete() async throws {
        let pages = try await Self.everyPage { settings in
            settings.botName = "Mẹ & bé <b>"
            settings.hotlines.append(WebSettings.Hotline(number: "0237", name: "trực", nameInEnglish: "on call"))
        }
        #expect(pages.count > 300)
        for (name, page) in pages {
            #expect(!page.contains("{{"), "\(name)")
            #expect(page.contains("<title>Mẹ &amp; bé &lt;b&gt;</title>"), "\(name)")
            #expect(page.contains("class=\"exit\""), "\(name)")
            for number in ["111", "113", "115", "0237"] { #expect(page.contains("href=\"tel:\(number)\""), "\(name)") }
            for sign in [" style=", " onclick=", " src=", "url(", "href=\"http", "innerHTML", "localStorage", "cookie"] {
                #expect(!page.contains(sign), "\(name) \(sign)")
            }
            // Every element that is opened is closed.
            for tag in ["form", "main", "header", "footer", "p", "div", "ol", "ul", "li", "label", "textarea", "button", "dl", "dd"] {
                let opened = page.components(between: "<\(tag)", and: ">").filter { $0.isEmpty || $0.hasPrefix(" ") }.count
                let closed = page.components(between: "</\(tag)", and: ">").count
                #expect(opened == closed, "\(name) \(tag)")
            }
        }
    }

    @Test("Templates name only what exists, and both languages have the same texts")
    func names() {
        let texts = Set(ReporterTexts.vietnamese.keys)
        #expect(texts == Set(ReporterTexts.english.keys))
        for language in [ReporterTexts.vietnamese, ReporterTexts.english] { #expect(language.values.allSatisfy { !$0.isEmpty }) }
        let given: Set<String> = [
            "bot", "mark", "icon", "style", "script", "isDemo", "exit", "idle", "hotlines", "number", "name", "canSwitch", "session",
            "word", "busy", "receiptCode", "receiptPIN", "address", "notice", "bad", "text", "minutes", "help", "draft", "form",
            "status", "isOpen", "isEmpty", "hasMessages", "messages", "kind", "who", "machineTime", "time", "isOwn", ".",
        ]
        var used: Set<String> = []
        for template in [
            ReporterTemplates.offer, ReporterTemplates.receipt, ReporterTemplates.gone, ReporterTemplates.enter,
            ReporterTemplates.mailbox,
        ] {
            for name in template.matches(of: #/\{\{\{?[#^/]?([A-Za-z.]+)\}?\}\}/#) { used.insert(String(name.output.1)) }
        }
        #expect(used.subtracting(given).subtracting(texts).isEmpty)
        // Texts that no template names are chosen by the program.
        for text in texts.subtracting(used) { #expect(text.hasPrefix("notice") || text.hasPrefix("status") || text.count < 5, "\(text)") }
    }

    @Test("A demonstration says on every page that nobody reads")
    func demonstration() async throws {
        let pages = try await Self.everyPage { $0.isDemo = true }
        for (_, page) in pages {
            #expect(page.contains("Bản thử: không ai đọc") || page.contains("Trial: nobody reads"))
            for promise in ["Người phụ trách sẽ", "niêm phong", "people in charge will", "is sealed"] { #expect(!page.contains(promise)) }
        }
        for (_, page) in try await Self.everyPage() { #expect(!page.contains("không ai đọc") && !page.contains("nobody reads")) }
    }

    @Test("Browsers are told to keep nothing, to load nothing and to tell nobody")
    func headers() async throws {
        try await RunningServer.run { settings in
            settings.publicURL = "https://nhipcau.example"
        } _: { server in
            let (report, receipt, mailbox) = try await server.openMailbox()
            let other = try await server.openReport()
            let answers = [
                try await server.request("GET", "/r"), try await server.request("GET", other.path),
                try await server.request("GET", report.path), try await server.post(other.path, [("do", "show"), ("n", "1.x")]),
                try await server.open(Receipt(code: receipt.code, pin: "0")), mailbox,
                try await server.write("x", from: mailbox), try await server.post("/r", [("do", "leave")]),
                try await server.post("/r", [("do", "fly")]),
            ]
            for answer in answers {
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["referrer-policy"] == "no-referrer")
                #expect(answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive")
                #expect(answer.headers["x-frame-options"] == "DENY")
                #expect(answer.headers["set-cookie"] == nil)
                #expect(answer.headers["etag"] == nil)
                guard answer.status != 303 else { continue }
                let styles = answer.body.components(between: "<style>", and: "</style>")
                let scripts = answer.body.components(between: "<script>", and: "</script>")
                #expect(styles.count == 1)
                #expect(scripts.count == 1)
                let policy = PagePolicy.page(styles: styles, scripts: scripts, sendsForms: true)
                #expect(answer.headers["content-security-policy"] == policy)
                #expect(!policy.contains("unsafe"))
            }
        }
    }

    @Test("The page speaks the browser's language, or the one that was chosen")
    func languages() async throws {
        try await RunningServer.run { (server) async throws in
            let english = [("Accept-Language", "en-GB,en;q=0.9,vi;q=0.5")]
            #expect(try await server.request("GET", "/r", headers: english).body.contains("<html lang=\"en\">"))
            #expect(try await server.request("GET", "/r?lang=vi", headers: english).body.contains("<html lang=\"vi\">"))
            #expect(try await server.request("GET", "/r?lang=en").body.contains("<html lang=\"en\">"))
            #expect(try await server.request("GET", "/r").body.contains("<html lang=\"vi\">"))
            let report = try await server.openReport()
            #expect(try await server.request("GET", report.path + "?lang=en").body.contains("Show my code"))
            let wrong = try await server.post("/r?lang=en", [("do", "open"), ("n", "1"), ("c", "x"), ("p", "x")])
            #expect(wrong.body.contains("Code or PIN is not right"))
        }
    }

    @Test("Without a web chat the way out leads to the first page")
    func exit() async throws {
        try await RunningServer.run { settings in
            settings.webChat = nil
        } _: { (server) async throws in
            #expect(try await server.request("GET", "/r").body.contains("data-exit=\"/\""))
            #expect(try await server.post("/r", [("do", "leave")]).headers["location"] == "/")
        }
    }

    @Test("Only addresses of this service become links in the chat")
    func links() async throws {
        try await RunningServer.run { settings in
            settings.publicURL = "https://nhipcau.example/"
        } _: { server in
            let page = try await server.request("GET", "/chat").body
            #expect(page.contains("data-origin=\"https://nhipcau.example\""))
            #expect(page.contains("OWN.includes(address.origin)"))
        }
    }
}

private final class Collected: Sendable {
    let bytes = Mutex(ByteBuffer())
}

private struct CollectingWriter: ResponseBodyWriter {
    let collected: Collected

    func write(_ buffer: ByteBuffer) async throws { collected.bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
