import Core
import Sealing
import Testing

@testable import Web

@Suite("Reporters: the one-time link", .timeLimit(.minutes(5)))
struct ReporterLinkTests {
    @Test("Looking uses nothing up, however often; the button shows code and PIN, once")
    func once() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            // As messengers do for their previews.
            for method in ["GET", "HEAD", "GET"] {
                let agent = [("User-Agent", "ZaloPC-preview/1.0"), ("Accept", "*/*")]
                #expect(try await server.request(method, report.path, headers: agent).status == 200)
            }
            let page = try await server.request("GET", report.path)
            #expect(page.body.contains("Hiện mã của em"))
            let answer = try await server.post(report.path, [("do", "show"), ("n", try page.field("n"))])
            #expect(answer.status == 200)
            let receipt = try answer.receipt()
            #expect(ReceiptCode(parsing: receipt.code)?.text == receipt.code)
            #expect(ReceiptPIN(parsing: receipt.pin)?.text == receipt.pin)
            #expect(try await server.request("GET", report.path).status == 404)
            let other = try await server.post(report.path, [("do", "show"), ("n", "1.other")])
            #expect(other.status == 404)
            #expect(!other.body.contains(receipt.code))
            #expect(!other.body.contains(receipt.pin))
        }
    }

    @Test("A button that is pressed twice shows the same code, one press after the other or both at once")
    func twice() async throws {
        try await RunningServer.run { server in
            for isAtOnce in [false, true] {
                let report = try await server.openReport()
                let fields = [("do", "show"), ("n", try await server.request("GET", report.path).field("n"))]
                var shown: [Receipt] = []
                if isAtOnce {
                    async let one = server.post(report.path, fields)
                    async let two = server.post(report.path, fields)
                    shown = [try await one.receipt(), try await two.receipt()]
                } else {
                    for _ in 0..<2 { shown.append(try await server.post(report.path, fields).receipt()) }
                }
                #expect(shown.count == 2)
                #expect(Set(shown.map(\.code)).count == 1)
                #expect(Set(shown.map(\.pin)).count == 1)
                let receipt = try #require(shown.first)
                #expect(try await server.open(receipt).status == 200)
            }
        }
    }

    @Test("What a page has shown it does not show again after a while")
    func stale() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            let fields = [("do", "show"), ("n", try await server.request("GET", report.path).field("n"))]
            // Somebody reads for long before pressing: that still works.
            server.clock.advance(by: .seconds(11 * 60))
            let receipt = try await server.post(report.path, fields).receipt()
            let again = try await server.post(report.path, fields)
            #expect(again.status == 404)
            #expect(!again.body.contains(receipt.code))
        }
    }

    @Test("Used, expired, unknown and malformed links show one and the same page")
    func unusable() async throws {
        try await RunningServer.run { server in
            let used = try await server.openReport()
            _ = try await server.take(used)
            let expired = try await server.openReport(expiresAfter: .seconds(60))
            server.clock.advance(by: .seconds(61))
            let paths = [
                used.path, expired.path, "/r/" + BearerToken.make().text, "/r/x", "/r/%F0%9F%8C%89", "/r/'%20OR%201=1--",
            ]
            var pages: Set<String> = []
            for path in paths {
                for answer in [
                    try await server.request("GET", path), try await server.post(path, [("do", "show"), ("n", "1.x")]),
                ] {
                    #expect(answer.status == 404)
                    pages.insert(answer.body)
                }
            }
            #expect(pages.count == 1)
            let page = try #require(pages.first)
            #expect(page.contains("href=\"/r\""))
            #expect(page.contains("href=\"tel:111\""))
        }
    }

    @Test("Leaving from the link's page does not use the link up")
    func leave() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            for fields in [[("do", "leave")], [("do", "open")], []] {
                let answer = try await server.post(report.path, fields)
                #expect(answer.status == 303)
                #expect(answer.headers["location"] == "/chat")
            }
            _ = try await server.take(report)
        }
    }

    @Test("A form from another site, or one that is no form, uses nothing up")
    func foreign() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            let fields = [("do", "show"), ("n", "1.x")]
            for foreign in [
                [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Origin", "https://evil.example")],
            ] {
                #expect(try await server.post(report.path, fields, headers: foreign).status == 403)
            }
            let json = [("Content-Type", "application/json")]
            #expect(try await server.request("POST", report.path, headers: json, body: #"{"do":"show"}"#).status == 415)
            #expect(try await server.request("GET", report.path).status == 200)
            // What browsers send for our own pages, which tell no referrer.
            let own = [("Sec-Fetch-Site", "same-origin"), ("Origin", "null")]
            #expect(try await server.post(report.path, fields, headers: own).status == 200)
        }
    }

    @Test("Paper and screen say where to come back")
    func address() async throws {
        try await RunningServer.run { settings in
            settings.publicURL = "https://nhipcau.example"
        } _: { server in
            let report = try await server.openReport()
            let page = try await server.post(report.path, [("do", "show"), ("n", "1.x")])
            #expect(page.body.contains(">nhipcau.example/r<"))
        }
        try await RunningServer.run { server in
            let report = try await server.openReport()
            let page = try await server.post(report.path, [("do", "show"), ("n", "1.x")])
            #expect(page.body.contains(">localhost/r<"))
        }
    }
}
