import Collector
import Foundation
import Logging
import MailEvents
import ServiceLifecycle
import SystemPackage
import WebConsole

extension Serving {
    /// A source that is sent to us, and its spool.
    struct Reception {
        var source: Settings.Source
        var spool: ReceptionSpool
    }

    /// nil where the source is not sent to us.
    func reception(of source: Settings.Source) -> Reception? {
        switch source.input {
        case .file, .pattern, .journald, .samples: return nil
        case .syslog, .hook: break
        }
        guard let format = source.format else { return nil }
        let description = SourceDescription(node: source.node, name: source.name, format: format)
        return Reception(source: source, spool: settings.receptionSpool(of: description))
    }

    /// What listens for the receptions.
    func receivers(_ receptions: [Reception]) throws -> [any Service] {
        var services: [any Service] = []
        var endpoints: [HookEndpoint] = []
        for reception in receptions {
            switch reception.source.input {
            case .file, .pattern, .journald, .samples:
                continue
            case .syslog(let addresses, _):
                let logger = Logger(label: "syslog")
                services.append(SyslogListener(addresses: addresses, spool: reception.spool, logger: logger))
            case .hook(let name, let file):
                endpoints.append(
                    HookEndpoint(
                        name: name,
                        token: try SecretFile(file).secret(),
                        retry: reception.source.format == .kumomta ? .afterClientErrors : .always,
                        intake: HookReception(
                            receiver: HookReceiver(spool: reception.spool, limit: settings.hooks.bodyLimit)
                        )
                    )
                )
            }
        }
        if !endpoints.isEmpty { services.append(try hookServer(endpoints)) }
        return services
    }

    private func hookServer(_ endpoints: [HookEndpoint]) throws -> HookServer {
        let logger = Logger(label: "hooks")
        let address = ListenAddress(host: settings.hooks.host, port: settings.hooks.port)
        var hooks = HookSettings(listen: address)
        hooks.certificatePath = settings.hooks.certificate
        hooks.privateKeyPath = settings.hooks.key
        hooks.allowPlainHTTP = settings.hooks.allowsPlainHTTP
        hooks.bodyLimit = settings.hooks.bodyLimit
        hooks.bodies = max(hooks.bodies, hooks.bodyLimit)
        return try HookServer(settings: hooks, endpoints: endpoints, logger: logger) { port in
            logger.notice("log hooks are received", metadata: ["address": "\(address.host):\(port)"])
        }
    }
}

extension Settings {
    /// The spool of a source that cannot be read twice.
    func receptionSpool(of description: SourceDescription) -> ReceptionSpool {
        let root = FilePath(collector.directory)
        var spool = SpoolSettings(of: description, below: root.appending("spool"))
        spool.keep = collector.spoolKeep
        spool.limit = collector.spoolBytes
        var reception = ReceptionSettings(format: description.format, spool: spool)
        reception.zone = LocalZone(TimeZone.current, years: 1990...2060)
        return ReceptionSpool(settings: reception)
    }
}

/// Hands what the console's hook server receives to the collector.
struct HookReception: HookIntake {
    let receiver: HookReceiver

    func receive(_ delivery: HookDelivery) async -> HookAnswer {
        let coding: HookReceiver.Coding = delivery.isGzip ? .gzip : .identity
        switch await receiver.receive(delivery.body, coding: coding, id: delivery.batchID) {
        case .received(.stored), .received(.known): return .received
        case .received(.refused(let problem)): return .later(reason: "\(problem)")
        case .damaged(let reason): return .damaged(reason: reason)
        case .tooLarge(let limit): return .tooLarge(limit: limit)
        }
    }
}
