/// Receives the requests of one mail server's log hook. Knows nothing of HTTP: that is the console's.
package struct HookReceiver: Sendable {
    /// How a body is compressed.
    package enum Coding: Sendable, Equatable {
        case identity
        case gzip
    }

    /// What became of a request.
    package enum Outcome: Sendable, Equatable {
        case received(ReceptionOutcome)
        /// It does not decompress.
        case damaged(reason: String)
        /// It decompresses to more than this.
        case tooLarge(limit: Int)
    }

    private let spool: ReceptionSpool
    /// Bytes that a body may have, decompressed.
    private let limit: Int

    package init(spool: ReceptionSpool, limit: Int) {
        self.spool = spool
        self.limit = limit
    }

    /// Returns once the request is safe, or is not received.
    ///
    /// - Parameter id: the sender's own id of it, the same whenever it is sent again; nil: its bytes tell.
    package func receive(_ body: [UInt8], coding: Coding, id: String?) async -> Outcome {
        let digest = id.map { RequestDigest(id: $0) } ?? RequestDigest(body: body)
        let content: [UInt8]
        switch coding {
        case .identity:
            content = body
        case .gzip:
            do {
                content = try decompressed(body)
            } catch {
                return error
            }
        }
        guard content.count <= limit else { return .tooLarge(limit: limit) }
        let lines = HookBody.lines(of: content)
        // A ping: there is nothing to count, and nothing to remember.
        guard !lines.isEmpty else { return .received(.stored) }
        return .received(await spool.append(lines, of: digest))
    }

    private func decompressed(_ body: [UInt8]) throws(Outcome) -> [UInt8] {
        do throws(DecompressionFailure) {
            if let content = try content(of: body) { return content }
        } catch {
            throw .damaged(reason: error.reason)
        }
        throw .tooLarge(limit: limit)
    }

    /// nil if it is too large.
    private func content(of body: [UInt8]) throws(DecompressionFailure) -> [UInt8]? {
        let decompressor = try GzipDecompressor()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { chunk.deallocate() }
        var content: [UInt8] = []
        var start = 0
        while content.count <= limit {
            let step = try body.span.bytes.withUnsafeBytes { input throws(DecompressionFailure) in
                try decompressor.decompress(UnsafeRawBufferPointer(rebasing: input[start...]), into: chunk)
            }
            content.append(contentsOf: chunk[..<step.produced])
            start += step.consumed
            if step.isComplete, start == body.count { return content }
            guard step.consumed > 0 || step.produced > 0 else {
                throw DecompressionFailure(reason: "it ends in the middle")
            }
        }
        return nil
    }
}

extension HookReceiver.Outcome: Error {}
