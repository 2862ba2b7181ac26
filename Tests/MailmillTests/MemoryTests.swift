import Testing

@testable import mailmill

@Suite struct MemoryTests {
    private let text = """
        55d000000000-55d000002000 r--p 00000000 fe:00 12                         /usr/bin/mailmill
        Size:                  8 kB
        Anonymous:             0 kB
        55d000002000-55d000006000 r-xp 00002000 fe:00 12                         /usr/bin/mailmill
        Anonymous:             0 kB
        55d000006000-55d000008000 r--p 00006000 fe:00 12                         /usr/bin/mailmill
        Private_Dirty:         8 kB
        Anonymous:             8 kB
        55d000008000-55d000009000 rw-p 00008000 fe:00 12                         /usr/bin/mailmill
        Anonymous:             0 kB
        7f0000000000-7f0000010000 r-xp 00000000 00:00 0
        Anonymous:             0 kB
        7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
        Anonymous:             0 kB
        """

    @Test func onlyFilesThatHoldNothingOfTheProcessAreGivenBack() {
        #expect(
            Memory.fileMappings(text) == [0x55d0_0000_0000..<0x55d0_0000_2000, 0x55d0_0000_2000..<0x55d0_0000_6000]
        )
    }

    @Test func whatIsNoTableOfMappingsGivesNothingBack() {
        #expect(Memory.fileMappings("") == [])
        #expect(Memory.fileMappings("Anonymous: 0 kB\nx-y r-xp\n1-0 r-xp 0 0 0 /a\nAnonymous: 0 kB\n \n") == [])
    }

    @Test func theProcessGoesOnAfterIt() {
        Memory.giveBack()
        #expect(Memory.fileMappings(text).count == 2)
    }
}
