import Core

/// How often codes and PINs may be tried: by one source, and against one code.
///
/// A code is never locked: whoever wants its reporter silent would only need to type wrong PINs. When many have failed
/// at one code, each neighbourhood of addresses has only a few more attempts at it, however many others there were
/// before. So whoever has the PIN gets in from where nobody has guessed, and who guesses needs ever more networks.
/// Codes that do not exist count like those that do.
struct GuessLimits: Sendable {
    struct Attempt: Sendable {
        let source: IPAddress?
        /// Mark of the code that was tried; nil for what can be no code.
        let code: [UInt8]?
    }

    /// What an attempt was counted against, beside its source.
    enum Count: Sendable, Equatable { case ordinary, wary }

    enum Ruling: Sendable, Equatable {
        case go(Count)
        /// Not before this has passed.
        case wait(Duration)
    }

    private struct Wary: Hashable {
        let neighbourhood: IPAddress?
        let code: [UInt8]
    }

    private let sources: RateLimiter<IPAddress?>
    private let codes: RateLimiter<[UInt8]>
    private let wary: RateLimiter<Wary>

    init(_ limits: WebLimits) {
        let remembered = limits.rememberedSources
        sources = RateLimiter(burst: limits.mailboxTryBurst, interval: limits.mailboxTryInterval, capacity: remembered)
        codes = RateLimiter(burst: limits.mailboxCodeBurst, interval: limits.mailboxCodeInterval, capacity: remembered)
        wary = RateLimiter(burst: limits.mailboxWaryBurst, interval: limits.mailboxWaryInterval, capacity: remembered)
    }

    /// Whether the attempt may be made; it counts then.
    func take(_ attempt: Attempt, at now: Instant) -> Ruling {
        if let wait = sources.take(attempt.source, at: now) { return .wait(wait) }
        guard let code = attempt.code, codes.take(code, at: now) != nil else { return .go(.ordinary) }
        guard let wait = wary.take(Self.wary(attempt.source, code), at: now) else { return .go(.wary) }
        sources.giveBack(attempt.source, at: now)
        return .wait(wait)
    }

    /// The attempt turned out well, or was not made. Takes back what it was counted against and nothing else, or openings
    /// would make room for guesses.
    func giveBack(_ attempt: Attempt, _ count: Count, at now: Instant) {
        sources.giveBack(attempt.source, at: now)
        guard let code = attempt.code else { return }
        switch count {
        case .ordinary: codes.giveBack(code, at: now)
        case .wary: wary.giveBack(Self.wary(attempt.source, code), at: now)
        }
    }

    /// One household or hoster has many addresses, so they count together.
    private static func wary(_ source: IPAddress?, _ code: [UInt8]) -> Wary {
        Wary(neighbourhood: source.map { $0.prefix($0.bitCount == 32 ? 24 : 48) }, code: code)
    }
}
