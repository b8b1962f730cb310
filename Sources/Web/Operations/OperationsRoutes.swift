import Core
import CoreMetrics
import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSON
import Store

/// What the people and programs ask who run the service.
struct OperationsRoutes: Sendable {
    let health: Health
    let metrics: PrometheusMetrics
    let gauges: StoreGauges
    let sources: SourceResolver
    /// Whether everybody who reaches this port may read the metrics.
    let isInternal: Bool

    var routes: [Route] {
        [
            Route("/healthz", [.get: { _, _ in .json(["status": "alive"]) }]),
            Route("/readyz", [.get: ready]),
            Route("/metrics", [.get: exposition]),
        ]
    }

    @Sendable private func ready(_ request: Request, _ context: WebContext) async throws -> Response {
        let reasons = await health.reasonsNotReady()
        guard !reasons.isEmpty else { return .json(["status": "ready"]) }
        return .json(
            ["status": "not_ready", "reasons": .array(reasons.map { JSONValue($0) })], status: .serviceUnavailable)
    }

    /// Nothing at this address for strangers: the numbers tell how busy which connection is.
    @Sendable private func exposition(_ request: Request, _ context: WebContext) async throws -> Response {
        guard isInternal || sources.isInternal(request, context) else { throw WebError.notFound() }
        await gauges.refresh()
        return .text(metrics.exposition(), type: PrometheusText.contentType)
    }
}
