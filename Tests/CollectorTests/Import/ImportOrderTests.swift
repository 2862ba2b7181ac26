import Foundation
import MailEvents
import SystemPackage
import Testing

@testable import Collector

/// What is written down of imports, and what is wished of them.
@Suite struct ImportOrderTests {
    private func orders(_ shop: Workshop) throws -> ImportOrders { try ImportOrders(shop.path("import")) }

    private func order(_ file: String = "/var/log/mail.log.1") -> ImportOrder {
        ImportOrder(files: [file], node: "mx1", format: .postfix, zone: "UTC", isFullSpeed: false)
    }

    @Test func anOrderIsKnownByItsNumber() throws {
        let shop = try Workshop()
        let orders = try orders(shop)
        #expect(try orders.list().isEmpty)
        #expect(try orders.add(order()) == 1)
        #expect(try orders.add(order("/var/log/mail.log.2")) == 2)
        #expect(try orders.list().map(\.number) == [2, 1])
        #expect(try orders.find(2).order.files == ["/var/log/mail.log.2"])
        #expect(throws: CollectorError.importUnknown(number: 7)) { try orders.find(7) }
        #expect(throws: CollectorError.importUnknown(number: 7)) { try orders.pause(7) }
    }

    @Test func itsPhaseIsToldByWhoHoldsTheLock() throws {
        let shop = try Workshop()
        let orders = try orders(shop)
        let number = try orders.add(order())
        #expect(try orders.find(number).phase == .interrupted)
        var lock: ImportLock? = try orders.begin(number)
        #expect(try orders.find(number).phase == .running)
        #expect(throws: CollectorError.self) { try orders.begin(number) }
        try orders.pause(number)
        #expect(orders.wish(of: number) == .pause)
        #expect(try orders.find(number).phase == .paused)
        try orders.resume(number)
        try orders.resume(number)
        #expect(orders.wish(of: number) == .goOn)
        #expect(try orders.find(number).isRunning)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try orders.find(number).phase == .interrupted)
        try orders.note(ImportState(ImportProgress(), seconds: 3, isFinished: true), of: number)
        #expect(try orders.find(number).phase == .finished)
        #expect(try !orders.find(number).isOpen)
    }

    @Test func whatIsCancelledIsOver() throws {
        let shop = try Workshop()
        let orders = try orders(shop)
        let number = try orders.add(order())
        try orders.cancel(number)
        #expect(orders.wish(of: number) == .cancel)
        #expect(try orders.find(number).phase == .cancelled)
    }

    @Test func thoseThatAreOverAreForgottenInTheEnd() throws {
        let shop = try Workshop()
        let orders = try orders(shop)
        let open = try orders.add(order())
        for _ in 0..<30 { try orders.cancel(try orders.add(order())) }
        let numbers = try orders.list().map(\.number)
        #expect(numbers.count <= 22)
        #expect(numbers.last == open)
        #expect(try orders.add(order()) == 32)
    }

    @Test func aTornFileTellsNothing() throws {
        let shop = try Workshop()
        let orders = try orders(shop)
        let number = try orders.add(order())
        try Data("{".utf8).write(to: URL(fileURLWithPath: shop.path("import/\(number)/state.json").string))
        #expect(try orders.find(number).state == nil)
    }
}
