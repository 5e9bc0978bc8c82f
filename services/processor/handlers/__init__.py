"""One module a message type, each with its HANDLER."""
