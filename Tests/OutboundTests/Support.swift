import Core
import Loopback
import Outbound

/// A transport that may speak plain HTTP, shut down after the test whatever happens in it.
func withTransport<Value>(
    _ change: (inout CurlTransport.Configuration) -> Void = { _ in },
    _ body: (CurlTransport) async throws -> Value
) async throws -> Value {
    var configuration = CurlTransport.Configuration()
    configuration.allowsPlainHTTP = true
    change(&configuration)
    let transport = try CurlTransport(configuration)
    do {
        let value = try await body(transport)
        await transport.shutdown(grace: .zero)
        return value
    } catch {
        await transport.shutdown(grace: .zero)
        throw error
    }
}

func withServer<Value>(
    _ script: @escaping @Sendable (LoggedPeer) -> Void,
    _ body: (LoggedServer) async throws -> Value
) async throws -> Value {
    let log = RequestLog()
    let server = try LoopbackServer { script(LoggedPeer(peer: $0, log: log)) }
    defer { server.stop() }
    return try await body(LoggedServer(server: server, log: log))
}

/// Answers every request of a connection with its own body.
let echoing: @Sendable (LoggedPeer) -> Void = { peer in
    while let request = peer.readRequest() { peer.answer(String(decoding: request.body, as: UTF8.self)) }
}

extension HTTPCall {
    static func post(
        _ url: String, _ body: String = "{}", deadline: Duration = .seconds(30),
        maximumAnswerBytes: Int = 1 << 20, isUntrustedURL: Bool = false
    ) -> HTTPCall {
        HTTPCall(
            method: .post, url: url, headers: [("Content-Type", "application/json")], body: Array(body.utf8),
            deadline: deadline, maximumAnswerBytes: maximumAnswerBytes, isUntrustedURL: isUntrustedURL)
    }
}

/// The failure of a call; nil when it was answered.
func failure(_ transport: CurlTransport, _ call: HTTPCall) async -> TransportFailure? {
    do throws(TransportFailure) {
        _ = try await transport.perform(call)
        return nil
    } catch {
        return error
    }
}
