import Channels
import Core
import CoreMetrics
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Pipeline
import Store

/// `/webhooks/{connection}`: hands the raw request to its channel and stores what came, before it answers.
struct WebhookRoutes: Sendable {
    let connections: [ConnectionID: any Channels.Channel]
    let inbox: Inbox
    let clock: any WallClock
    let limits: WebLimits
    let metrics: WebhookMetrics
    let refusals: WebhookRefusals
    let window: ReplayWindow

    var routes: [Route] {
        [Route("/webhooks/{connection}", answersHead: false, hasOwnLimits: true, [.get: receive, .post: receive])]
    }

    @Sendable private func receive(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = ConnectionID(context.captures.first ?? "")
        guard let channel = connections[id] else { throw WebError.notFound("There is no connection with this name.") }
        do {
            let response = try await receive(request, on: id, channel: channel, context: context)
            metrics.count(id, status: response.status.code)
            guard response.status.kind == .clientError else { return response }
            return await refusals.pass(response, to: request, context, at: clock.now())
        } catch let error as WebError {
            metrics.count(id, status: error.status.code)
            throw error
        }
    }

    private func receive(
        _ request: Request, on id: ConnectionID, channel: any Channels.Channel, context: WebContext
    ) async throws -> Response {
        let body = try await request.bodyBytes(upTo: limits.webhookBodyBytes)
        let result = channel.receive(Self.raw(request, body), at: clock.now())
        if !result.events.isEmpty {
            let (events, stale) = window.sift(result.events, at: clock.now(), isUrgent: inbox.isUrgent)
            if stale > 0 { tellStale(stale, on: id, context) }
            try await store(events, on: id, channel: channel.kind, context: context)
        }
        return .bytes(
            Array(result.body.utf8), type: result.contentType, status: HTTPResponse.Status(code: result.status))
    }

    private func tellStale(_ count: Int, on id: ConnectionID, _ context: WebContext) {
        metrics.countStale(id, count)
        context.logger.warning(
            "webhook events are too old to be taken", metadata: ["connection": "\(id)", "events": "\(count)"])
    }

    /// - Throws: ``WebError`` 503 when nothing was stored, so that the platform sends the batch again.
    private func store(
        _ events: [InboundEvent], on id: ConnectionID, channel: ChannelKind, context: WebContext
    ) async throws {
        do {
            let acceptance = try await inbox.accept(events, on: id, channel: channel)
            metrics.count(id, acceptance)
        } catch let error as StoreError {
            context.logger.log(
                level: error.isAbsence ? .debug : error.isRetryable ? .warning : .error, "webhook not stored",
                metadata: ["connection": "\(id)", "code": "\(error.code)", "events": "\(events.count)"])
            throw WebError.unavailable(error.code, retryAfter: limits.retryAfter)
        }
    }

    private static func raw(_ request: Request, _ body: [UInt8]) -> WebhookRequest {
        var headers: [String: String] = [:]
        for field in request.headers {
            // Two signatures are none: joined they match nothing.
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        return WebhookRequest(
            method: request.method.rawValue, path: request.uri.path,
            query: PercentCoding.pairs(ofQuery: request.uri.query), headers: headers, body: body)
    }
}
