import MailEvents
import Store

/// Tables that several reports have.
extension ReportPage.Table {
    /// Reasons with their counts and their share of the total.
    static func reasons(_ report: FailureReport) -> ReportPage.Table {
        ReportPage.Table(
            "reasons",
            ["reason", "events", "share"],
            report.rows.map { row in
                [.text(row.reason ?? ""), .whole(row.events), .share(row.events, of: report.total)]
            },
            of: report.rowCount
        )
    }

    /// Classes of a report by kind and class: how many are in-band and out-of-band.
    static func classes(_ report: FailureReport) -> ReportPage.Table {
        var sums: [Int16: (all: Int64, outOfBand: Int64)] = [:]
        for row in report.rows {
            let outOfBand = row.kind == .outOfBandBounce ? row.events : 0
            let sum = sums[row.bounceClass ?? 0] ?? (0, 0)
            sums[row.bounceClass ?? 0] = (sum.all + row.events, sum.outOfBand + outOfBand)
        }
        let sorted = sums.sorted { ($0.value.all, $1.key) > ($1.value.all, $0.key) }
        return ReportPage.Table(
            "classes",
            ["code", "class", "category", "events", "share", "in_band_share", "out_of_band_share"],
            sorted.map { code, sum in
                let bounceClass = BounceClass(rawValue: code)
                return [
                    .whole(Int64(code)), .text(bounceClass?.name ?? "not classified"),
                    .text(bounceClass?.category.rawValue ?? ""), .whole(sum.all), .share(sum.all, of: report.total),
                    .share(sum.all - sum.outOfBand, of: sum.all), .share(sum.outOfBand, of: sum.all),
                ]
            }
        )
    }

    /// Categories of a report by class.
    static func categories(_ report: FailureReport) -> ReportPage.Table {
        var sums: [String: Int64] = [:]
        for row in report.rows {
            let name = row.bounceClass.flatMap(BounceClass.init)?.category.rawValue ?? "not classified"
            sums[name, default: 0] += row.events
        }
        let sorted = sums.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return ReportPage.Table(
            "categories",
            ["category", "events", "share"],
            sorted.map { [.text($0.key), .whole($0.value), .share($0.value, of: report.total)] }
        )
    }

    /// Rows of a breakdown with the measures that are asked for.
    static func breakdown(
        _ name: String,
        _ report: TrafficReport,
        _ measures: [(String, (TrafficMeasures) -> ReportValue)]
    ) -> ReportPage.Table {
        let hasDomains = report.rows.first?.domain != nil && report.rows.first?.binding == nil
        let keys = hasDomains ? ["domain"] : ["binding_group", "binding"]
        return ReportPage.Table(
            name,
            keys + measures.map(\.0),
            report.rows.map { row in
                let names: [ReportValue] =
                    hasDomains
                    ? [.text(row.domain ?? "")] : [.text(row.bindingGroup ?? ""), .text(row.binding ?? "")]
                return names + measures.map { $0.1(row.measures) }
            },
            of: report.rowCount
        )
    }
}
