package import struct Foundation.Date

/// Who tries to sign in, from where.
package struct SignInSource: Sendable, Hashable {
    /// SHA-256 of the folded name as typed: a password typed into the wrong field is not stored.
    package var nameDigest: [UInt8]
    /// An IP address in its shortest form; a /64 network for IPv6.
    package var address: String

    package init(nameDigest: [UInt8], address: String) {
        self.nameDigest = nameDigest
        self.address = address
    }
}

/// Times of failed sign-ins, in no particular order.
package struct SignInFailures: Sendable, Equatable {
    package var ofName: [Date]
    package var ofAddress: [Date]

    package init(ofName: [Date], ofAddress: [Date]) {
        self.ofName = ofName
        self.ofAddress = ofAddress
    }
}
