import Core
import Foundation
import Outbound

/// A reporter's browser without JavaScript: fills in the forms of `/r` as they stand on the page.
struct ReporterBrowser {
    let stage: ZaloStage

    /// Code and PIN from the page behind the one-time link.
    func takeReceipt(token: String) async throws -> (code: String, pin: String) {
        let offer = try await stage.get("/r/" + token).text
        let page = try await post("/r/" + token, ["do": "show", "n": Self.hidden("n", in: offer)])
        let keys = Self.contents(of: "dd", in: page.text).map { $0.replacing(#/<[^>]*>/#, with: "") }
        guard keys.count >= 2 else { throw ServerProcess.Failure(description: "no receipt on the page") }
        return (keys[0], keys[1])
    }

    /// The mailbox page.
    func open(code: String, pin: String) async throws -> HTTPAnswer {
        let page = try await stage.get("/r").text
        return try await post("/r", ["do": "open", "n": Self.hidden("n", in: page), "c": code, "p": pin])
    }

    /// Writes to the team from an open mailbox page.
    func send(_ text: String, from page: HTTPAnswer) async throws -> HTTPAnswer {
        try await post(
            "/r", ["do": "send", "s": Self.hidden("s", in: page.text), "n": Self.hidden("n", in: page.text), "t": text])
    }

    private func post(_ path: String, _ fields: [String: String]) async throws -> HTTPAnswer {
        let body = fields.map { name, value in
            name + "=" + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        }.joined(separator: "&")
        return try await stage.transport.perform(
            HTTPCall(
                method: .post, url: stage.server.url + path,
                headers: [("content-type", "application/x-www-form-urlencoded")], body: Array(body.utf8), deadline: .seconds(30)))
    }

    private static func hidden(_ name: String, in page: String) -> String {
        guard let start = page.range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }

    private static func contents(of tag: String, in page: String) -> [String] {
        page.components(separatedBy: "<\(tag)").dropFirst().map { part in
            String((part.components(separatedBy: "</\(tag)>").first ?? "").drop { $0 != ">" }.dropFirst())
        }
    }
}
