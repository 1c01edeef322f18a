import Events

extension Context {
    /// Most ancestors that are told.
    static let ancestorLimit = 16

    /// The image of the parent, where the record does not say it, and the ancestors of the event's process.
    ///
    /// | field | value |
    /// |---|---|
    /// | `Process.Parent` | image of the parent: by the record, else by its start, else by what a child's record told |
    /// | `Process.ParentSeen` | whether the parent's own start was recorded |
    /// | `Process.Ancestors` | images, nearest first, at most ``ancestorLimit`` |
    /// | `Process.Depth` | generations above it in the container; 0 for what the container began with |
    /// | `Process.IsEntryPoint` | whether it is the first process of the container's run |
    /// | `ParentImage` | of a process start whose record has none |
    func addLineage(
        of view: EventView, _ container: ContainerAttribution, _ tie: Tie?, to fields: inout [FactField]
    ) {
        switch view.kind {
        case .linuxProcess, .linuxRecord: addLinuxLineage(of: view, tie ?? linux.tie(of: view), to: &fields)
        case .processStart, .processEnd, .connection, .silo, .memory, .windows:
            addWindowsLineage(of: view, tie ?? self.tie(of: view), to: &fields)
        default: break
        }
    }

    private func addWindowsLineage(of view: EventView, _ tie: Tie, to fields: inout [FactField]) {
        guard tie.process >= 0 || view.kind == .processStart else { return }
        let index = tie.process >= 0 ? Int(tie.process) : nil
        var images: [String] = []
        var depth = 0
        var current = index.map { tree.parents[$0] } ?? tie.parent
        let isParentSeen = current >= 0
        var last = index ?? -1
        var (followed, told) = (0, 0)
        while current >= 0, followed < ProcessTree.depthLimit {
            let index = Int(current)
            // What is above these is counted, not told.
            if told < Context.ancestorLimit {
                let image = tree.starts[index].image
                if !image.isEmpty { told += 1 }
                if !image.isEmpty || images.isEmpty { images.append(image) }
            }
            if membershipOfProcess[index] >= 0 { depth += 1 }
            (current, last, followed) = (tree.parents[index], index, followed + 1)
        }
        if current < 0, last >= 0, !tree.starts[last].parentImage.isEmpty {
            images.append(tree.starts[last].parentImage)
        }
        add(
            Ancestry(
                told: view.first(.parentImage, .parentProcessName), images: images, isParentSeen: isParentSeen,
                depth: index == nil && !isParentSeen ? nil : depth,
                isEntry: index.map { entryProcesses.contains(Int32($0)) } ?? false,
                isStart: view.kind == .processStart), to: &fields)
    }

    private func addLinuxLineage(of view: EventView, _ tie: Tie, to fields: inout [FactField]) {
        let node = tie.process >= 0 ? Int(tie.process) : nil
        let ancestors = node.map { linux.ancestors(of: $0) } ?? []
        let parent = ancestors.first.map { linux.tree.nodes[$0] }
        let told = view.first(.parentImage)
        guard node != nil || told != nil else { return }
        add(
            Ancestry(
                told: told, images: ancestors.map { linux.tree.nodes[$0].image },
                isParentSeen: parent.map { $0.isStart } ?? false,
                depth: node == nil ? nil : ancestors.count { linux.isMember($0) },
                isEntry: node.map { linux.isEntry($0) } ?? false, isStart: view.kind == .linuxProcess), to: &fields)
    }

    private struct Ancestry {
        /// The parent's image by the record itself.
        var told: String?
        /// Nearest first; empty where it is not known.
        var images: [String]
        var isParentSeen: Bool
        /// Nil: not known.
        var depth: Int?
        var isEntry: Bool
        var isStart: Bool
    }

    private func add(_ ancestry: Ancestry, to fields: inout [FactField]) {
        var images = ancestry.images
        if let told = ancestry.told {
            if images.isEmpty { images = [told] } else if images[0].isEmpty { images[0] = told }
        }
        if let parent = ancestry.told ?? images.first, !parent.isEmpty {
            fields.append(FactField("Process.Parent", parent))
            if ancestry.isStart, ancestry.told == nil { fields.append(FactField("ParentImage", parent)) }
        }
        fields.append(FactField("Process.ParentSeen", ancestry.isParentSeen))
        let known = images.filter { !$0.isEmpty }.prefix(Context.ancestorLimit)
        if !known.isEmpty { fields.append(FactField("Process.Ancestors", Array(known))) }
        if let depth = ancestry.depth { fields.append(FactField("Process.Depth", depth)) }
        fields.append(FactField("Process.IsEntryPoint", ancestry.isEntry))
    }
}
