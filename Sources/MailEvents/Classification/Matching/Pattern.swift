internal import CPCRE2

/// A compiled regular expression. Letters' case counts, as in KumoMTA's rules; `(?i)` turns that off.
///
/// PCRE2 finds bytes, so that no reply is too damaged to be looked at; a pattern that speaks of characters beyond ASCII
/// is compiled for UTF-8, with invalid bytes passed over.
///
/// @unchecked Sendable: the compiled code is not changed after `init` and freed only in `deinit`; PCRE2 allows matching
/// with one code from several threads, each with its own match data, which the caller brings (pcre2api, "Multithreading").
final class Pattern: @unchecked Sendable {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    private let code: OpaquePointer

    init(_ text: String) throws(Problem) {
        var number: Int32 = 0
        var offset = 0
        let bytes = Array(text.utf8)
        let compiled = bytes.withUnsafeBufferPointer { pattern -> OpaquePointer? in
            // An empty array has no address.
            guard let start = pattern.baseAddress else { return nil }
            return pcre2_compile_8(start, pattern.count, Self.options(bytes), &number, &offset, nil)
        }
        guard let compiled else {
            throw Problem(description: bytes.isEmpty ? "the pattern is empty" : Self.message(number, offset))
        }
        code = compiled
        // Where the system forbids executable memory, PCRE2 interprets.
        pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    }

    deinit { pcre2_code_free_8(code) }

    /// Whether it matches somewhere. A pattern that takes too many steps on a text does not match it.
    @inline(__always)
    func matches(_ text: UnsafeRawBufferPointer, _ scratch: MatchScratch) -> Bool {
        guard let start = text.baseAddress else { return false }
        let subject = start.assumingMemoryBound(to: UInt8.self)
        return pcre2_match_8(code, subject, text.count, 0, 0, scratch.data, scratch.context) >= 0
    }

    private static func options(_ pattern: [UInt8]) -> UInt32 {
        let text = String(decoding: pattern, as: UTF8.self)
        let needsCharacters =
            pattern.contains { $0 >= 0x80 } || ["\\p", "\\P", "\\x{", "\\X"].contains { text.contains($0) }
        let always = UInt32(PCRE2_NEVER_BACKSLASH_C)
        return needsCharacters
            ? always | UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_MATCH_INVALID_UTF) : always
    }

    private static func message(_ number: Int32, _ offset: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = buffer.withUnsafeMutableBufferPointer { target in
            target.baseAddress.map { pcre2_get_error_message_8(number, $0, target.count) } ?? 0
        }
        let text = String(decoding: buffer.prefix(Int(max(0, count))), as: UTF8.self)
        return "\(text), at character \(offset + 1)"
    }
}

/// What matching needs beside the pattern: memory for its result, and bounds for its work.
///
/// Not for several threads at once: each classifier has its own.
final class MatchScratch {
    /// Steps that a match may take: a site's pattern of nested repetitions must not stop the collector.
    private static let stepLimit: UInt32 = 20_000

    fileprivate let data: OpaquePointer?
    fileprivate let context: OpaquePointer?

    init() {
        data = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.stepLimit)
        pcre2_set_heap_limit_8(context, 1024)
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
    }
}
