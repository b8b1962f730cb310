import Core

/// Writes an event as ``Payload`` does, byte by byte: every event that comes in passes here before it is acknowledged.
///
/// What is written is JSON for the `Codable` conformance of `InboundEvent`, which reads it.
enum EventPayload {
    static func encode(_ event: InboundEvent) -> [UInt8] {
        var writer = Writer()
        writer.reserve(320 + (event.text?.utf8.count ?? 0))
        writer.member("kind", event.kind.rawValue)
        writer.member("sender", event.sender)
        writer.member("recipient", event.recipient)
        writer.member("person", event.person)
        writer.member("account", event.account)
        writer.member("name", event.name)
        writer.member("deduplicationKey", event.deduplicationKey)
        writer.list("relatedIDs", event.relatedIDs) { writer, id in writer.string(id) }
        writer.list("attachments", event.attachments) { writer, attachment in
            writer.open()
            writer.member("kind", attachment.kind.rawValue)
            writer.member("url", attachment.url)
            writer.close()
        }
        writer.member("externalID", event.externalID)
        writer.member("text", event.text)
        writer.member("payload", event.payload)
        writer.member("timestamp", event.timestamp?.milliseconds)
        writer.member("status", event.status.map { Int64($0.rawValue) })
        writer.member("by", event.by?.rawValue)
        writer.close()
        return writer.bytes
    }

    private struct Writer {
        private(set) var bytes = [UInt8(ascii: "{")]

        mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

        mutating func open() { bytes.append(UInt8(ascii: "{")) }
        mutating func close() { bytes.append(UInt8(ascii: "}")) }

        mutating func member(_ name: StaticString, _ value: String?) {
            guard let value else { return }
            self.name(name)
            string(value)
        }

        mutating func member(_ name: StaticString, _ value: Int64?) {
            guard let value else { return }
            self.name(name)
            bytes.append(contentsOf: String(value).utf8)
        }

        mutating func list<Element>(_ name: StaticString, _ elements: [Element], _ write: (inout Writer, Element) -> Void) {
            self.name(name)
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(&self, element)
            }
            bytes.append(UInt8(ascii: "]"))
        }

        mutating func string(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            var text = text
            text.withUTF8 { utf8 in
                guard utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
                    return bytes.append(contentsOf: utf8)
                }
                for byte in utf8 { escaped(byte) }
            }
            bytes.append(UInt8(ascii: "\""))
        }

        private mutating func escaped(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                bytes.append(Array("0123456789abcdef".utf8)[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }

        private mutating func name(_ name: StaticString) {
            if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: ":"))
        }
    }
}
