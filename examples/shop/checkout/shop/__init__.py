"""The Python half of the example shop: `checkout`, where carts become orders, and `payments`, which takes the money.

Both are ordinary FastAPI applications that log with the package `skywarden`. What stands for the world around them (payment
providers, tables, a partner's server) and can play a whole day in a minute is kept apart, in `rehearsal`.
"""
