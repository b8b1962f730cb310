import Core
import Loopback
import Outbound
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CurlTransportTests {
    @Test func `an answer comes back with status, headers and body`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.answer("xin chào", status: "429 Too Many", headers: "Retry-After: 7\r\nX-Twice: a\r\nX-TWICE: b\r\n")
        } _: { server in
            try await withTransport { transport in
                let answer = try await transport.perform(.post(server.url))
                #expect(answer.status == 429)
                #expect(answer.body == Array("xin chào".utf8))
                #expect(answer.headers["retry-after"] == "7")
                #expect(answer.headers["x-twice"] == "b")
            }
        }
    }

    @Test func `a post carries its headers and body and nothing that was not asked for`() async throws {
        try await withServer(echoing) { server in
            try await withTransport { transport in
                var call = HTTPCall.post(server.url + "v3.0/oa/message/cs?x=1", "{\"a\":\"ă\"}")
                call.headers.append(("access_token", "secret"))
                call.headers.append(("X-Empty", ""))
                call.headers.append(("Content-Length", "3"))
                let answer = try await transport.perform(call)
                #expect(answer.body == call.body)
                let request = try #require(server.requests.first)
                #expect(request.head.hasPrefix("POST /v3.0/oa/message/cs?x=1 HTTP/1.1\r\n"))
                #expect(request.header("access_token") == "secret")
                #expect(request.header("content-type") == "application/json")
                #expect(request.header("content-length") == "10")
                #expect(request.header("x-empty") == "")
                #expect(request.header("user-agent") == "nhipcau")
                #expect(request.header("expect") == nil)
                #expect(request.header("accept-encoding") == nil)
            }
        }
    }

    @Test func `a post without a content type gets none, and a get carries no body`() async throws {
        try await withServer(echoing) { server in
            try await withTransport { transport in
                _ = try await transport.perform(HTTPCall(method: .post, url: server.url))
                _ = try await transport.perform(HTTPCall(method: .get, url: server.url, body: [1, 2, 3]))
                let requests = server.requests
                #expect(requests.count == 2)
                #expect(requests.first?.header("content-type") == nil)
                #expect(requests.first?.header("content-length") == "0")
                #expect(requests.last?.head.hasPrefix("GET / ") == true)
                #expect(requests.last?.header("content-length") == nil)
                #expect(requests.last?.body == [])
            }
        }
    }

    @Test func `calls one after another share a connection`() async throws {
        try await withServer(echoing) { server in
            try await withTransport { transport in
                for number in 0..<5 {
                    let answer = try await transport.perform(.post(server.url, "\(number)"))
                    #expect(answer.body == Array("\(number)".utf8))
                }
                #expect(server.accepted == 1)
                let snapshot = transport.snapshot()
                #expect(snapshot.calls == 5)
                #expect(snapshot.answers == 5)
                #expect(snapshot.newConnections == 1)
                #expect(snapshot.reusedConnections == 4)
                #expect(snapshot.running == 0)
                #expect(snapshot.waiting == 0)
            }
        }
    }

    @Test func `two hundred calls at once all get their own answers over few connections`() async throws {
        try await withServer(echoing) { server in
            try await withTransport {
                $0.maximumConnectionsPerHost = 8
            } _: { transport in
                let bodies = await withTaskGroup(of: (Int, [UInt8]?).self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            (number, try? await transport.perform(.post(server.url, "call \(number)")).body)
                        }
                    }
                    return await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
                }
                #expect(bodies.count == 200)
                for (number, body) in bodies { #expect(body == Array("call \(number)".utf8)) }
                #expect(server.accepted <= 8)
                #expect(transport.snapshot().answers == 200)
            }
        }
    }

    @Test func `interim answers and trailers leave the answer's own headers alone`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nRetry-After: 3\r\n\r\n")
            peer.write("2\r\nok\r\n0\r\nRetry-After: 9000\r\n\r\n")
        } _: { server in
            try await withTransport { transport in
                let answer = try await transport.perform(.post(server.url))
                #expect(answer.body == Array("ok".utf8))
                #expect(answer.headers["retry-after"] == "3")
                #expect(answer.headers["link"] == nil)
            }
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer("", status: "302 Found", headers: "Location: /other\r\n") }
        } _: { server in
            try await withTransport { transport in
                let answer = try await transport.perform(.post(server.url))
                #expect(answer.status == 302)
                #expect(answer.headers["location"] == "/other")
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func `a slow answer is waited for`() async throws {
        let gate = Gate()
        try await withServer { peer in
            _ = peer.readRequest()
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
            gate.wait()
            peer.write("cd")
        } _: { server in
            try await withTransport { transport in
                async let answer = transport.perform(.post(server.url))
                for await _ in server.arrivals { break }
                gate.open()
                let whole = try await answer
                #expect(whole.body == Array("abcd".utf8))
            }
        }
    }

    @Test func `an answer of exactly the permitted size is read whole`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
            peer.answer(String(repeating: "x", count: 100_000))
        } _: { server in
            try await withTransport { transport in
                let answer = try await transport.perform(.post(server.url, maximumAnswerBytes: 100_000))
                #expect(answer.body.count == 100_000)
            }
        }
    }

    @Test func `a large body arrives whole`() async throws {
        try await withServer { peer in
            while let request = peer.readRequest() { peer.answer("\(request.body.count)") }
        } _: { server in
            try await withTransport { transport in
                let answer = try await transport.perform(.post(server.url, String(repeating: "y", count: 3 << 20)))
                #expect(answer.body == Array("\(3 << 20)".utf8))
            }
        }
    }
}
