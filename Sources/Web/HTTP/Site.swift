import Core
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Store

/// Answers every request: finds its route, tells errors clearly, adds what belongs to each answer, counts.
struct Site: HTTPResponder {
    typealias Context = WebContext

    let table: RouteTable
    let metrics: RequestMetrics
    let security: SecurityHeaders
    let errorPage: ErrorPage
    /// Nil where nobody is slowed down.
    let pace: RequestPace?
    let retryAfter: Duration

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let start = ContinuousClock.now
        let found = table.find(request.uri.path)
        var response: Response
        do {
            response = try await answer(request, found, context)
        } catch let error as BodyNotReadable {
            throw error.underlying
        } catch {
            let told = tell(error, route: found?.route.pattern, context: context)
            response = form(of: told, for: request, route: found?.route)
        }
        security.add(to: &response)
        if request.method == .head { response = response.createHeadResponse() }
        metrics.record(
            route: found?.route.pattern ?? "none", status: response.status.code, took: ContinuousClock.now - start)
        return response
    }

    private func answer(
        _ request: Request, _ found: (route: Route, captures: [String])?, _ context: WebContext
    ) async throws -> Response {
        if found?.route.hasOwnLimits != true, let wait = pace?.wait(for: request, context) { throw WebError.tooMany(wait) }
        guard let found else {
            if let moved = table.withoutSlash(request) { return moved }
            throw WebError.notFound()
        }
        guard let handler = found.route.handlers[request.method] else {
            throw WebError.methodNotAllowed(found.route.allowedMethods)
        }
        var context = context
        context.captures = found.captures
        return try await handler(request, context)
    }

    private func tell(_ error: any Error, route: String?, context: WebContext) -> WebError {
        switch error {
        case let error as WebError: return error
        case let error as StoreError:
            let metadata: Logger.Metadata = ["code": "\(error.code)", "route": "\(route ?? "none")"]
            let level: Logger.Level = error.isAbsence ? .debug : error.isRetryable ? .warning : .error
            context.logger.log(level: level, "request not stored", metadata: metadata)
            return error.isRetryable
                ? .unavailable(error.code, retryAfter: retryAfter) : .internalError(requestID: context.requestID)
        case is CancellationError: return .unavailable("shutting_down", retryAfter: retryAfter)
        default:
            // The error itself may quote what somebody wrote: only its type is logged.
            context.logger.error(
                "request failed",
                metadata: ["error": "\(String(reflecting: type(of: error)))", "route": "\(route ?? "none")"])
            return .internalError(requestID: context.requestID)
        }
    }

    private func form(of error: WebError, for request: Request, route: Route?) -> Response {
        let accept = request.headers[.accept] ?? ""
        let wantsPage = accept.contains("text/html") && (route?.isForPeople ?? true)
        return wantsPage ? error.decorated(errorPage.response(for: error)) : error.jsonResponse()
    }
}
