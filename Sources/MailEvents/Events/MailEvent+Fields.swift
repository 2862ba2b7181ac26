extension MailEvent {
    /// Puts another field in the place of each: when the bytes that they point into have moved.
    @inline(__always)
    package mutating func replaceFields(_ replacement: (Field) -> Field) {
        messageID = replacement(messageID)
        senderLocal = replacement(senderLocal)
        senderDomain = replacement(senderDomain)
        recipientLocal = replacement(recipientLocal)
        recipientDomain = replacement(recipientDomain)
        bindingGroup = replacement(bindingGroup)
        binding = replacement(binding)
        remoteHost = replacement(remoteHost)
        remoteAddress = replacement(remoteAddress)
        reply = replacement(reply)
    }
}
