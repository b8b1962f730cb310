import Core
import Loopback
import Outbound
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CurlTransportFailureTests {
    @Test func `a port where nobody listens is a refused connection`() async throws {
        let server = try LoopbackServer { _ in }
        server.stop()
        try await withTransport { transport in
            #expect(await failure(transport, .post(server.url)) == .connectionRefused)
            #expect(transport.snapshot().failures == ["connection_refused": 1])
        }
    }

    @Test func `a name that does not exist is a refused connection`() async throws {
        try await withTransport { transport in
            #expect(await failure(transport, .post("http://nobody.invalid/")) == .connectionRefused)
        }
    }

    @Test func `a peer that never answers may have acted`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.waitUntilClosed()
        } _: { server in
            try await withTransport { transport in
                #expect(
                    await failure(transport, .post(server.url, deadline: .seconds(1))) == .timeoutAfterSent)
            }
        }
    }

    @Test func `a peer that stops reading in the middle of the body cannot have acted`() async throws {
        try await withServer { peer in
            peer.readMore(upTo: 16)
            let end = Gate()
            end.wait()
        } _: { server in
            try await withTransport { transport in
                let body = String(repeating: "z", count: 64 << 20)
                let call = HTTPCall.post(server.url, body, deadline: .milliseconds(400))
                #expect(await failure(transport, call) == .timeoutBeforeSent)
            }
        }
    }

    @Test func `a handshake that hangs is a timeout before sending`() async throws {
        try await withServer {
            $0.waitUntilClosed()
        } _: { server in
            try await withTransport { transport in
                let url = "https://127.0.0.1:\(server.port)/"
                #expect(await failure(transport, .post(url, deadline: .milliseconds(150))) == .timeoutBeforeSent)
            }
        }
    }

    @Test func `a connect timeout ends a hanging handshake before the deadline of the call`() async throws {
        try await withServer {
            $0.waitUntilClosed()
        } _: { server in
            try await withTransport {
                $0.connectTimeout = .milliseconds(100)
            } _: { transport in
                let url = "https://127.0.0.1:\(server.port)/"
                #expect(await failure(transport, .post(url, deadline: .seconds(3_600))) == .timeoutBeforeSent)
            }
        }
    }

    @Test func `a connection closed after the request was read may have led to something`() async throws {
        try await withServer {
            _ = $0.readRequest()
        } _: { server in
            try await withTransport { transport in
                #expect(await failure(transport, .post(server.url)) == .connectionReset(sent: true))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a reset in the middle of the body is a request not sent`() async throws {
        try await withServer { peer in
            peer.readMore(upTo: 16)
            peer.resetOnClose()
        } _: { server in
            try await withTransport { transport in
                let call = HTTPCall.post(server.url, String(repeating: "z", count: 64 << 20))
                #expect(await failure(transport, call) == .connectionReset(sent: false))
            }
        }
    }

    @Test func `a post that a kept connection has taken is not sent again by itself`() async throws {
        try await withServer { peer in
            // The first request of a connection is answered; the second is read and the connection dropped.
            if peer.readRequest() != nil, peer.answer("ok") { _ = peer.readRequest() }
        } _: { server in
            try await withTransport { transport in
                _ = try await transport.perform(.post(server.url, "first"))
                #expect(await failure(transport, .post(server.url, "second")) == .connectionReset(sent: true))
                let second = server.requests.filter { $0.body == Array("second".utf8) }
                #expect(second.count == 1)
                #expect(try await transport.perform(.post(server.url, "third")).status == 200)
            }
        }
    }

    @Test func `a get that a kept connection has taken is asked again`() async throws {
        try await withServer { peer in
            if peer.readRequest() != nil, peer.answer("ok") { _ = peer.readRequest() }
        } _: { server in
            try await withTransport { transport in
                let call = HTTPCall(method: .get, url: server.url)
                _ = try await transport.perform(call)
                #expect(try await transport.perform(call).status == 200)
                #expect(server.requests.count == 3)
            }
        }
    }

    @Test func `an answer cut short is a broken connection after sending`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        } _: { server in
            try await withTransport { transport in
                #expect(await failure(transport, .post(server.url)) == .connectionReset(sent: true))
            }
        }
    }

    @Test func `garbage instead of an answer is a broken connection after sending`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("\u{16}\u{3}\u{1} this is not a protocol that we know\r\n\r\n")
        } _: { server in
            try await withTransport { transport in
                #expect(await failure(transport, .post(server.url)) == .connectionReset(sent: true))
            }
        }
    }

    @Test func `a chunked answer without end is cut off at the limit`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while peer.write("400\r\n\(String(repeating: "a", count: 1_024))\r\n") {}
        } _: { server in
            try await withTransport { transport in
                let call = HTTPCall.post(server.url, maximumAnswerBytes: 50_000)
                #expect(await failure(transport, call) == .answerTooLarge)
            }
        }
    }

    @Test func `headers without end are cut off at the limit`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\n")
            while peer.write("X-Filler: \(String(repeating: "a", count: 1_000))\r\n") {}
        } _: { server in
            try await withTransport { transport in
                #expect(await failure(transport, .post(server.url)) == .answerTooLarge)
            }
        }
    }

    @Test func `one header line without end is a broken connection after sending`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nX-Filler: ")
            while peer.write(String(repeating: "a", count: 1_000)) {}
        } _: { server in
            try await withTransport { transport in
                let reason = try #require(await failure(transport, .post(server.url)))
                #expect(reason.mayHaveActed)
            }
        }
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "127.0.0.1", "", "http://a b/", "http://127.0.0.1:99999/",
        "gopher://127.0.0.1/", "http://[::1/", "http://x\u{0}y/", "http://xã.example/",
    ])
    func `a URL that may not be called is refused`(url: String) async throws {
        try await withTransport { transport in
            #expect(await failure(transport, .post(url)) == .refusedURL)
        }
    }

    @Test func `plain http is refused unless it is allowed`() async throws {
        try await withServer(echoing) { server in
            try await withTransport {
                $0.allowsPlainHTTP = false
            } _: { transport in
                #expect(await failure(transport, .post(server.url)) == .refusedURL)
                #expect(server.accepted == 0)
            }
        }
    }

    @Test(arguments: ["a\r\nX-Other: b", "a\nb", "a\u{0}b"])
    func `a header value that would start a new line is not sent`(value: String) async throws {
        try await withServer(echoing) { server in
            try await withTransport { transport in
                var call = HTTPCall.post(server.url)
                call.headers.append(("access_token", value))
                #expect(await failure(transport, call) == .refusedURL)
                #expect(server.accepted == 0)
            }
        }
    }

    @Test func `an untrusted URL may not lead to this machine, not even over a kept connection`() async throws {
        try await withServer(echoing) { server in
            try await withTransport { transport in
                for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
                    let url = "http://\(host):\(server.port)/"
                    #expect(await failure(transport, .post(url, isUntrustedURL: true)) == .refusedURL, "\(host)")
                }
                #expect(server.accepted == 0)
                _ = try await transport.perform(.post(server.url))
                #expect(await failure(transport, .post(server.url, isUntrustedURL: true)) == .refusedURL)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a full queue refuses at once and says that nothing was sent`() async throws {
        let gate = Gate()
        try await withServer { peer in
            while peer.readRequest() != nil {
                gate.wait()
                peer.answer("ok")
            }
        } _: { server in
            try await withTransport {
                $0.maximumRunningCalls = 1
                $0.maximumWaitingCalls = 0
            } _: { transport in
                #expect(await failure(transport, .post(server.url)) == .timeoutBeforeSent)
                #expect(server.accepted == 0)
            }
        }
    }

    @Test func `a call whose deadline passes in the queue was not sent`() async throws {
        let gate = Gate()
        try await withServer { peer in
            while peer.readRequest() != nil {
                gate.wait()
                peer.answer("ok")
            }
        } _: { server in
            try await withTransport {
                $0.maximumRunningCalls = 1
            } _: { transport in
                async let first = transport.perform(.post(server.url, "first"))
                for await _ in server.arrivals { break }
                let second = HTTPCall.post(server.url, "second", deadline: .milliseconds(50))
                #expect(await failure(transport, second) == .timeoutBeforeSent)
                gate.open()
                let answer = try await first
                #expect(answer.status == 200)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a call that waits for a connection to its host keeps its deadline`() async throws {
        let gate = Gate()
        try await withServer { peer in
            while peer.readRequest() != nil {
                gate.wait()
                peer.answer("ok")
            }
        } _: { server in
            try await withTransport {
                $0.maximumConnectionsPerHost = 1
            } _: { transport in
                async let first = transport.perform(.post(server.url, "first"))
                for await _ in server.arrivals { break }
                let second = HTTPCall.post(server.url, "second", deadline: .milliseconds(50))
                #expect(await failure(transport, second) == .timeoutBeforeSent)
                gate.open()
                let answer = try await first
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `an unreadable file of authorities stops the start`() {
        var configuration = CurlTransport.Configuration()
        configuration.additionalAuthoritiesFile = "/nowhere/authorities.pem"
        #expect(throws: OutboundError.authoritiesUnreadable(path: "/nowhere/authorities.pem")) {
            try CurlTransport(configuration)
        }
    }
}
