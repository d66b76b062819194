"""Refusals: what the hub will not do, as a word for programs and a sentence that tells people what to do."""

from .saying import Saying, saying


class Refusal(Exception):
    """A request that is understood and not granted; `problem` is the wire's word for the reason.

    The sentence is English, with what varies in braces that `given` fills: so a page can say it in its reader's
    language. Where only programs can meet it, nothing needs to be given. `wait` says after how many seconds it is
    worth trying again.
    """

    def __init__(self, problem: str, sentence: str | Saying, /, *, wait: int | None = None, **given: object) -> None:
        self.problem = problem
        self.saying = saying(sentence, **given)
        self.wait = wait
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Return the sentence in English."""
        return str(self.saying)
