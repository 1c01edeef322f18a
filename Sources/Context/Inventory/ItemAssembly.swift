import Events

/// Makes items of what was gathered: joins the sheet of an item with what happened to it, and the same item under several
/// names.
struct ItemAssembly {
    private(set) var items: [InventoryItem] = []

    init(_ facts: InventoryFacts) {
        var sheets: [ItemKey: FactSheet] = [:]
        for table in facts.items.sheets.values { sheets.merge(table) { known, _ in known } }
        var happenings: [ItemKey: [Happening]] = [:]
        for happening in facts.ofItems.places.keys {
            guard let kind = happening.kind else { continue }
            happenings[ItemKey(kind, scope: happening.scope, id: happening.id), default: []].append(happening)
        }
        let homes = ItemAssembly.homes(Array(sheets.keys), sheets)
        var whole: [ItemKey: (sheet: FactSheet, happenings: [Happening])] = [:]
        for (key, sheet) in sheets { whole[homes[key] ?? key, default: (FactSheet(), [])].sheet.merge(sheet) }
        for (key, told) in happenings where sheets[key] != nil {
            whole[homes[key] ?? key]?.happenings += told
        }
        items = whole.sorted { $0.key < $1.key }.map { key, value in
            InventoryItem(
                kind: key.kind, scope: key.scope, id: key.id,
                attributes: Dictionary(
                    uniqueKeysWithValues: value.sheet.texts.keys.map { ($0, value.sheet.values($0)) }),
                happenings: value.happenings.sorted(), provenance: value.sheet.provenance, container: nil)
        }
    }

    /// Where the facts of some keys go: an item of no named host is that of the only host that has one with its id, and an
    /// image by reference is the only image of that tag.
    private static func homes(_ keys: [ItemKey], _ sheets: [ItemKey: FactSheet]) -> [ItemKey: ItemKey] {
        var named: [ItemKey: [ItemKey]] = [:]
        var tagged: [ItemKey: Set<ItemKey>] = [:]
        for key in keys {
            if !key.scope.isEmpty { named[ItemKey(key.kind, scope: "", id: key.id), default: []].append(key) }
            guard key.kind == .image else { continue }
            for tag in sheets[key]?.values(.tag) ?? [] {
                tagged[ItemKey(.image, scope: key.scope, id: tag.text), default: []].insert(key)
            }
        }
        var homes: [ItemKey: ItemKey] = [:]
        for key in keys {
            if key.scope.isEmpty, let only = named[key], only.count == 1 { homes[key] = only[0] }
            if let images = tagged[key], images.count == 1, let image = images.first, image != key {
                homes[key] = image
            }
        }
        // An image by reference whose image moves to a named host moves with it.
        for (key, home) in homes { if let next = homes[home] { homes[key] = next } }
        return homes
    }
}
