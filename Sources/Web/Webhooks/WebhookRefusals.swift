import Core
import CoreMetrics
import HTTPTypes
import Hummingbird

/// Slows down who sends webhooks that are refused again and again.
///
/// Nothing that is signed well is ever held up: behind a proxy that is not known as one, a stranger's nonsense and the
/// platform's webhooks come from the same address.
struct WebhookRefusals: Sendable {
    private let sources: SourceResolver
    private let delay: Duration
    private let limiter: RateLimiter<IPAddress?>
    private let room: WaitingRoom
    private let slowed: Counter

    init(limits: WebLimits, sources: SourceResolver, metrics: PrometheusMetrics) {
        self.sources = sources
        delay = limits.webhookRefusalDelay
        limiter = RateLimiter(
            burst: limits.webhookRefusalBurst, interval: limits.webhookRefusalInterval, capacity: limits.rememberedSources)
        room = WaitingRoom(seats: limits.webhookRefusalSeats)
        slowed = Counter(label: "nhipcau_webhook_refusals_slowed", factory: metrics)
    }

    /// The refusal as it is sent, perhaps later.
    func pass(_ response: Response, to request: Request, _ context: WebContext, at now: Instant) async -> Response {
        guard limiter.take(sources.source(of: request, context), at: now) != nil else { return response }
        slowed.increment()
        if delay > .zero { _ = await room.admit { try? await Task.sleep(for: delay) } }
        var response = response
        response.headers[.connection] = "close"
        return response
    }
}
