"""Partners, credentials, sites' access, vendors and grants: who a caller is, and what that caller may do."""
