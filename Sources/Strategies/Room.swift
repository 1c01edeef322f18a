// Room Strategies.
