"""Refusals: what the hub will not do, as a word for programs and a sentence that tells people what to do."""


class Refusal(Exception):
    """A request that is understood and not granted; `problem` is the wire's word for the reason.

    `wait` says after how many seconds it is worth trying again.
    """

    def __init__(self, problem: str, sentence: str, *, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.problem = problem
        self.sentence = sentence
        self.wait = wait
