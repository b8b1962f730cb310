import Core
import JSON

/// What a message of Telegram carries besides its text.
///
/// Files have no address, only an id that any bot of the same token can fetch; it is kept as `tg-file:ID`. A place is
/// `geo:LATITUDE,LONGITUDE` (RFC 5870), a shared contact `tel:NUMBER` (RFC 3966).
enum TelegramContent {
    /// Before the id of a file.
    static let fileScheme = "tg-file:"

    /// At most one: Telegram sends an album as one message a picture. Never fails: what is not as described has its
    /// kind and no address.
    static func attachments(_ message: JSONValue) -> [Attachment] {
        for (name, kind) in files {
            guard let value = present(message, name) else { continue }
            return [Attachment(kind: kind, url: fileURL(value))]
        }
        // A venue repeats its place beside itself.
        if let place = present(message, "location") ?? present(message, "venue")?["location"] {
            return [Attachment(kind: .location, url: placeURL(place))]
        }
        if let contact = present(message, "contact") {
            return [Attachment(kind: .contact, url: telephoneURL(contact["phone_number"]?.stringValue))]
        }
        if present(message, "dice") != nil { return [Attachment(kind: .sticker)] }
        return others.contains { present(message, $0) != nil } ? [Attachment(kind: .unknown)] : []
    }

    /// An animation repeats itself as a document, so it must be looked for first.
    private static let files: [(String, Attachment.Kind)] = [
        ("animation", .gif), ("photo", .image), ("voice", .audio), ("audio", .audio), ("video", .video),
        ("video_note", .video), ("document", .file), ("sticker", .sticker),
    ]

    /// What people send and we cannot use. Everything else without a text is a notice of the platform ("pinned a
    /// message") that nobody expects an answer to.
    private static let others = ["live_photo", "paid_media", "poll", "story", "game", "checklist"]

    private static func present(_ message: JSONValue, _ name: String) -> JSONValue? {
        message[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// A picture comes in several sizes: the widest counts.
    private static func fileURL(_ value: JSONValue) -> String? {
        guard case .array(let sizes) = value else { return fileURL(id: value["file_id"]?.stringValue) }
        var best: (width: Int64, url: String)?
        for size in sizes {
            guard let url = fileURL(id: size["file_id"]?.stringValue) else { continue }
            let width = size["width"]?.int64Value ?? 0
            if best.map({ width >= $0.width }) ?? true { best = (width, url) }
        }
        return best?.url
    }

    private static func fileURL(id: String?) -> String? {
        guard let id, (1...Limits.externalIDScalars).contains(id.utf8.count), id.utf8.allSatisfy(isPlain) else {
            return nil
        }
        return fileScheme + id
    }

    private static func placeURL(_ place: JSONValue) -> String? {
        guard let latitude = degrees(place["latitude"], within: 90),
            let longitude = degrees(place["longitude"], within: 180)
        else { return nil }
        return "geo:\(latitude),\(longitude)"
    }

    /// The number as it was written, when it is a plain one.
    private static func degrees(_ value: JSONValue?, within limit: Double) -> String? {
        guard let number = value?.numberValue, let degrees = number.double, abs(degrees) <= limit,
            number.text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            )
        else { return nil }
        return number.text
    }

    private static func telephoneURL(_ number: String?) -> String? {
        guard let number, (3...20).contains(number.utf8.count) else { return nil }
        var digits = number.utf8[...]
        if digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        return digits.allSatisfy { (48...57).contains($0) } ? "tel:" + number : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
