import Bytes
import Events
import Testing

@testable import Formats

@Suite struct AuditJSONTests {
    @Test("LAUREL's events have auditd's names, record types and command lines")
    func laurel() throws {
        let line =
            #"{"ID":"1700000000.123:42","NODE":"h1","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","#
            + #""pid":11,"ppid":10,"exe":"/usr/bin/id","comm":"id","key":"exec","SYSCALL":"execve","UID":"joe"},"#
            + #""EXECVE":{"argc":2,"ARGV":["id","-n x"]},"CWD":{"cwd":"/srv"},"PATH":[{"item":0,"name":"/usr/bin/id","#
            + #""nametype":"NORMAL"}],"PROCTITLE":{"ARGV":["id"]},"PARENT_INFO":{"exe":"/bin/sh"}}"#
        let (format, decoded) = try #require(Decoded.recognised(line + "\n"))
        #expect(format == "laurel")
        #expect(decoded.defects.isEmpty)
        let event = try #require(decoded.events.first)
        #expect(event.time == 1_700_000_000_123_000_000)
        #expect(event.host == "h1")
        #expect(event.origin == Origin(product: "linux", category: "process_creation", service: "auditd"))
        #expect(Set(event["type"]) == ["SYSCALL", "EXECVE", "CWD", "PATH", "PROCTITLE"])
        #expect(event["SYSCALL"] == ["execve"])
        #expect(event["CommandLine"] == ["id -n x"])
        #expect(event["a1"] == ["-n x"])
        #expect(event["Image"] == ["/usr/bin/id"])
        #expect(event["exe"] == ["/usr/bin/id"])
        #expect(event["name"] == ["/usr/bin/id"])
        #expect(event["User"] == ["joe"])
        #expect(event["ParentImage"] == ["/bin/sh"])
    }

    @Test("Auditbeat's events have auditd's names")
    func auditbeat() throws {
        let line =
            #"{"@timestamp":"2026-03-01T10:00:00.123Z","host":{"name":"h2"},"event":{"module":"auditd"},"#
            + #""auditd":{"sequence":7,"message_type":"syscall","result":"success","session":"3","data":{"syscall":"execve","#
            + #""a0":"55d","arch":"x86_64"},"paths":[{"name":"/bin/ls","nametype":"NORMAL"}]},"process":{"pid":5,"#
            + #""parent":{"pid":4},"executable":"/bin/ls","title":"ls -l","working_directory":"/root","name":"ls"},"#
            + #""user":{"name":"root","id":"0"},"tags":["exec"],"container":{"id":"abc"}}"#
        let (format, decoded) = try #require(Decoded.recognised(line + "\n"))
        #expect(format == "auditbeat")
        #expect(decoded.defects.isEmpty)
        let event = try #require(decoded.events.first)
        #expect(event.host == "h2")
        #expect(event.eventRecordID == 7)
        #expect(event.origin == Origin(product: "linux", category: "process_creation", service: "auditd"))
        for (field, value) in [
            ("type", "syscall"), ("SYSCALL", "execve"), ("exe", "/bin/ls"), ("Image", "/bin/ls"), ("name", "/bin/ls"),
            ("CommandLine", "ls -l"), ("User", "root"), ("ParentProcessId", "4"), ("key", "exec"),
            ("ContainerId", "abc"),
        ] {
            #expect(event[field] == [value], "\(field)")
        }
    }

    @Test("the quick ends of strings and annotations are those found byte by byte")
    func twins() {
        var random = SplitMix(state: 11)
        let letters = Array("ab\\\"<>->,".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...24, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            let bytes = text.span.bytes
            let start = Int.random(in: 0..<text.count, using: &random)
            let end = Int.random(in: start...text.count, using: &random)
            #expect(
                CallArguments.endOfString(bytes, start, end) == CallArguments.endOfStringByByte(bytes, start, end))
            guard text[start] == UInt8(ascii: "<"), start < end else { continue }
            #expect(
                CallArguments.endOfAnnotation(bytes, start, end)
                    == CallArguments.endOfAnnotationByByte(bytes, start, end))
        }
    }
}
