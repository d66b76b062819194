"""Recognition: before the token is shown, that who answers is the hub that this home joined."""

from .client import HubClient
from .errors import AnotherHub


class Recognition:
    """Asks once, and again after every loss; whoever took over an address meanwhile is shown nothing."""

    def __init__(self, client: HubClient, hub_id: str | None) -> None:
        self._client, self._hub_id = client, hub_id
        self._sure = hub_id is None

    async def make_sure(self) -> None:
        """Return when it is our hub, or say that it is not."""
        if self._sure:
            return
        health = await self._client.health()
        if health.hub_id != self._hub_id:
            raise AnotherHub(
                f"The hub of {health.community} answers there, which is not the one that this home joined."
            )
        self._sure = True

    def doubt(self) -> None:
        """Ask again before the next word."""
        self._sure = self._hub_id is None
