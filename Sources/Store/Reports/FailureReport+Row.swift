internal import PostgresClient

extension FailureQuery {
    /// The parameters of `reports/failures`.
    var parameters: [(any PostgresEncodable)?] {
        traffic.parameters(by: nil).prefix(6) + [
            kinds.map { $0.map(\.rawValue) }, keys.map(\.rawValue), limit.map(Int32.init(clamping:)),
            Int32(clamping: offset),
        ]
    }
}

extension FailureRow {
    /// Reads a row of `report_v1.failures`.
    init(_ row: Row) throws {
        let kind: String? = try row.find("kind")
        self.init(events: try row.get("events"), eventsLater: try row.get("events_later"))
        self.kind = kind.flatMap(FailureKind.init)
        node = try row.find("node")
        bindingGroup = try row.find("binding_group")
        binding = try row.find("binding")
        domain = try row.find("domain")
        let code: Int32? = try row.find("class_code")
        bounceClass = code.map(Int16.init(clamping:))
        reason = try row.find("reason")
    }
}

extension DeliveryTimeSlot {
    /// Reads a row of `report_v1.delivery_times`.
    init(_ row: Row) throws {
        self.init(
            upTo: try row.find("up_to_ms"),
            isTimed: try row.get("slot_number", as: Int32.self) > 0,
            deliveries: try row.get("deliveries"),
            sized: try row.get("deliveries_sized"),
            bytes: try row.get("bytes"),
            smallest: try row.find("size_min"),
            largest: try row.find("size_max")
        )
    }
}
