/// How much of a disk must stay free, and for what.
package struct DiskReserve: Sendable, Equatable {
    /// Below this, ingest stops: collectors wait, nothing is lost.
    package let stopsIngestBelow: ByteCount
    /// From here on ingest goes on. The gap is a whole round of WAL, so that a checkpoint's swing does not flap.
    package let resumesIngestFrom: ByteCount
    /// Below this, the server is not started: recovery could not finish.
    package let refusesStartBelow: ByteCount
    /// Below this, no cluster is made.
    package let refusesInitialiseBelow: ByteCount

    package init(disk total: ByteCount, maxWALSize: ByteCount) {
        let segment = ByteCount.mebibytes(16)
        stopsIngestBelow = max(total / 20, maxWALSize * 2 + segment)
        resumesIngestFrom = stopsIngestBelow + maxWALSize
        refusesStartBelow = segment * 3
        refusesInitialiseBelow = resumesIngestFrom + .mebibytes(256)
    }
}
