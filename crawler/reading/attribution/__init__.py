"""Who made a story: people, agencies, the place it is dated from."""
