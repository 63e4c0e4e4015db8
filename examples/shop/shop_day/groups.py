"""The log groups of the shop."""

GROUPS = {
    "catalog": "/ecs/shop-catalog",
    "checkout": "/aws/lambda/shop-checkout",
    "mailer": "/ec2/shop-mailer",
    "payments": "/ecs/shop-payments",
}
"""By service."""
