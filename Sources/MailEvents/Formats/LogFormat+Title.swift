extension LogFormat {
    /// The format in words, as they stand in a sentence.
    package var title: String {
        switch self {
        case .postfix: "Postfix's log"
        case .momentumMainlog: "Momentum's mainlog"
        case .momentumBouncelog: "Momentum's bouncelog"
        case .momentumRejectlog: "Momentum's rejectlog"
        case .momentumFbllog: "Momentum's fbllog"
        case .momentumJSON: "Momentum's JSON events"
        case .exim: "Exim's log"
        case .kumomta: "KumoMTA's log records"
        case .powermta: "PowerMTA's accounting file"
        }
    }
}
