"""What people look at: a page about a period, the digest of a day. All of it is read through the analysts' views."""
