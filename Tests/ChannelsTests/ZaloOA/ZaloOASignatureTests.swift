import Channels
import Core
import Crypto
import Testing

@Suite("The signature of Zalo OA")
struct ZaloOASignatureTests {
    private let body = ZaloOASamples.text("\"Cô ơi, mai con nghỉ được không ạ?\"")
    private var bytes: [UInt8] { Array(body.utf8) }
    private var good: String { ZaloOASamples.signature(bytes) }
    private var digits: String { String(good.dropFirst(4)) }

    @Test("A digest computed outside of this program is accepted")
    func known() {
        // Made with sha256sum over the four parts joined.
        let signature = ZaloOASignature(applicationID: "100", secretKey: "khoa")
        let body = Array(#"{"app_id":"100","timestamp":"200"}"#.utf8)
        let header = "mac=bc9a250e2b64fccb493e53193a6cbcc89582bc97c891db9af1243bd69f0ff3ba"
        #expect(signature.verify(header: header, body: body, timestamp: "200") == .valid)
    }

    @Test("Prefix, case and space do not matter")
    func tolerance() {
        for header in [
            good, digits, digits.uppercased(), "MAC=" + digits.uppercased(), "  mac=\(digits)  ", "mac = \(digits)",
            "mac= " + digits, "\t" + digits + "\r\n",
        ] {
            #expect(ZaloOASamples.receive(body, signature: header).status == 200, "\(header)")
        }
    }

    @Test("Headers without a digest are missing signatures")
    func missing() {
        for header in [
            "", "mac=", "mac", "abc", digits + "0", String(digits.dropLast()), "sha256=" + digits, "mac==\(digits)",
        ] {
            let result = ZaloOASamples.receive(body, signature: header)
            #expect(result.status == 401, "\(header)")
            #expect(result.events.isEmpty)
            #expect(result.body.contains("missing_signature"))
        }
        let request = WebhookRequest(method: "POST", path: "/", query: ["mac": digits], body: bytes)
        #expect(ZaloOAChannel(ZaloOASamples.settings()).receive(request, at: ZaloOASamples.now).status == 401)
    }

    @Test("Other ways to sign are refused")
    func wrongVariants() {
        let key = SymmetricKey(data: Array(ZaloOASamples.secretKey.utf8))
        let timestamp = String(ZaloOASamples.timestamp)
        let joined =
            Array(ZaloOASamples.applicationID.utf8) + bytes + Array(timestamp.utf8)
            + Array(ZaloOASamples.secretKey.utf8)
        let variants = [
            "HMAC of the body": Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: bytes, using: key)),
            "HMAC of everything": Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: joined, using: key)),
            "the OA's id first": ZaloOASamples.signature(bytes, application: ZaloOASamples.account),
            "the application secret": ZaloOASamples.signature(bytes, key: "bi-mat-ung-dung"),
            "another time": ZaloOASamples.signature(bytes, timestamp: "1795500000124"),
            "another body": ZaloOASamples.signature(bytes + [0x20]),
            "no secret": ZaloOASamples.signature(bytes, key: ""),
        ]
        for (name, header) in variants {
            let result = ZaloOASamples.receive(body, signature: header)
            #expect(result.status == 401, "\(name)")
            #expect(result.events.isEmpty)
            #expect(!result.body.contains(digits))
        }
    }

    @Test("One changed bit anywhere in the body or the digest is found")
    func changes() throws {
        let digest = try #require(ZaloOASignature.digest(in: good))
        for index in digest.indices {
            var changed = digest
            changed[index] ^= 1
            #expect(ZaloOASamples.receive(body, signature: Hexadecimal.text(changed)).status == 401)
        }
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] ^= 1
            let result = ZaloOASamples.receive(changed, signature: good)
            #expect(result.status == 401 || result.status == 400)
            #expect(result.events.isEmpty)
        }
    }

    @Test("A missing or empty secret refuses everything", arguments: ["app_id", "oa_secret_key"])
    func failsClosed(_ secret: String) {
        var settings = ZaloOASamples.settings(without: secret)
        let request = WebhookRequest(
            method: "POST", path: "/", headers: ["x-zevent-signature": good], body: bytes)
        #expect(ZaloOAChannel(settings).receive(request, at: ZaloOASamples.now).status == 401)
        settings.secrets[secret] = " \n"
        let result = ZaloOAChannel(settings).receive(request, at: ZaloOASamples.now)
        #expect(result.status == 401)
        #expect(result.events.isEmpty)
    }

    @Test("Space around a configured secret is not part of it")
    func spaceInSecrets() {
        var settings = ZaloOASamples.settings()
        settings.secrets["oa_secret_key"] = ZaloOASamples.secretKey + "\n"
        let request = WebhookRequest(
            method: "POST", path: "/", headers: ["x-zevent-signature": good], body: bytes)
        #expect(ZaloOAChannel(settings).receive(request, at: ZaloOASamples.now).status == 200)
    }

    @Test("An event for another application is refused though its digest fits")
    func otherApplication() {
        let body = #"{"app_id":"1","event_name":"follow","oa_id":"2","follower":{"id":"3"},"timestamp":"4"}"#
        let header = ZaloOASamples.signature(Array(body.utf8), timestamp: "4")
        let result = ZaloOASamples.receive(body, signature: header)
        #expect(result.status == 401)
        #expect(result.body.contains("app_id"))
        #expect(result.events.isEmpty)
    }

    @Test("A timestamp written as a number is signed by its digits")
    func numericTimestamp() {
        let body = ZaloOASamples.text("\"chào\"").replacing("\"\(ZaloOASamples.timestamp)\"", with: "1795500000123")
        let result = ZaloOASamples.receive(body)
        #expect(result.status == 200)
        #expect(result.events.first?.timestamp?.milliseconds == 1_795_500_000_123)
    }
}
