import Core
import Store

/// The address of a database. The first line is a secret; the others are an address, and what stands before and behind
/// the secret in one.
enum DatabaseAddressEntry {
    /// Words that are shown whatever the secret is.
    private static let ownWords = StoreError.invalidLocation("postgres://nhipcau@db.example.vn/truong?password=").text

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let secret = input.line()
        let rest = input.text
        read(rest, password: secret, secret, isFree: rest)
        let start = rest.prefix { $0 != "\n" }
        let end = rest.dropFirst(start.count).drop { $0 == "\n" }
        var places = [("postgres://nhipcau:", "@db.example.vn" + rest), ("postgres://db.example.vn/truong?password=", rest)]
        if start.hasSuffix("password=") || (start.hasSuffix(":") && end.hasPrefix("@")) { places.append((String(start), String(end))) }
        for (before, after) in places { read(before + secret + after, password: nil, secret, isFree: before + "\n" + after) }
    }

    /// - Parameter isFree: what may be shown, because it was written outside of the secret.
    private static func read(_ url: String, password: String?, _ secret: String, isFree: String) {
        // Without these there is no place for a password in it.
        guard password != nil || url.contains(where: { "@?=".contains($0) }) else { return }
        var shown: [String] = []
        do throws(StoreError) {
            switch try DatabaseLocation(url: url, password: password) {
            case .postgres(let address): shown = [address.description, "\(address)"]
            case .sqlite(let path): return promise(!path.isEmpty && !path.utf8.contains(0), "a file has a name")
            case .temporary: return
            }
        } catch { shown = [error.text] }
        // A piece of a password is half of a password.
        let marks = Set("@/?:#&=;,% []")
        for piece in [secret] + secret.split(whereSeparator: marks.contains).map(String.init) where piece.utf8.count >= 6 {
            guard !isFree.contains(piece), !ownWords.contains(piece), !url.hasPrefix("sqlite:") else { continue }
            for text in shown { promise(!text.contains(piece), "no password is shown") }
        }
    }
}
