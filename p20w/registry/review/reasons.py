"""Why a pair is in the queue, in words: what it is called, and what to look at.

Here: the words for reasons. Not here: which pairs are queued (`review.sql`, and `p20w.registry.quality.reviewed`).
"""

REASONS = {
    "same SSN, other name": (
        "One SSN, two names",
        "A marriage, a typing error, or a borrowed or shared number. Look at birth date, sex and household.",
    ),
    "same id, other name": (
        "One agency id, two names",
        "A changed name, or one id for two people by mistake. Two of first name, surname and birth date should agree.",
    ),
    "two SSNs": ("Alike, but two well-founded SSNs", "Relatives and namesakes, or a person who had a second number."),
    "two birth dates": ("Alike, but two well-founded birth dates", "Siblings and namesakes, or an agency's error."),
    "two generations": ("Alike, but two suffixes", "Junior and senior at one address look alike in all but the date."),
    "two ids at one time": (
        "Two ids of one agency at the same time",
        "Twins and siblings, or one person registered twice. A twin has the birth date, not the first name.",
    ),
    "two schools at one time": (
        "At distant schools at the same time",
        "Namesakes, or one student whom a school withdrew very late or teaches at a distance. Look at the addresses.",
    ),
    "evidence against": (
        "Alike, but other records of the two are not",
        "The link is strong, but all records together contradict it. Look at what the other records say.",
    ),
    "nearly enough evidence": ("Almost joined", "Look for what agrees by chance: common names, one date."),
    "a person of many identities": (
        "A person of very many records",
        "The first and the last record of a person with too many records. Are these two one person?",
    ),
    "drawn by chance": (
        "A random link",
        "These records are one person today. Judge them as if you did not know: the answer stands for all links.",
    ),
}
"""Reason -> what it is called, and what to look at."""
