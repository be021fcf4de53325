"""One file per rule. A module here is a guardrail: ``judge(facts) -> Verdict``; all are asked, every verdict is kept.

Guards fail closed: a fact that could not be had (None) is a reason to refuse.
"""
