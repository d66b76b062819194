"""The game: points for promises kept and savings proven, challenges, badges, rewards, and the league of hubs.

What it counts are shares of a home's own usual use, never kWh, so that a small flat can win. What it will not count:

- *Joining alone.* An event pays by what all events of the year come to: savings and the opposite add up, so whoever
  joins everything and does nothing hovers around nothing (`points`).
- *A raised baseline.* Savings that `domain/baseline` marks as raised never add; a challenge compares with days before
  it was announced (`outcome`, `progress`).
- *Leaving when it goes badly, joining when it goes well.* What stood when an event began counts; leaving counts as more
  than chance could take (`outcome`).
- *Places that nobody used.* A place in the plan is kept where the meter shows at least its energy; a day of them pays
  once, however many they were (`points`).
- *An empty home.* A day with less than half of what is usual counts neither for nor against: it pauses (`outcome`).
- *Many small events.* An event weighs by its length, so two hours in eight pieces are worth two hours.
- *What nobody sees.* Below nine tenths of its slots a home is not ranked (`standing`).
- *Homes entered by hand.* Whoever imports their readings could write what wins, so they earn nothing.

What no rule sees: somebody with two homes in one community who uses the one while the other saves. Its other home then
shows more use, in its points as in the community's figures; and every home must be let in by a coordinator.
"""
