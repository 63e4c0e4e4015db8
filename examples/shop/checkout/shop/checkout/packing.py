"""The company that packs: it is told of each order, once the customer has the answer."""

import json

import skywarden

from ..rehearsal.partners import packing_answer


async def announce(order_id: str) -> None:
    """Tells of an order."""
    answer = await packing_answer(order_id)
    try:
        json.loads(answer)
    except json.JSONDecodeError as error:
        skywarden.capture_exception(error, message="order webhook answered with no JSON", order_id=order_id, answer=answer)
