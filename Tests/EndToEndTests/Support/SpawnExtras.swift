import Foundation

/// What glibc's spawn.h offers (2.34 and later) and Swift's Glibc module hides.
enum SpawnExtras {
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private typealias WithDescriptor = @convention(c) (Actions, Int32) -> Int32
    private typealias WithPath = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32

    /// The program gets no descriptor from `first` on.
    static func closeDescriptors(from first: Int32, _ actions: inout posix_spawn_file_actions_t) throws {
        let add = unsafeBitCast(try symbol("posix_spawn_file_actions_addclosefrom_np"), to: WithDescriptor.self)
        guard add(&actions, first) == 0 else { throw TestTrouble("addclosefrom") }
    }

    /// The program begins in a folder.
    static func changeFolder(to path: String, _ actions: inout posix_spawn_file_actions_t) throws {
        let add = unsafeBitCast(try symbol("posix_spawn_file_actions_addchdir_np"), to: WithPath.self)
        guard add(&actions, path) == 0 else { throw TestTrouble("addchdir \(path)") }
    }

    private static func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let symbol = dlsym(nil, name) else { throw TestTrouble("this C library has no \(name)") }
        return symbol
    }
}
