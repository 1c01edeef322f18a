// Room Sinks.
