"""What every process shares. It imports nothing of ours but the generated stubs."""
