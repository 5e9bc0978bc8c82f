"""What is wrong with the protos."""


class ContractError(Exception):
    """The protos describe something that has no SOAP shape; start-up says so."""
