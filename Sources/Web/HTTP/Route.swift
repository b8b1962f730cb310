package import HTTPTypes
package import Hummingbird
import HummingbirdCore

/// One path and who answers it, by method.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request, WebContext) async throws -> Response

    /// `/chat/sessions/{id}/messages`; a part in braces takes any one part of the path. Also the word in metrics.
    package let pattern: String
    /// In which form errors of this path are told to somebody who did not ask for a form.
    package let isForPeople: Bool
    package let handlers: [HTTPRequest.Method: Handler]
    /// Whether its handlers bound by themselves what one source may do.
    package let hasOwnLimits: Bool

    /// - Parameter answersHead: whether HEAD is answered like GET without the body; not for GETs that do something.
    package init(
        _ pattern: String, isForPeople: Bool = false, answersHead: Bool = true, hasOwnLimits: Bool = false,
        _ handlers: [HTTPRequest.Method: Handler]
    ) {
        self.pattern = pattern
        self.isForPeople = isForPeople
        self.hasOwnLimits = hasOwnLimits
        var handlers = handlers
        if answersHead, handlers[.head] == nil, let get = handlers[.get] {
            handlers[.head] = { try await get($0, $1).createHeadResponse() }
        }
        self.handlers = handlers
    }

    /// For `Allow`.
    var allowedMethods: String { handlers.keys.map(\.rawValue).sorted().joined(separator: ", ") }
}

/// Finds the route of a path.
struct RouteTable: Sendable {
    private struct Pattern: Sendable {
        /// Nil stands for a part in braces.
        let parts: [String?]
        let route: Route
    }

    private let fixed: [String: Route]
    private let patterns: [Pattern]

    /// A path without braces goes before one with them; else the first that fits.
    init(_ routes: [Route]) {
        var fixed: [String: Route] = [:]
        var patterns: [Pattern] = []
        for route in routes {
            let parts = Self.parts(of: route.pattern).map { $0.hasPrefix("{") ? nil : String($0) }
            if parts.contains(nil) {
                patterns.append(Pattern(parts: parts, route: route))
            } else {
                fixed[route.pattern] = route
            }
        }
        self.fixed = fixed
        self.patterns = patterns
    }

    func find(_ path: String) -> (route: Route, captures: [String])? {
        if let route = fixed[path] { return (route, []) }
        let parts = Self.parts(of: path)
        for pattern in patterns where pattern.parts.count == parts.count {
            var captures: [String] = []
            let fits = zip(pattern.parts, parts).allSatisfy { wanted, part in
                if let wanted { return wanted.utf8.elementsEqual(part.utf8) }
                guard let text = PercentCoding.decode(part), !text.isEmpty else { return false }
                captures.append(text)
                return true
            }
            if fits { return (pattern.route, captures) }
        }
        return nil
    }

    /// To the page that a person meant who wrote a slash too many; nil when there is none.
    func withoutSlash(_ request: Request) -> Response? {
        let path = request.uri.path
        guard request.method == .get || request.method == .head, path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") else {
            return nil
        }
        // Only an address of ours, as it stands in the table, is ever sent back.
        guard let route = fixed[String(path.dropLast())], route.isForPeople else { return nil }
        let query = request.uri.query.map { "?" + $0 } ?? ""
        return Response(status: .permanentRedirect, headers: [.location: route.pattern + query])
    }

    private static func parts(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { $0 }
    }
}
