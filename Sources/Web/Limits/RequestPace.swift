import Core
import Hummingbird

/// How fast one source may ask for what has no limit of its own.
struct RequestPace: Sendable {
    private let sources: SourceResolver
    private let clock: any WallClock
    private let limiter: RateLimiter<IPAddress?>

    init(limits: WebLimits, sources: SourceResolver, clock: any WallClock) {
        self.sources = sources
        self.clock = clock
        limiter = RateLimiter(burst: limits.requestBurst, interval: limits.requestInterval, capacity: limits.rememberedSources)
    }

    func wait(for request: Request, _ context: WebContext) -> Duration? {
        limiter.take(sources.source(of: request, context), at: clock.now())
    }
}
