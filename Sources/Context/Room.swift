// Room Context.
