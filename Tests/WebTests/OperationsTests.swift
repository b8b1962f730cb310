import HTTPTypes
import Hummingbird
import JSON
import Store
import Testing

@testable import Web

@Suite("Health, metrics and errors", .timeLimit(.minutes(5)))
struct OperationsTests {
    @Test("Alive and ready are two questions")
    func health() async throws {
        try await RunningServer.run { server in
            #expect(try await server.request("GET", "/healthz").body == #"{"status":"alive"}"#)
            let ready = try await server.request("GET", "/readyz")
            #expect(ready.status == 200)
            #expect(ready.headers["cache-control"] == "no-store")
            await server.store.close()
            let answer = try await server.request("GET", "/readyz")
            #expect(answer.status == 503)
            #expect(answer.body == #"{"status":"not_ready","reasons":["database"]}"#)
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("What other parts say is not ready is passed on")
    func notReady() async throws {
        try await RunningServer.run(notReady: ["workers_stopped"]) { server in
            let answer = try await server.request("GET", "/readyz")
            #expect(answer.status == 503)
            #expect(answer.body.contains(#"["workers_stopped"]"#))
        }
    }

    @Test("Metrics are for this machine, never for what a proxy passes on")
    func metrics() async throws {
        try await RunningServer.run { server in
            _ = try await server.webhook("m1\nm2\nm3")
            _ = try await server.request("GET", "/webhooks/nobody/nothing")
            let answer = try await server.request("GET", "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.body.split(separator: "\n").map(String.init)
            #expect(lines.contains("nhipcau_inbox_waiting 3"))
            #expect(lines.contains("nhipcau_database_up 1"))
            #expect(lines.contains(#"nhipcau_outbox_waiting{lane="safety"} 0"#))
            #expect(lines.contains(#"nhipcau_http_requests_total{route="/webhooks/{connection}",status="200"} 1"#))
            // A path that nobody serves never becomes a label.
            #expect(lines.contains(#"nhipcau_http_requests_total{route="none",status="404"} 1"#))
            #expect(!answer.body.contains("nobody"))
            for name in ["X-Forwarded-For", "Forwarded", "Via"] {
                #expect(try await server.request("GET", "/metrics", headers: [(name, "127.0.0.1")]).status == 404)
            }
        }
    }

    @Test("Every line of the metrics is a comment or a sample")
    func format() async throws {
        try await RunningServer.run { server in
            _ = try await server.webhook("m1")
            let sample = #/[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? (NaN|[+-]Inf|-?[0-9.e+-]+)/#
            var types: [String: Int] = [:]
            for line in try await server.request("GET", "/metrics").body.split(separator: "\n") {
                if line.hasPrefix("# TYPE ") {
                    types[String(line), default: 0] += 1
                } else {
                    #expect(line.wholeMatch(of: sample) != nil)
                }
            }
            #expect(types.count > 5)
            #expect(types.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("With an internal port the public one has no metrics, and the internal one nothing else")
    func internalPort() async throws {
        try await RunningServer.run { settings in
            settings.internalPort = 0
        } _: { server in
            let port = try #require(server.addresses.internalPort)
            #expect(server.addresses.internalURL == "http://127.0.0.1:\(port)")
            #expect(try await server.request("GET", "/metrics").status == 404)
            try await RawConnection.to(port) { (connection) async throws in
                #expect(try await connection.request("GET", "/metrics").status == 200)
                #expect(try await connection.request("GET", "/readyz").status == 200)
                #expect(try await connection.request("GET", "/chat").status == 404)
                #expect(try await connection.request("POST", "/webhooks/zalo", body: []).status == 404)
            }
        }
    }

    @Test("Errors are JSON for programs and a page for people")
    func errors() async throws {
        try await RunningServer.run { server in
            let browser = [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")]
            let page = try await server.request("GET", "/khong-co", headers: browser)
            #expect(page.status == 404)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.body.contains("Không có trang này"))
            let json = try await server.request("GET", "/khong-co")
            #expect(json.status == 404)
            #expect(try JSONValue(parsing: json.body).string(at: "error.code") == "not_found")
            // Programs talk to these, whatever they claim to accept.
            let session = try await server.request("GET", "/chat/sessions", headers: browser)
            #expect(session.status == 405)
            #expect(session.headers["allow"] == "POST")
            #expect(session.headers["content-type"] == "application/json; charset=utf-8")
        }
    }

    private struct Secretive: Error, CustomStringConvertible {
        var description: String { "nội dung riêng tư" }
    }

    @Test("An unforeseen error is 500, logged with the request's number and without content")
    func unforeseen() async throws {
        let route = Route("/broken", isForPeople: true, [.get: { _, _ in throw Secretive() }])
        try await RunningServer.run(routes: [route]) { server in
            let answer = try await server.request("GET", "/broken")
            #expect(answer.status == 500)
            let message = try JSONValue(parsing: answer.body).string(at: "error.message")
            let number = try #require(message.firstMatch(of: #/request ([0-9a-f]+)/#)).output.1
            #expect(server.log.text.contains("error request failed"))
            #expect(server.log.text.contains(number))
            #expect(!server.log.text.contains("riêng tư"))
            #expect(!answer.body.contains("riêng tư"))
            let page = try await server.request("GET", "/broken", headers: [("Accept", "text/html")])
            #expect(page.status == 500)
            #expect(page.body.contains("Có lỗi ở phía hệ thống"))
        }
    }

    @Test("Every answer tells the browser what it may not do")
    func security() async throws {
        try await RunningServer.run { settings in
            settings.publicURL = "https://nhipcau.example"
        } _: { server in
            for path in ["/", "/healthz", "/khong-co", "/robots.txt", "/chat"] {
                let headers = try await server.request("GET", path).headers
                #expect(headers["content-security-policy"]?.contains("default-src 'none'") == true)
                #expect(headers["x-content-type-options"] == "nosniff")
                #expect(headers["referrer-policy"] == "no-referrer")
                #expect(headers["x-frame-options"] == "DENY")
                #expect(headers["strict-transport-security"] != nil)
            }
        }
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        try await RunningServer.run { server in
            let get = try await server.request("GET", "/privacy")
            let head = try await server.request("HEAD", "/privacy")
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == get.headers["content-length"])
            #expect(try await server.request("HEAD", "/khong-co").status == 404)
        }
    }
}
