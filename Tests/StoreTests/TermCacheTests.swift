import LogGenerator
import Store
import Testing

/// Numbers that a collector remembers.
@Suite struct TermCacheTests {
    @Test func whatIsHeldIsFound() {
        var cache = TermCache(slots: 1024)
        for key in 1...700 { cache.insert(UInt64(key), Int32(key) + 2) }
        for key in 1...700 { #expect(cache.find(UInt64(key)) == Int32(key) + 2) }
        #expect(cache.find(999) == nil)
        cache.removeAll()
        #expect(cache.find(3) == nil && cache.count == 0)
    }

    @Test func aMillionTextsThatComeOncePushOutNoneThatComesOften() {
        var cache = TermCache(slots: 4096)
        var random = SeededRandom(seed: 5)
        let often = (0..<1000).map { _ in random.next() }
        for (index, key) in often.enumerated() { cache.insert(key, Int32(index)) }
        for round in 0..<1000 {
            for _ in 0..<1000 { cache.insert(random.next(), 9) }
            // Each comes once in two rounds.
            for (index, key) in often.enumerated() where index % 2 == round % 2 {
                #expect(cache.find(key) == Int32(index))
            }
            #expect(cache.count <= 2 * 3072)
        }
    }
}
