import Testing

@testable import Web

@Suite("Pages", .timeLimit(.minutes(5)))
struct PageTests {
    @Test("A slash too many leads to the page, with what follows it; nothing else is redirected")
    func slash() async throws {
        try await RunningServer.run { (server) async throws in
            let answer = try await server.request("GET", "/chat/?x=1")
            #expect(answer.status == 308)
            #expect(answer.headers["location"] == "/chat?x=1")
            #expect(try await server.request("HEAD", "/privacy/").headers["location"] == "/privacy")
            for path in ["//evil.example/", "/chat//", "/metrics/", "/nothing/"] {
                #expect(try await server.request("GET", path).status == 404)
            }
            #expect(try await server.request("POST", "/chat/").status == 404)
        }
    }

    @Test("One source may not ask without end; a trusted proxy speaks for many")
    func pace() async throws {
        try await RunningServer.run { settings in
            settings.limits.requestBurst = 2
            settings.limits.requestInterval = .seconds(60)
            settings.trustedProxies = [AddressRange("127.0.0.9")].compactMap { $0 }
        } _: { (server) async throws in
            for status in [200, 200, 429] { #expect(try await server.request("GET", "/privacy").status == status) }
            // Whoever is no proxy cannot choose who it is; only the last entry that a proxy wrote counts.
            let claimed = [("X-Forwarded-For", "198.51.100.7")]
            #expect(try await server.request("GET", "/privacy", headers: claimed).status == 429)
            func proxied(_ forwarded: String) async throws -> Int {
                try await RawConnection.to(server.addresses.port, from: "127.0.0.9") {
                    try await $0.request("GET", "/privacy", headers: [("X-Forwarded-For", forwarded)]).status
                }
            }
            for (number, status) in [200, 200, 429].enumerated() {
                #expect(try await proxied("10.9.8.\(number), 203.0.113.9") == status)
            }
            #expect(try await proxied("203.0.113.10") == 200)
            #expect(try await server.webhook("m1").status == 200, "webhooks have limits of their own")
        }
    }

    private static let paths = ["/", "/?lang=en", "/privacy", "/privacy?lang=en", "/chat"]

    private func contents(of tag: String, in page: String) -> [String] {
        page.components(between: "<\(tag)>", and: "</\(tag)>")
    }

    @Test("Every page renders completely and allows exactly its own styles and scripts", arguments: paths)
    func renders(path: String) async throws {
        try await RunningServer.run { settings in
            settings.isDemo = true
            settings.botName = "Mẹ & bé <b>"
            settings.privacy.controller = "Hội \"Khuyến học\""
        } _: { (server) async throws in
            let answer = try await server.request("GET", path)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(!answer.body.contains("{{"))
            #expect(answer.body.contains("Mẹ &amp; bé &lt;b&gt;"))
            #expect(!answer.body.contains("bé <b>"))
            let styles = contents(of: "style", in: answer.body)
            let scripts = contents(of: "script", in: answer.body)
            #expect(styles.count == 1)
            #expect(scripts.count == (path == "/chat" ? 1 : 0))
            let policy = PagePolicy.page(styles: styles, scripts: scripts)
            #expect(answer.headers["content-security-policy"] == policy)
            #expect(!answer.body.contains(" style="))
            #expect(!answer.body.contains(" onclick="))
        }
    }

    @Test("Nothing is fetched from anywhere else", arguments: paths)
    func selfContained(path: String) async throws {
        try await RunningServer.run { (server) async throws in
            let page = try await server.request("GET", path).body
            for sign in [" src=", "@import", "url(", "href=\"http", "<iframe", "innerHTML", "localStorage"] {
                #expect(!page.contains(sign))
            }
        }
    }

    @Test("The emergency numbers can be called from every page for people", arguments: ["/", "/chat"])
    func hotlines(path: String) async throws {
        try await RunningServer.run { (server) async throws in
            let page = try await server.request("GET", path).body
            for number in ["111", "113", "115"] { #expect(page.contains("href=\"tel:\(number)\"")) }
        }
    }

    @Test("A long name of a number is cut where it begins to explain")
    func labels() {
        #expect(WebSettings.Hotline.label("công an, khi có người đang bị đánh") == "Công an")
        #expect(WebSettings.Hotline.label("Child protection (free)") == "Child protection")
        #expect(WebSettings.Hotline.label("") == "")
    }

    @Test("A demonstration says on every page that nobody reads reports", arguments: paths)
    func demonstration(path: String) async throws {
        let words = path.contains("en") ? "nobody reads reports" : "không ai đọc tin báo"
        try await RunningServer.run { settings in
            settings.isDemo = true
        } _: { (server) async throws in
            #expect(try await server.request("GET", path).body.contains(words))
        }
    }

    @Test("A page that the browser has is not sent again")
    func unchanged() async throws {
        try await RunningServer.run { (server) async throws in
            let tag = try #require(try await server.request("GET", "/chat").headers["etag"])
            let again = try await server.request("GET", "/chat", headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.headers["etag"] == tag)
            let other = try await server.request("GET", "/chat", headers: [("If-None-Match", "\"x\"")])
            #expect(other.status == 200)
        }
    }

    @Test("The privacy page says how long and whom to ask")
    func privacy() async throws {
        try await RunningServer.run { settings in
            settings.privacy = PrivacyNotice(
                controller: "Hội Khuyến học", contact: "0237 000 000", messageDays: 17, conversationDays: 99)
        } _: { (server) async throws in
            for path in ["/privacy", "/privacy?lang=en"] {
                let page = try await server.request("GET", path).body
                for fact in ["Hội Khuyến học", "0237 000 000", "17", "99", "91/2025/QH15", "356/2025/NĐ-CP"] {
                    #expect(page.contains(fact))
                }
            }
        }
    }

    @Test("Zalo finds the proofs that were configured and no others")
    func zalo() async throws {
        try await RunningServer.run { settings in
            settings.zaloVerifiers = ["Ab-12_x", "\"><script>"]
        } _: { (server) async throws in
            let answer = try await server.request("GET", "/zalo_verifierAb-12_x.html")
            #expect(answer.status == 200)
            #expect(answer.body.contains(#"<meta name="zalo-platform-site-verification" content="Ab-12_x">"#))
            #expect(try await server.request("GET", "/zalo_verifierother.html").status == 404)
            #expect(try await server.request("GET", "/zalo_verifier.html").status == 404)
        }
    }

    @Test("Search engines may read the first page and the privacy page only")
    func robots() async throws {
        try await RunningServer.run { (server) async throws in
            let text = try await server.request("GET", "/robots.txt").body
            #expect(text.split(separator: "\n") == ["User-agent: *", "Allow: /$", "Allow: /privacy", "Disallow: /"])
        }
    }

    @Test("Both languages of the chat page have the same texts")
    func languages() throws {
        let script = ChatPage.script
        let halves =
            script.components(between: "vi: {", and: "\n  }")
            + script.components(between: "en: {", and: "\n  }")
        let keys = halves.map { half in
            Set(half.matches(of: #/(?:^|[ \n])([a-zA-Z]+): '/#).map { String($0.output.1) })
        }
        #expect(keys.count == 2)
        #expect(keys[0].count > 30)
        #expect(keys.allSatisfy { $0 == keys.first })
    }
}
