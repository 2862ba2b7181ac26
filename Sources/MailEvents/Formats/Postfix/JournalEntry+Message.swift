extension JournalEntry {
    /// Reads what the entry's program said. `line` is the entry; `raw` are the same bytes.
    func read(
        _ line: LineBytes,
        of raw: UnsafeRawBufferPointer,
        at time: Int64,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        guard let program = program(line, of: raw) else { return .nothing(at: time) }
        switch message.kind {
        case .string:
            let message = PostfixMessage(line: line.upTo(message.end), time: time, program: program)
            return message.read(from: self.message.start, into: &events)
        case .escapedString:
            return read(DecodedText(string: raw, message.start, message.end), of: program, at: time, into: &events)
        case .array:
            guard let text = DecodedText(byteNumbers: raw, message.start, message.end) else {
                return .unreadable(.badEncoding)
            }
            return read(text, of: program, at: time, into: &events)
        case .absent, .object, .null, .word:
            // A message that was too long to be written (journalctl without --all), or is missing.
            if case .other = program.role { return .nothing(at: time) }
            return .unreadable(.missingField)
        }
    }

    /// The program of `SYSLOG_IDENTIFIER`; nil if it is not Postfix's.
    private func program(_ line: LineBytes, of raw: UnsafeRawBufferPointer) -> PostfixProgram? {
        guard identifier.isString else { return nil }
        guard identifier.kind == .escapedString else { return PostfixProgram(line, identifier.start, identifier.end) }
        let text = DecodedText(string: raw, identifier.start, identifier.end)
        return text.bytes.withUnsafeBytes { bytes in
            guard let plain = LineBytes(bytes), var program = PostfixProgram(plain, 0, plain.end) else { return nil }
            program.group = text.original(program.group)
            program.agent = text.original(program.agent)
            return program
        }
    }

    /// Reads a message that had to be decoded; the events' fields point into the entry all the same.
    private func read(
        _ text: DecodedText,
        of program: PostfixProgram,
        at time: Int64,
        into events: inout [MailEvent]
    ) -> LineOutcome {
        let mark = events.count
        let outcome = text.bytes.withUnsafeBytes { bytes in
            guard let plain = LineBytes(bytes) else { return LineOutcome.nothing(at: time) }
            return PostfixMessage(line: plain, time: time, program: program).read(from: 0, into: &events)
        }
        for index in mark..<events.count {
            let hasBinding = !events[index].binding.isEmpty
            events[index].replaceFields(text.original)
            events[index].bindingGroup = program.group
            events[index].binding = hasBinding ? program.agent : .absent
        }
        return outcome
    }
}
