import Testing

@testable import Collector

@Suite struct WriterCourseTests {
    @Test func everyFailureOpensAnewAfterALongerWhile() {
        let course = Held(WriterCourse())
        course.turn(.opened)
        #expect(course.turn(.failed(reason: "gone")) == .reopen(after: .milliseconds(100)))
        #expect(course.value.isAway)
        #expect(course.turn(.failed(reason: "gone")) == .reopen(after: .milliseconds(200)))
    }

    @Test func anOpeningAloneIsNoSuccess() {
        let course = Held(WriterCourse())
        course.turn(.failed(reason: "gone"))
        course.turn(.opened)
        #expect(course.value.isAway)
        #expect(course.turn(.failed(reason: "gone")) == .reopen(after: .milliseconds(200)))
    }

    @Test(arguments: [WriterCourse.Turn.committed, .reported])
    func aSuccessEndsAnOutage(turn: WriterCourse.Turn) {
        let course = Held(WriterCourse())
        course.turn(.failed(reason: "gone"))
        course.turn(turn)
        #expect(course.value.state == .writing)
        #expect(course.turn(.failed(reason: "gone")) == .reopen(after: .milliseconds(100)))
    }

    @Test func aRefusalKeepsTheBatch() {
        let course = Held(WriterCourse())
        #expect(course.turn(.refused(reason: "full")) == .retry(after: .milliseconds(100)))
        #expect(course.turn(.refused(reason: "full")) == .retry(after: .milliseconds(200)))
        #expect(course.value.state == .refused(reason: "full"))
        #expect(course.value.isAway)
    }

    @Test func theFirstConflictOpensAnewAtOnceAndTheNextWait() {
        let course = Held(WriterCourse())
        course.turn(.opened)
        #expect(course.turn(.conflict) == .reopen(after: .zero))
        course.turn(.opened)
        #expect(course.turn(.conflict) == .reopen(after: .milliseconds(200)))
        #expect(!course.value.isAway)
    }
}

@Suite struct ReportTimesTests {
    @Test func aSourceIsHeardOfRegularlyAndWhenSomethingChanges() {
        let times = Held(ReportTimes(heartbeat: .seconds(3)))
        #expect(times.isDue(.zero, changes: 0, isIdle: false))
        #expect(!times.isDue(.seconds(1), changes: 0, isIdle: false))
        #expect(times.isDue(.seconds(1), changes: 1, isIdle: false))
        #expect(times.isDue(.seconds(2), changes: 1, isIdle: true))
        #expect(!times.isDue(.seconds(3), changes: 1, isIdle: true))
        #expect(times.isDue(.seconds(5), changes: 1, isIdle: true))
    }

    @Test func idlenessIsNewsNotManyTimesASecond() {
        let times = Held(ReportTimes(heartbeat: .seconds(3)))
        #expect(times.isDue(.zero, changes: 0, isIdle: true))
        #expect(!times.isDue(.milliseconds(100), changes: 0, isIdle: false))
        #expect(!times.isDue(.milliseconds(200), changes: 0, isIdle: true))
        #expect(times.isDue(.milliseconds(1100), changes: 0, isIdle: true))
    }
}
