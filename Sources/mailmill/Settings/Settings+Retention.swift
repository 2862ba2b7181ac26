import Store

extension RetentionRules {
    /// Reads the part `retention` of the settings.
    init(_ value: (String) -> SettingValue) throws(SettingsError) {
        self.init()
        for grain in Grain.allCases { keep(grain, days: try value("retention.\(grain.rawValue)").days()) }
        eventBytes = try value("retention.event_size").bytesIfSet()
        if let problem { throw SettingsError(place: value("retention.events").place, problem: "retention: \(problem)") }
    }
}

extension SettingValue {
    /// A duration of whole days.
    func days() throws(SettingsError) -> Int32 {
        let seconds = try duration().components.seconds
        guard seconds > 0, seconds % 86_400 == 0, let days = Int32(exactly: seconds / 86_400), days <= 36_500 else {
            throw SettingsError(place: place, problem: "\(key.path): expected whole days such as 14d, found '\(text)'")
        }
        return days
    }
}
