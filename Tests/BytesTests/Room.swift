// Room BytesTests.
