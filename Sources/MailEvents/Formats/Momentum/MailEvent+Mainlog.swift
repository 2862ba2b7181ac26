extension MailEvent {
    /// Fills in a reception from the field after its type on: recipient, sender, source address, size, protocol,
    /// binding group, binding. Gives why it cannot.
    mutating func readReception(_ fields: inout MomentumFields) -> UnreadableReason? {
        guard let recipientLocal = fields.next(), let recipientDomain = fields.next(),
            let senderLocal = fields.next(), let senderDomain = fields.next(), let source = fields.next(),
            let size = fields.next(), let transport = fields.next(), let group = fields.next(),
            let binding = fields.next()
        else { return .missingField }
        self.recipientLocal = recipientLocal
        self.recipientDomain = recipientDomain
        self.senderLocal = senderLocal
        self.senderDomain = senderDomain
        self.bindingGroup = group
        self.binding = binding
        let line = fields.line
        // `unknown` stands for a message that came in by HTTP.
        setRemoteAddress(source, line)
        guard let size = line.count(size) else { return .badNumber }
        self.size = size
        if line.has("xfer", filling: transport) { kind = .transfer }
        return nil
    }

    /// Fills in a delivery, transfer or failure from the field after its type on: domain, size, binding group,
    /// binding, for failures the stage, then retries, seconds, remote address, for failures the text. Gives why it
    /// cannot.
    mutating func readAttempt(_ fields: inout MomentumFields, _ type: MomentumRecord) -> UnreadableReason? {
        let isFailure = type == .transientFailure || type == .permanentFailure
        guard let domain = fields.next(), let size = fields.next(), let group = fields.next(),
            let binding = fields.next()
        else { return .missingField }
        let line = fields.line
        recipientDomain = domain
        bindingGroup = group
        self.binding = binding
        if isFailure {
            guard let field = fields.next() else { return .missingField }
            guard let stage = line.count(field), stage <= 255 else { return .badNumber }
            self.stage = Int16(stage)
        }
        guard let retries = fields.next(), let seconds = fields.next(), let remote = fields.next() else {
            return .missingField
        }
        // A failure tells the bytes that were sent before it, not the message's size.
        guard let size = line.count(size), let retries = line.count(retries), let delay = line.delay(seconds) else {
            return .badNumber
        }
        if !isFailure { self.size = size }
        self.delay = delay
        if retries != Int64(Self.untold) { attempt = Int32(clamping: retries + 1) }
        setRemoteAddress(remote, line)
        if isFailure {
            guard let text = fields.rest() else { return .missingField }
            setReply(text, line)
        }
        return nil
    }
}
