// Room EVTX.
