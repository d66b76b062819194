"""A believable community out of one seed: homes, an office, their weather and their sun.

Whoever asks for the same site and minute gets the same watts, on any day and in any order, so history, the live figure
and a second start agree. A week in UTC is the unit of work: each begins with empty batteries.
"""
