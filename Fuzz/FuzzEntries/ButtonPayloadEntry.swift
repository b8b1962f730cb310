import Channels
import Content

/// What a pressed button carries, or somebody typed in its place.
enum ButtonPayloadEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        if let matched = Channels.ButtonPayload.match(text) {
            promise(Channels.ButtonPayload.match(matched)?.isSame(as: matched) == true, "a payload stays one")
            promise(
                matched.unicodeScalars.count <= Channels.ButtonPayload.maximumScalars, "a payload is bounded")
        }
        guard let payload = Content.ButtonPayload(text) else { return }
        let written = payload.text
        // Encoding makes it longer, and then it may be longer than is read.
        guard written.utf8.count <= Content.ButtonPayload.maximumBytes else { return }
        promise(Content.ButtonPayload(written) == payload, "a payload is read as it was written")
    }
}
