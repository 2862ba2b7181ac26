import Glibc

/// The machine's wall clock, and conversions of the kernel's times.
enum WallClock {
    /// Microseconds since 1970-01-01 00:00:00 UTC.
    static func microseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return microseconds(now)
    }

    static func microseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
