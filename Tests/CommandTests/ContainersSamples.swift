/// Evidence for the tests of `siloscope containers`: an engine with two containers, containerd with one that no engine
/// names, and a host with a machine, a distribution and a listed compute system.
enum ContainersSamples {
    static let web = "4f1c9a7e2b6d" + String(repeating: "0", count: 52)
    static let job = "b07d5e2f8c1a" + String(repeating: "1", count: 52)
    private static let network = "60f676e9d955" + String(repeating: "2", count: 52)
    private static let image = "sha256:" + String(repeating: "e", count: 64)

    /// Writes all files into `place`.
    static func write(to place: Workplace) throws {
        try place.write(events, to: "docker-events.jsonl")
        try place.write(inspect, to: "inspect.json")
        try place.write(containerd, to: "ctr-events.log")
        try place.write(host, to: "host.xml")
    }

    private static func event(
        _ type: String, _ action: String, _ id: String, at second: Int, _ attributes: [(String, String)]
    ) -> String {
        let texts = attributes.map { #""\#($0.0)":"\#($0.1)""# }.joined(separator: ",")
        let time = 1_795_455_000 + second
        return #"{"Type":"\#(type)","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{\#(texts)}},"#
            + #""scope":"local","time":\#(time),"timeNano":\#(time)123456789}"# + "\n"
    }

    private static var events: String {
        let ofWeb = [("image", "corp/web:1"), ("name", "shop-web")]
        let ofJob = [("image", "corp/tool:1"), ("name", "job\\u001b[31m")]
        let connection = [("container", job), ("name", "nat"), ("type", "nat")]
        var lines = [
            event("image", "tag", image, at: 0, [("name", "corp/tool:1")]),
            event("network", "create", network, at: 1, [("name", "nat"), ("type", "nat")]),
            event("volume", "create", "data", at: 2, [("driver", "local")]),
            event("container", "create", job, at: 10, ofJob),
            event("network", "connect", network, at: 11, connection),
            event("container", "start", job, at: 12, ofJob),
            event(
                "container", "rename", job, at: 20,
                [("image", "corp/tool:1"), ("name", "db"), ("oldName", "/job\\u001b[31m")]),
            event(
                "container", "exec_create: cmd /c dir C:\\\\host", job, at: 30,
                [("image", "corp/tool:1"), ("name", "db"), ("execID", "x1")]),
            event(
                "container", "exec_start: cmd /c dir C:\\\\host", job, at: 30,
                [("image", "corp/tool:1"), ("name", "db"), ("execID", "x1")]),
            event(
                "container", "exec_die", job, at: 34,
                [("image", "corp/tool:1"), ("name", "db"), ("execID", "x1"), ("exitCode", "0")]),
            event("container", "extract-to-dir", job, at: 40, [("image", "corp/tool:1"), ("name", "db")]),
        ]
        for index in 0..<5 {
            let attributes = ofWeb + [("execID", "h\(index)")]
            lines.append(
                event("container", "exec_create: curl -f http://localhost/", web, at: 50 + index * 10, attributes))
            lines.append(
                event(
                    "container", "exec_die", web, at: 51 + index * 10,
                    attributes + [("exitCode", index == 3 ? "1" : "0")]))
        }
        lines += [
            event(
                "container", "die", job, at: 100,
                [("image", "corp/tool:1"), ("name", "db"), ("exitCode", "3221225786")]),
            event("network", "disconnect", network, at: 101, connection),
            event("container", "destroy", job, at: 102, [("image", "corp/tool:1"), ("name", "db")]),
        ]
        return lines.joined()
    }

    private static var inspect: String {
        #"[{"Id":"\#(job)","Created":"2026-11-23T17:30:10Z","Path":"ping","Args":["-t","localhost"],"#
            + #""State":{"Status":"running","Running":true,"Pid":9904,"ExitCode":0,"StartedAt":"2026-11-23T17:30:12Z"},"#
            + #""Image":"\#(image)","Name":"/db","Driver":"windowsfilter","Platform":"windows","LogPath":"C:\\l\\x-json.log","#
            + #""HostConfig":{"LogConfig":{"Type":"json-file"},"NetworkMode":"nat","AutoRemove":true,"Privileged":true,"#
            + #""RestartPolicy":{"Name":"no"},"Isolation":"process"},"#
            + #""Mounts":[{"Type":"bind","Source":"C:\\","Destination":"C:\\host","RW":true},"#
            + #"{"Type":"volume","Name":"data","Source":"C:\\v\\data","Destination":"C:\\data","Driver":"local","RW":false}],"#
            + #""Config":{"Hostname":"b07d5e2f8c1a","User":"ContainerAdministrator","Image":"corp/tool:1","Labels":{"a":"b"}},"#
            + #""NetworkSettings":{"Networks":{"nat":{"NetworkID":"\#(network)","EndpointID":"e1","Gateway":"172.20.0.1","#
            + #""IPAddress":"172.20.0.7","MacAddress":"00-15-5D-00-00-07"}}}}]"# + "\n"
    }

    private static var containerd: String {
        [
            #"2026-11-23 17:31:00.000000001 +0000 UTC hidden /containers/create {"id":"miner","image":"x/y:1"}"#,
            #"2026-11-23 17:31:01.000000001 +0000 UTC hidden /tasks/start {"container_id":"miner","pid":4242}"#,
        ].joined(separator: "\n") + "\n"
    }

    private static func record(_ provider: String, _ id: Int, _ channel: String, at second: Int, _ body: String)
        -> String
    {
        #"<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="\#(provider)"/>"#
            + "<EventID>\(id)</EventID><TimeCreated SystemTime=\"2026-11-23T17:32:\(second).0000000Z\"/>"
            + "<EventRecordID>\(second)</EventRecordID><Channel>\(channel)</Channel><Computer>WINHOST</Computer></System>"
            + body + "</Event>\n"
    }

    private static var host: String {
        func user(_ pairs: [(String, String)]) -> String {
            let fields = pairs.map { "<\($0.0)>\($0.1)</\($0.0)>" }.joined()
            return "<UserData><VmlEventLog xmlns=\"http://www.microsoft.com/Windows/Virtualization/Events\">"
                + fields + "</VmlEventLog></UserData>"
        }
        let lxss = #"HKU\S-1-5-21-1\Software\Microsoft\Windows\CurrentVersion\Lxss\{AB}\DistributionName"#
        let compute = "Microsoft-Windows-Hyper-V-Compute"
        let machine = [("VmName", "updates"), ("VmId", "3E7B0C11-1111-4222-8333-444455556666")]
        return [
            record(
                compute, 2000, compute + "-Operational", at: 10,
                user([("SystemId", "8d1b6c0f-7a11-4c3e-9a52-0d5d3c7e1f10")])),
            record(
                compute, 2001, compute + "-Operational", at: 11,
                user([("SystemId", "8d1b6c0f-7a11-4c3e-9a52-0d5d3c7e1f10")])),
            record(
                "Microsoft-Windows-Hyper-V-VMMS", 13002, "Microsoft-Windows-Hyper-V-VMMS-Admin", at: 20, user(machine)),
            record(
                "Microsoft-Windows-Hyper-V-Worker", 18500, "Microsoft-Windows-Hyper-V-Worker-Admin", at: 21,
                user(machine)),
            record(
                "Microsoft-Windows-Sysmon", 13, "Microsoft-Windows-Sysmon/Operational", at: 30,
                #"<EventData><Data Name="TargetObject">\#(lxss)</Data><Data Name="Details">kali</Data></EventData>"#),
            record(
                "Microsoft-Windows-Sysmon", 13, "Microsoft-Windows-Sysmon/Operational", at: 31,
                #"<EventData><Data Name="TargetObject">HKLM\System\x</Data><Data Name="Details">1</Data></EventData>"#),
        ].joined()
    }
}
