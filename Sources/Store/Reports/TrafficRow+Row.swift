internal import PostgresClient

extension TrafficRow {
    /// Reads a row of `report_v1.breakdown`.
    init(_ row: Row) throws {
        self.init(measures: try TrafficMeasures(row))
        node = try row.find("node")
        bindingGroup = try row.find("binding_group")
        binding = try row.find("binding")
        domain = try row.find("domain")
        minute = try row.find("bucket")
    }
}
