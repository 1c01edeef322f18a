// Room Sigma.
