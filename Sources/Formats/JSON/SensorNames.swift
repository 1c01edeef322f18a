/// Tetragon: the map says everything.
enum TetragonName: FieldMapName {
    static var map: FieldMap { .named("tetragon") }
}

/// Inspektor Gadget: the map says everything.
enum InspektorGadgetName: FieldMapName {
    static var map: FieldMap { .named("inspektor-gadget") }
}

/// Zeek's JSON; the same map as its columns of text.
enum ZeekName: FieldMapName {
    static var map: FieldMap { .named("zeek") }
}
