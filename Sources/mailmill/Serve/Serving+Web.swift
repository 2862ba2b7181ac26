import ServiceLifecycle

extension Serving {
    func web(_ announcement: Announcement?) throws -> [any Service] { [] }
}
