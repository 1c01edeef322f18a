// Room TestKit.
