"""The SOAP edge: WCF on the outside, gRPC on the inside. Everything it offers is read from the protos at start."""
