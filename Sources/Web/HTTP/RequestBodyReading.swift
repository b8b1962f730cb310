import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The connection broke, or what came over it is not HTTP, while a body was read. Passed on to the server below,
/// which ends the connection.
struct BodyNotReadable: Error {
    let underlying: any Error
}

extension Request {
    /// The whole body, exactly as it came.
    ///
    /// - Throws: ``WebError`` when it is longer than `limit` or shorter than announced; ``BodyNotReadable``.
    func bodyBytes(upTo limit: Int) async throws -> [UInt8] {
        let announced = headers[.contentLength].flatMap(Int.init)
        if let announced, announced > limit { throw WebError.bodyTooLarge(limit: limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(announced ?? 0, limit))
        do {
            for try await buffer in body {
                if bytes.count + buffer.readableBytes > limit { throw WebError.bodyTooLarge(limit: limit) }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error as WebError {
            throw error
        } catch {
            throw BodyNotReadable(underlying: error)
        }
        // A connection that ends in the middle can look like the end of the body.
        if let announced, announced != bytes.count { throw WebError.bodyIncomplete }
        return bytes
    }
}
