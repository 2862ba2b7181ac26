internal import Accounts
internal import Foundation

/// What surrounds every page: title, navigation, who is signed in, what is wrong with the database.
struct PageFrame: Sendable {
    enum Section: String, Sendable {
        case dashboard, status, database, trace, account
    }

    let title: String
    var section: Section?
    /// nil: nobody is signed in, and there is no navigation.
    var visit: Visit?
    let state: ConsoleState
    let zone: TimeZone
    let now: Date
    /// Period and filters, carried from page to page.
    var carried = FormFields()
    /// Where to send a person back to after the sign-in.
    var scripts: [String] = []

    func content(for site: Site) -> [String: Any] {
        var content: [String: Any] = [
            "title": title,
            "asset": site.assets.paths,
            "scripts": scripts.compactMap { site.assets.paths[$0] },
            "zone": zone.identifier == "GMT" ? "UTC" : zone.identifier,
            "zone_offset": TimeText.offset(of: zone, at: now),
            "is_sample": state.hasSampleData,
            "database_state": state.database.name,
        ]
        if let banner = Banner(state.database, zone: zone, now: now) { content["banner"] = banner.content }
        if let visit, !visit.session.mustChangePassword {
            var links = [
                link("Dashboard", to: "/dashboard", .dashboard),
                link("Status", to: "/status", .status),
                link("Database", to: "/database", .database),
            ]
            if visit.session.role.may(.traceMessages) { links.append(link("Trace", to: "/trace", .trace)) }
            content["nav"] = links
            content["has_nav"] = true
            content["is_account"] = section == .account
        }
        if let visit {
            content["account"] = ["name": visit.session.name.text, "role": visit.session.role.rawValue]
            content["form_token"] = visit.formToken.text
        }
        return content
    }

    private func link(_ label: String, to path: String, _ target: Section) -> [String: Any] {
        let query = carried.encoded
        return ["label": label, "href": query.isEmpty ? path : "\(path)?\(query)", "is_current": target == section]
    }
}

/// What is wrong with the database, in words for every page.
struct Banner: Sendable, Equatable {
    let kind: String
    let title: String
    let since: Date
    let reason: String
    let consequence: String
    let zone: TimeZone
    let now: Date

    /// nil if all is well.
    init?(_ health: DatabaseHealth, zone: TimeZone, now: Date) {
        self.zone = zone
        self.now = now
        switch health {
        case .up:
            return nil
        case .down(let since, let reason):
            self.kind = "down"
            self.title = "The database is down"
            self.since = since
            self.reason = reason
            self.consequence = "Collectors keep what they read; nothing is lost. This page comes back by itself."
        case .ingestStopped(let since, let reason):
            self.kind = "stopped"
            self.title = "New events are waiting"
            self.since = since
            self.reason = reason
            self.consequence =
                "Figures end where the intake stopped. Collectors keep what they read, and go on by themselves once there is room."
        }
    }

    var content: [String: Any] {
        [
            "kind": kind, "title": title, "reason": reason, "consequence": consequence,
            "since": TimeView.content(since, style: .short, now: now, zone: zone),
            "is_down": kind == "down",
        ]
    }
}

extension DatabaseHealth {
    /// As in the API.
    var name: String {
        switch self {
        case .up: "up"
        case .down: "down"
        case .ingestStopped: "ingest_stopped"
        }
    }
}

/// A time in a page: text in the person's zone, UTC in the tooltip, and the instant for the script.
enum TimeView {
    enum Style: String {
        case full, minute, short
    }

    static func content(_ date: Date, style: Style, now: Date, zone: TimeZone) -> [String: Any] {
        let text =
            switch style {
            case .full: TimeText.full(date, in: zone)
            case .minute: TimeText.minute(date, in: zone)
            case .short: TimeText.short(date, now: now, in: zone)
            }
        return ["iso": TimeParameter.format(date), "text": text, "utc": TimeText.utc(date), "style": style.rawValue]
    }
}
