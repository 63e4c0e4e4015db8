"""Checkout: carts, shipping and orders. In production it runs on Lambda, behind the Lambda Web Adapter."""
