import Hummingbird
import Testing

@testable import Web

@Suite("Routes")
struct RouteTableTests {
    private static let none: Route.Handler = { _, _ in .text("") }
    private let table = RouteTable([
        Route("/", [.get: none]), Route("/chat/sessions", [.post: none]),
        Route("/chat/sessions/{session}/events", answersHead: false, [.get: none]),
        Route("/webhooks/{connection}", [.post: none]),
    ])

    @Test(
        "A path finds its pattern and what stands in its braces",
        arguments: [
            ("/", "/", []), ("/chat/sessions", "/chat/sessions", []),
            ("/chat/sessions/ab/events", "/chat/sessions/{session}/events", ["ab"]),
            ("/webhooks/tr%C6%B0%E1%BB%9Dng", "/webhooks/{connection}", ["trường"]),
        ])
    func found(path: String, pattern: String, captures: [String]) throws {
        let found = try #require(table.find(path))
        #expect(found.route.pattern == pattern)
        #expect(found.captures == captures)
    }

    @Test(
        "Everything else is not found",
        arguments: [
            "", "/chat", "/chat/sessions/", "/chat/sessions//events", "/webhooks/", "/webhooks/a/b", "//",
            "/CHAT/sessions",
            "/webhooks/%ZZ", "/webhooks/%FF", "chat/sessions",
        ])
    func missing(path: String) { #expect(table.find(path) == nil) }

    @Test("HEAD follows GET except where a GET does something")
    func head() throws {
        #expect(try #require(table.find("/")).route.handlers[.head] != nil)
        #expect(try #require(table.find("/chat/sessions/a/events")).route.handlers[.head] == nil)
        #expect(try #require(table.find("/")).route.allowedMethods == "GET, HEAD")
    }

    @Test("Queries are decoded once, the first of a repeated name counts")
    func queries() {
        let pairs = PercentCoding.pairs(ofQuery: "a=1&a=2&b=x%20y+z&c&d=%zz&=e")
        #expect(pairs == ["a": "1", "b": "x y z", "c": "", "d": "%zz", "": "e"])
    }
}
