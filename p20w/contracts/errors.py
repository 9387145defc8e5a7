"""What is wrong with a contract."""


class ContractError(ValueError):
    """A contract breaks the standard or this project's terms; the message says which file, where and why."""
