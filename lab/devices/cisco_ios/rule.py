"""The record of a rule, as every dialect that is made of lines has it."""

from lab.devices.rule import Rule, SortKey, Words

__all__ = ["Rule", "SortKey", "Words"]
