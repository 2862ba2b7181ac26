extension LogFormat {
    /// A reader for a file of this format.
    ///
    /// - Parameters:
    ///   - context: what is known of the file. The modification time matters only where `state` is empty.
    ///   - state: `EventBatch.parserState` of the last committed batch; empty at a file's beginning. Damaged state
    ///     begins anew.
    package func reader(context: Context, state: [UInt8] = []) -> AnyReader {
        let state = ReaderState(state)
        return AnyReader(parser(context: context, state: state.parser), isInsideLongLine: state.isInsideLongLine)
    }

    /// A parser for single lines of this format, where speed does not matter.
    ///
    /// - Parameter state: `LogParser.state` after the line before; empty at a file's beginning.
    package func parser(context: Context, state: [UInt8] = []) -> any LogParser {
        switch self {
        case .postfix: PostfixParser(context: context, state: state)
        case .momentumMainlog: MomentumMainlogParser(context: context, state: state)
        case .momentumBouncelog: MomentumBouncelogParser(context: context, state: state)
        case .momentumRejectlog: MomentumRejectlogParser(context: context, state: state)
        case .momentumFbllog: MomentumFbllogParser(context: context, state: state)
        case .momentumJSON: MomentumJSONParser(context: context, state: state)
        case .exim: EximParser(context: context, state: state)
        case .kumomta: KumoMTAParser(context: context, state: state)
        case .powermta: PowerMTAParser(context: context, state: state)
        }
    }

    /// The names of all formats, for an error message: `postfix, momentum-mainlog`.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Reads a file of whichever format, chunk by chunk. A value: a copy goes on from the same place.
    package struct AnyReader: Sendable {
        private var parser: any LogParser
        /// A line that is too long was begun and quarantined; what is left of it is passed over.
        private var isInsideLongLine: Bool

        init(_ parser: any LogParser, isInsideLongLine: Bool) {
            self.parser = parser
            self.isInsideLongLine = isInsideLongLine
        }

        /// Reads the lines of a chunk and adds to the batch what they tell: events and unread lines with their bytes
        /// (lines that tell nothing are not kept), `lines`, `readUpTo`, and `parserState` as it is after the chunk.
        /// `from`, `to`, `cursor` and `fingerprint` are the caller's.
        ///
        /// The reader keeps no bytes: a last line without its line feed is left over, and the next chunk must begin
        /// with it. A line of more than `ReaderLimits.longestLine` bytes is quarantined as soon as the chunk holds
        /// that many of it, and its rest is passed over, in this chunk and the next ones; so a buffer of
        /// `longestLine + 1` bytes is enough to get on.
        ///
        /// - Parameters:
        ///   - chunk: decompressed bytes of the file, as they stand at `position`.
        ///   - position: where the chunk begins in its source.
        ///   - unit: what `position`, and the positions of unread lines, count.
        ///   - endsFile: nothing will ever be written behind the chunk: a last line without line feed is one.
        /// - Returns: how many bytes of the chunk were read: the position moves by them. 0 if there is no whole line,
        ///   or if the batch would hold more than 4 GiB.
        @discardableResult
        package mutating func read(
            _ chunk: UnsafeRawBufferPointer,
            at position: Int64,
            counting unit: PositionUnit = .bytes,
            endsFile: Bool = false,
            into batch: inout EventBatch
        ) -> Int {
            let count = parser.readLines(
                chunk,
                at: position,
                counting: unit,
                endsFile: endsFile,
                isInsideLongLine: &isInsideLongLine,
                into: &batch
            )
            if !chunk.isEmpty { batch.parserState = state }
            return count
        }

        /// What has to be stored with the position, as `EventBatch.parserState`.
        package var state: [UInt8] { ReaderState(isInsideLongLine: isInsideLongLine, parser: parser.state).bytes }

        /// The newest time that a line can have, microseconds since 1970 UTC; `.max` at first
        /// (`LogParser.newestPossible`). The caller sets it before each read.
        package var newestPossible: Int64 {
            get { parser.newestPossible }
            set { parser.newestPossible = newValue }
        }
    }
}
