import Bytes

/// What a file was recognised as.
public enum Recognition: Sendable {
    /// A format of the table, and how surely.
    case format(any Format.Type, Certainty)
    /// None; the reason is for people.
    case unrecognised(reason: String)
}

/// All formats.
public enum Formats {
    /// The table; of two that are equally sure the earlier (more particular) one wins.
    public static let all: [any Format.Type] = Array(sections.joined().joined())

    /// Typed literals, one a section: as a single expression the table is more than the type checker solves.
    private static let sections: [[[any Format.Type]]] = [
        windowsEvents, containerRuntimes, kernelTraces, network, others,
    ]

    /// Windows events.
    private static let windowsEvents: [[any Format.Type]] = [
        [EVTXFormat.self, WindowsXMLFormat.self, WindowsTextFormat.self],
        [
            WindowsCSVFormat<EvtxECmdTable>.self, WindowsCSVFormat<PowerShellTable>.self,
            WindowsCSVFormat<EventViewerTable>.self, WindowsCSVFormat<TracerptTable>.self,
        ],
        jsonFormats(WindowsExport<EVTXDumpName>.self), jsonFormats(WindowsExport<WinlogbeatName>.self),
        jsonFormats(WindowsExport<WazuhName>.self), jsonFormats(WindowsExport<PowerShellName>.self),
        jsonFormats(WindowsExport<NXLogName>.self),
    ]

    /// Container runtimes.
    private static let containerRuntimes: [[any Format.Type]] = [
        [DockerInspectFormat.self, DockerEventsFormat.self, MappedJSONDocuments<DockerEventJSON>.self],
        [DockerEventsTextFormat.self],
        jsonFormats(PodmanEventJSON.self), jsonFormats(HostConfigJSON.self),
        jsonFormats(MappedRecord<DockerInfoName>.self), jsonFormats(MappedRecord<DockerVersionName>.self),
        jsonFormats(MappedRecord<DockerConfigurationName>.self), jsonFormats(ContainerListJSON.self),
        jsonFormats(MappedRecord<ImageListName>.self),
        [ContainerdEventsFormat.self], jsonFormats(MappedRecord<ContainerdEventsName>.self),
        [ContainerLogFormat.self, CRILogFormat.self],
        [LogFormat<ShimLog>.self, LogFormat<DockerDaemonLog>.self, LogFormat<ContainerdLog>.self],
        [ListingFormat<CrictlContainers>.self, ListingFormat<CrictlPods>.self, ListingFormat<CrictlImages>.self],
        [ListingFormat<CtrContainers>.self, ListingFormat<CtrTasks>.self],
        [ListingFormat<DockerContainers>.self, ListingFormat<DockerImages>.self, ListingFormat<DockerTop>.self],
        [DockerDiffFormat.self, HCSListFormat.self], jsonFormats(CrictlJSON.self),
        jsonFormats(KubernetesAuditJSON.self),
    ]

    /// System calls and kernel traces.
    private static let kernelTraces: [[any Format.Type]] = [
        jsonFormats(LaurelRecord.self), jsonFormats(MappedRecord<AuditbeatName>.self),
        [AuditdFormat.self, StraceFormat.self, ProcMapsFormat.self],
        [NtTraceFormat.self, DrStraceFormat.self, APIMonitorFormat.self, WineRelayFormat.self],
        jsonFormats(FalcoJSON.self), [FalcoTextFormat.self], jsonFormats(TraceeJSON.self),
        jsonFormats(MappedRecord<TetragonName>.self), jsonFormats(MappedRecord<InspektorGadgetName>.self),
        [ProcmonCSVFormat.self, ProcmonXMLFormat.self],
        jsonFormats(ETWRecord<SilkETWName>.self), jsonFormats(ETWRecord<SealighterName>.self),
    ]

    /// Network.
    private static let network: [[any Format.Type]] = [
        [ZeekFormat.self], jsonFormats(MappedRecord<ZeekName>.self), [ConntrackFormat.self],
        [MappedCSV<TsharkName>.self],
    ]

    /// Logs of any program, our own, and anything else that is JSON.
    private static let others: [[any Format.Type]] = [
        [ExecutableFormat.self],
        // Logs of any program
        [SyslogFormat.self],
        [LogFormat<AnyLogfmt>.self],
        // Our own
        jsonFormats(ConvertedEvent.self),
        // Anything else that is JSON; Windows events of any exporter among it
        jsonFormats(WindowsExport<FlatWindowsName>.self), [NDJSONFormat.self, JSONFormat.self],
    ]

    /// The format of programs, libraries and process dumps.
    public static let executables: any Format.Type = ExecutableFormat.self

    /// Bytes of a file that recognition looks at.
    public static let headLength = 64 << 10

    /// The format with a name, or nil.
    public static func named(_ name: String) -> (any Format.Type)? { all.first { $0.name == name } }

    /// A decoder of a format.
    ///
    /// - Parameter recovers: Where the format knows such a thing (`evtx`), also deliver records from unused space; each
    ///   comes with a defect, since it may be old or a duplicate.
    public static func decoder(of format: any Format.Type, recovers: Bool = false) -> any Format {
        format == EVTXFormat.self ? EVTXFormat(recovers: recovers) : format.init()
    }

    /// Tells the format of a file from its first bytes (``headLength`` at most are looked at).
    ///
    /// - Parameter fileExtension: Lower case, without dot; a hint.
    public static func recognise(head: RawSpan, fileExtension: String) -> Recognition {
        let head = head.extracting(0..<min(head.byteCount, headLength))
        if let reason = FileKind.refusal(of: head) { return .unrecognised(reason: reason) }
        // Nothing else begins as a program does, and folders of programs have thousands of them.
        if let certainty = ExecutableFormat.recognises(head: head, fileExtension: fileExtension) {
            return .format(ExecutableFormat.self, certainty)
        }
        var best: (format: any Format.Type, certainty: Certainty)?
        let sample = JSONShape.examine(head)
        for format in all {
            let certainty: Certainty?
            if let kind = format as? any JSONFormatKind.Type {
                certainty = sample.flatMap { kind.recognises(sample: $0, head: head) }
            } else {
                certainty = format.recognises(head: head, fileExtension: fileExtension)
            }
            guard let certainty else { continue }
            if let best, best.certainty >= certainty { continue }
            best = (format, certainty)
        }
        if let best { return .format(best.format, best.certainty) }
        return .unrecognised(reason: FileKind.description(of: head))
    }
}
