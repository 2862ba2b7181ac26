/// Sizes of PostgreSQL's memory and WAL, computed from the machine. Modest: a mail server often runs beside it.
struct ResourcePlan: Sendable, Equatable {
    let sharedBuffers: ByteCount
    let effectiveCacheSize: ByteCount
    let maintenanceWorkMemory: ByteCount
    let workMemory: ByteCount
    let maxWALSize: ByteCount
    let minWALSize: ByteCount

    init(memory: ByteCount, disk: ByteCount, settings: ServerSettings) {
        sharedBuffers = settings.sharedBuffers ?? (memory / 8).clamped(to: .mebibytes(64) ... .gibibytes(4))
        effectiveCacheSize = (memory / 2).clamped(to: .mebibytes(256) ... .gibibytes(256))
        maintenanceWorkMemory = (memory / 32).clamped(to: .mebibytes(64) ... .mebibytes(512))
        workMemory = (memory / 512).clamped(to: .mebibytes(4) ... .mebibytes(32))
        maxWALSize = settings.maxWALSize ?? (disk / 20).clamped(to: .mebibytes(128) ... .gibibytes(2))
        minWALSize = min(maxWALSize / 2, .mebibytes(256)).clamped(to: .mebibytes(32) ... .mebibytes(256))
    }
}
