import Hummingbird
import HummingbirdCore

/// The pages that people read.
struct PageRoutes: Sendable {
    private let landing: [Bool: Page]
    private let privacy: [Bool: Page]
    private let chat: Page?
    private let verifiers: [String]

    /// Renders every page once; nothing in them depends on who asks.
    /// - Parameter hasReporters: whether reporters can come back at `/r`.
    init(settings: WebSettings, hasReporters: Bool) throws {
        landing = [
            false: try LandingPage.make(settings: settings, inEnglish: false),
            true: try LandingPage.make(settings: settings, inEnglish: true),
        ]
        privacy = [
            false: try PrivacyPage.make(settings: settings, inEnglish: false),
            true: try PrivacyPage.make(settings: settings, inEnglish: true),
        ]
        chat = settings.webChat == nil ? nil : try ChatPage.make(settings: settings, hasReporters: hasReporters)
        verifiers = settings.zaloVerifiers.filter { code in
            !code.isEmpty && code.utf8.count <= 128 && code.unicodeScalars.allSatisfy(Self.isCodeScalar)
        }
    }

    var routes: [Route] {
        var routes = [
            Route("/", isForPeople: true, [.get: { request, _ in try page(landing, for: request) }]),
            Route("/privacy", isForPeople: true, [.get: { request, _ in try page(privacy, for: request) }]),
            Route("/robots.txt", [.get: { _, _ in .text(Self.robots) }]),
        ]
        if let chat {
            routes.append(Route("/chat", isForPeople: true, [.get: { request, _ in chat.response(to: request) }]))
        }
        for code in verifiers {
            routes.append(
                Route("/zalo_verifier\(code).html", [.get: { _, _ in .text(Self.proof(code), type: Self.html) }]))
        }
        return routes
    }

    private func page(_ pages: [Bool: Page], for request: Request) throws -> Response {
        let isEnglish = PercentCoding.pairs(ofQuery: request.uri.query)["lang"] == "en"
        guard let page = pages[isEnglish] else { throw WebError.notFound() }
        return page.response(to: request)
    }

    private static func isCodeScalar(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || scalar == "_" || scalar == "-"
    }

    private static let html = "text/html; charset=utf-8"

    /// Shows Zalo that this domain is ours.
    private static func proof(_ code: String) -> String {
        """
        <!doctype html>
        <html lang="vi"><head><meta charset="utf-8"><meta name="zalo-platform-site-verification" content="\(code)">\
        <title>Zalo</title></head><body></body></html>
        """
    }

    /// The first page and the privacy page may be found; conversations and everything else may not.
    private static let robots = """
        User-agent: *
        Allow: /$
        Allow: /privacy
        Disallow: /

        """
}
