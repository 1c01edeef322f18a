// Room Events.
