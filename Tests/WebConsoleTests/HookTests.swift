import Foundation
import Hummingbird
import HummingbirdTesting
import HTTPTypes
import Logging
import NIOCore
import Synchronization
import Testing

@testable import WebConsole

@Suite struct HookTests {
    /// Takes what comes, and answers as it is told.
    final class Intake: HookIntake {
        let deliveries = Mutex<[HookDelivery]>([])
        let answer: HookAnswer

        init(_ answer: HookAnswer = .received) {
            self.answer = answer
        }

        func receive(_ delivery: HookDelivery) async -> HookAnswer {
            deliveries.withLock { $0.append(delivery) }
            return answer
        }
    }

    func send(
        to intake: Intake,
        retry: HookEndpoint.Retry = .always,
        path: String = "/hooks/mx1",
        headers: HTTPFields = [.authorization: "Bearer s3cret"],
        body: String = "{}",
        limit: Int = 1000
    ) async throws -> TestResponse {
        var settings = HookSettings(listen: ListenAddress(host: "127.0.0.1", port: 0))
        settings.bodyLimit = limit
        let application = try HookApplication(
            settings: settings,
            endpoints: [HookEndpoint(name: "mx1", token: "s3cret", retry: retry, intake: intake)],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await Application(router: application.router).test(.router) { client in
            try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }
    }

    @Test(arguments: [
        ("authorization", "Bearer s3cret"), ("authorization", "bearer s3cret"),
        ("authorization", "Basic bXgxOnMzY3JldA=="), ("x-messagesystems-webhook-token", "s3cret"),
    ])
    func theTokenIsFoundWhereEachServerPutsIt(header: String, value: String) async throws {
        let intake = Intake()
        let name = try #require(HTTPField.Name(header))
        let response = try await send(to: intake, headers: [name: value], body: #"{"a":1}"#)
        #expect(response.status == .ok)
        #expect(
            intake.deliveries.withLock { $0 } == [
                HookDelivery(body: Array(#"{"a":1}"#.utf8), isGzip: false, batchID: nil)
            ]
        )
    }

    @Test(arguments: ["Bearer wrong", "Bearer ", "Bearer", "s3cret", "Basic czNjcmV0", "Basic !"])
    func withoutTheTokenNothingIsTaken(value: String) async throws {
        let intake = Intake()
        let response = try await send(to: intake, headers: [.authorization: value])
        #expect(response.status == .unauthorized)
        #expect(intake.deliveries.withLock { $0.isEmpty })
    }

    @Test func aHookThatIsNotThereIsToldAsAWrongToken() async throws {
        #expect(try await send(to: Intake(), path: "/hooks/mx2").status == .unauthorized)
        #expect(try await send(to: Intake(), path: "/other").status == .notFound)
    }

    @Test func theBatchAndTheCodingAreHandedOn() async throws {
        let intake = Intake()
        let id = try #require(HTTPField.Name("X-MessageSystems-Batch-ID"))
        let headers: HTTPFields = [.authorization: "Bearer s3cret", .contentEncoding: "gzip", id: "b-1"]
        #expect(try await send(to: intake, headers: headers).status == .ok)
        #expect(
            intake.deliveries.withLock { $0 } == [HookDelivery(body: Array("{}".utf8), isGzip: true, batchID: "b-1")]
        )
    }

    @Test(arguments: [
        (HookEndpoint.Retry.afterClientErrors, HTTPResponse.Status.tooManyRequests), (.always, .serviceUnavailable),
    ])
    func whatIsNotReceivedIsToBeSentAgainAsEachServerDoes(
        retry: HookEndpoint.Retry,
        status: HTTPResponse.Status
    ) async throws {
        let response = try await send(to: Intake(.later(reason: "the spool is full")), retry: retry)
        #expect(response.status == status)
        #expect(response.headers[.retryAfter] == "30")
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(!String(buffer: response.body).contains("spool"))
    }

    @Test func whatIsTooLargeOrDamagedIsSaid() async throws {
        let long = String(repeating: "x", count: 1001)
        let intake = Intake()
        #expect(try await send(to: intake, body: long).status == .contentTooLarge)
        #expect(intake.deliveries.withLock { $0.isEmpty })
        #expect(try await send(to: Intake(.tooLarge(limit: 5))).status == .contentTooLarge)
        #expect(try await send(to: Intake(.damaged(reason: "no gzip"))).status == .badRequest)
        let headers: HTTPFields = [.authorization: "Bearer s3cret", .contentEncoding: "br"]
        #expect(try await send(to: Intake(), headers: headers).status == .unsupportedMediaType)
    }

    @Test func tokensAreNotShownToTheNetwork() {
        var settings = HookSettings(listen: ListenAddress(host: "0.0.0.0", port: 8026))
        #expect(throws: WebConsoleError.hooksInTheClear(address: "0.0.0.0:8026")) { try settings.tls() }
        settings.certificatePath = "/cert.pem"
        #expect(throws: WebConsoleError.hookCertificateIncomplete) { try settings.tls() }
        settings.certificatePath = nil
        settings.allowPlainHTTP = true
        #expect(throws: Never.self) { try settings.tls() }
    }
}
