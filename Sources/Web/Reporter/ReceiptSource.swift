import Core
import Crypto
import Sealing

/// Makes code and PIN for a link, the same ones again for the same page.
///
/// A telephone on a slow network sends a form twice when its button is pressed twice, and shows only the second
/// answer, which another process may have made. So both are drawn from a secret of this installation, the link and a
/// random word in the page: nothing has to be kept for that, and whoever has the link but not the page gets something else.
struct ReceiptSource: Sendable {
    struct Receipt: Sendable {
        let code: ReceiptCode
        let pin: ReceiptPIN
    }

    private let secret: SymmetricKey

    init(keys: KeyRing) { secret = SymmetricKey(data: keys.derived("receipt_draw")) }

    /// The word of a page that is rendered now.
    func word(at now: Instant) -> String { "\(now.milliseconds).\(BearerToken.make().text)" }

    /// - Parameter word: from the form; any text will do.
    func receipt(token: String, word: String) -> Receipt {
        var random = DrawnRandom(
            key: SymmetricKey(
                data: HMAC<SHA256>.authenticationCode(
                    for: Array((token + "\n" + word).utf8), using: secret)))
        return Receipt(code: .make(random: &random), pin: .make(random: &random))
    }

    /// Whether a page is young enough to show once more what it has shown. The time in the word needs no proof: with
    /// another one the receipt is another one too.
    func isFresh(_ word: String, at now: Instant) -> Bool {
        let digits = word.utf8.prefix { $0 != UInt8(ascii: ".") }
        guard let written = Int64(Substring(digits)) else { return false }
        let age = now.since(Instant(milliseconds: written))
        return age >= .zero && age <= Self.freshness
    }

    private static let freshness: Duration = .seconds(10 * 60)
}

/// Numbers that follow from a key.
private struct DrawnRandom: RandomSource {
    private let key: SymmetricKey
    private var counter: UInt64 = 0

    init(key: SymmetricKey) { self.key = key }

    mutating func next() -> UInt64 {
        counter += 1
        let block = HMAC<SHA256>.authenticationCode(for: withUnsafeBytes(of: counter.bigEndian) { Array($0) }, using: key)
        return block.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
}
