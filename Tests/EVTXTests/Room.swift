// Room EVTXTests.
