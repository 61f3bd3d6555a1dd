"""What stands between the engine and the network: each one file."""
