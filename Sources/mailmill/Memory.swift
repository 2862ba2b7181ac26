internal import CLinux

/// How the C library keeps memory that was freed.
enum Memory {
    /// Few arenas, and what is free at the end of one given back early: else each thread that ever ran keeps its own,
    /// and a collector takes a sixth more than it needs (`MemoryBenchmark`). Before the first thread starts.
    static func keepSmall() {
        // An allocator that does not know these goes on as it would without.
        _ = mallopt(M_ARENA_MAX, 2)
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 18)
    }

    /// Gives back what a start has left: parsed settings and rules, and the code that only a start runs (a third of what
    /// a collector has resident: libraries of TLS, directories, localisation).
    static func giveBack() {
        malloc_trim(0)
        linux_unmap_code()
    }
}
