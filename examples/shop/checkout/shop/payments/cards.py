"""Routes of cards that customers keep with the shop."""

import skywarden
from fastapi import APIRouter, Response
from pydantic import BaseModel

from ..rehearsal.clock import clock
from ..rehearsal.dice import dice

router = APIRouter(prefix="/cards")

_RANGES = (("34", "37"), ("51", "55"), ("60", "65"))


class Card(BaseModel):
    """A card to be kept."""

    number: str
    owner: str


def check_range(number: str, owner: str) -> None:
    """Refuses numbers outside of what the shop's issuers give out."""
    if not any(low <= number[:2] <= high for low, high in _RANGES):
        raise ValueError(f"card {number} of {owner} failed the issuer range check")


@router.post("", status_code=204)
async def keep(card: Card, response: Response) -> None:
    """Keeps a card."""
    await clock.wait(dice().uniform(4, 15))
    try:
        check_range(card.number, card.owner)
    except ValueError as error:
        skywarden.capture_exception(error, message="card not stored", logger=__name__)
        response.status_code = 400
