"""What the default and harsh profiles spare us: errors that only a profile with a section `unkind` has.

Here: one module for each thing that goes wrong (names, numbers, dates, addresses), the rates, and the slips themselves.
Not here: the errors that every profile has (`records`, `hiring`, `feeds`). Each draw here is from a stream or a keyed
uniform of its own, so a profile without the section gives the bytes it always gave. Truth is untouched: a line stays
about whom it was about.
"""
